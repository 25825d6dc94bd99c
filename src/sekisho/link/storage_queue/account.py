"""From a URL and an `Access` to a storage account: who we are to it, and the queues of the link."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sekisho.errors import Code, InputError, SetupError
from sekisho.link.open import Access

_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
#: With 35 characters after it, it must stay below the 63 of a queue's name.
_NAME = re.compile(r"[a-z0-9](-?[a-z0-9]){0,23}")
_DEFAULT_NAME = "sekisho"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Account:
    """Where the queues are, and how it lets us in."""

    endpoint: str
    name: str
    lease_seconds: int
    options: dict[str, Any] = field(repr=False)
    #: A key or a shared access signature; None: the identity of this machine or of who is signed in (Entra).
    secret: str | dict[str, str] | None = field(repr=False)


def account_of(url: str, access: Access) -> Account:
    """The account that a URL and what goes with it name.

    The secret is a connection string, an account key, or a shared access signature. Without one it is Entra.

    Raises:
        InputError: `bad_link`.
        SetupError: `link_denied` for a key that would travel in the clear.
    """
    parts = urlsplit(url)
    account, name = parts.netloc, parts.path.strip("/") or _DEFAULT_NAME
    if parts.query or parts.fragment or not _ACCOUNT.fullmatch(account) or not _NAME.fullmatch(name):
        raise InputError(Code.BAD_LINK, "azurequeue://ACCOUNT/NAME")
    endpoint = f"https://{account}.queue.core.windows.net"
    text = access.secret.strip() if access.secret else None
    secret: str | dict[str, str] | None = text
    if text is not None and "AccountName=" in text:
        endpoint, secret = _connection(account, text)
    return Account(
        endpoint=endpoint,
        name=name,
        # The service counts in whole seconds.
        lease_seconds=max(round(access.lease_seconds), 1),
        options={
            # Our own patience decides how often and how long; the SDK's first pause is 15 seconds.
            "retry_total": 0,
            "connection_timeout": 5,
            "read_timeout": 10,
            "connection_verify": str(access.ca_file) if access.ca_file else True,
            "proxies": {"https": access.proxy, "http": access.proxy} if access.proxy else None,
            "use_env_settings": False,
        },
        secret=secret,
    )


def _connection(account: str, text: str) -> tuple[str, dict[str, str]]:
    given = dict(part.split("=", 1) for part in text.split(";") if "=" in part)
    if given.get("AccountName") != account or not given.get("AccountKey"):
        raise InputError(Code.BAD_LINK, "the connection string is of another account")
    suffix = given.get("EndpointSuffix", "core.windows.net")
    endpoint = given.get("QueueEndpoint") or f"https://{account}.queue.{suffix}"
    where = urlsplit(endpoint)
    if where.scheme != "https" and where.hostname not in _LOOPBACK:
        raise SetupError(Code.LINK_DENIED, "https://")
    return endpoint.rstrip("/"), {"account_name": account, "account_key": given["AccountKey"]}
