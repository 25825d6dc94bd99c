"""From a URL and an `Access` to a Service Bus namespace: who we are to it, and the two entities of the link."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from azure.servicebus import ServiceBusSubQueue
from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver, ServiceBusSender

from sekisho.errors import Code, InputError
from sekisho.link.open import Access

_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]{0,38}[A-Za-z0-9])?")
_DEFAULT_NAME = "sekisho"
_SUFFIX = ".servicebus.windows.net"


@dataclass(frozen=True, slots=True)
class Namespace:
    """Where the entities are, and how it lets us in."""

    host: str
    name: str
    #: The subscription of both topics; empty: queues.
    subscription: str
    #: The lock duration that the entity of tasks is set to.
    lease_seconds: float
    options: dict[str, Any] = field(repr=False)
    connection_string: str | None = field(repr=False)

    @property
    def tasks(self) -> str:
        """The queue or topic of tasks."""
        return f"{self.name}-tasks"

    @property
    def results(self) -> str:
        """The queue or topic of results."""
        return f"{self.name}-results"

    def client(self, credential: Any) -> ServiceBusClient:
        """A client; nothing is connected yet."""
        if self.connection_string is not None:
            return ServiceBusClient.from_connection_string(self.connection_string, **self.options)
        return ServiceBusClient(self.host, credential, **self.options)

    def sender(self, client: ServiceBusClient, entity: str) -> ServiceBusSender:
        """Who sends to an entity."""
        return client.get_topic_sender(entity) if self.subscription else client.get_queue_sender(entity)

    def receiver(
        self, client: ServiceBusClient, entity: str, session: str | None = None, dead: bool = False
    ) -> ServiceBusReceiver:
        """Who receives from an entity, from one session of it, or its dead letters."""
        what: dict[str, Any] = {}
        if session is not None:
            what["session_id"] = session
        if dead:
            what["sub_queue"] = ServiceBusSubQueue.DEAD_LETTER
        if self.subscription:
            return client.get_subscription_receiver(entity, self.subscription, **what)
        return client.get_queue_receiver(entity, **what)


def namespace_of(url: str, access: Access) -> Namespace:
    """The namespace that a URL and what goes with it name.

    The secret is a connection string. Without one it is the identity of this machine or of who is signed in (Entra).

    Raises:
        InputError: `bad_link`.
    """
    parts = urlsplit(url)
    names = [part for part in parts.path.split("/") if part] or [_DEFAULT_NAME]
    good = _HOST.fullmatch(parts.netloc) and len(names) <= 2 and all(map(_NAME.fullmatch, names))
    if parts.query or parts.fragment or not good:
        raise InputError(Code.BAD_LINK, "servicebus://NAMESPACE/NAME")
    host = parts.netloc if "." in parts.netloc else parts.netloc + _SUFFIX
    secret = access.secret.strip() if access.secret else None
    if secret is not None and _host_of(secret) != host.lower():
        raise InputError(Code.BAD_LINK, "the connection string is of another namespace")
    proxy = urlsplit(access.proxy) if access.proxy else None
    return Namespace(
        host=host,
        name=names[0],
        subscription=names[1] if len(names) > 1 else "",
        lease_seconds=access.lease_seconds,
        options={
            "retry_total": 0,  # our own patience decides
            "socket_timeout": 5,
            "connection_verify": str(access.ca_file) if access.ca_file else None,
            "http_proxy": {"proxy_hostname": proxy.hostname, "proxy_port": proxy.port} if proxy else None,
        },
        connection_string=secret,
    )


def _host_of(connection_string: str) -> str | None:
    given = dict(part.split("=", 1) for part in connection_string.split(";") if "=" in part)
    endpoint = urlsplit(given.get("Endpoint", ""))
    return endpoint.netloc.lower().strip("/") or None
