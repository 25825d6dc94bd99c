"""The HTTP transport of azure-identity: it reaches the identity endpoint of this machine, and nothing else.

A managed identity asks an address of the machine itself (loopback or link-local) for a token. The request carries
which resource the token is for, and no body. (`az login` is another program; it gets no data of ours either.)
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from azure.core.exceptions import ServiceRequestError
from azure.core.pipeline.transport import AsyncioRequestsTransport


class MachineTransport(AsyncioRequestsTransport):  # type: ignore[misc] # azure-core loads it late, without a type
    """Sends GET requests without a body to loopback and link-local addresses; no proxy, no redirect."""

    def __init__(self) -> None:
        super().__init__(use_env_settings=False)

    async def send(self, request: Any, **given: Any) -> Any:
        """Send what is allowed.

        Raises:
            ServiceRequestError: It is not; nothing was sent.
        """
        body = getattr(request, "content", None) or getattr(request, "data", None)
        if request.method != "GET" or body or not is_of_this_machine(str(request.url)):
            raise ServiceRequestError("not allowed")
        return await super().send(request, **{**given, "allow_redirects": False})


def is_of_this_machine(url: str) -> bool:
    """Whether an address is http to a loopback or link-local host."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme != "http":
            return False
        if host == "localhost":
            return True
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_link_local
