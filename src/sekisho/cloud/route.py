"""Where requests may go: one origin, one path for each interface, one query. Everything else is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from sekisho.errors import Code, InputError
from sekisho.loopback import is_loopback

Api = Literal["chat", "responses"]
_PORTS: Final = {"https": 443, "http": 80}
#: An address that no library writes otherwise: then the one that is asked is the one that was set.
_ADDRESS: Final = re.compile(r"https?://[a-z0-9._:\[\]-]+(?:/[a-z0-9._~/%:@!$&'()*+,;=-]*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Route:
    """The one address of one cloud model.

    Attributes:
        base: Where the interface begins, without a slash at the end: `https://api.openai.com/v1`.
        api: Which interface is spoken there.
        query: The query that every request carries, such as `api-version=2024-10-21`; mostly empty.
    """

    base: str
    api: Api
    query: str = ""

    @property
    def path(self) -> str:
        """The path of the interface."""
        return urlsplit(self.base).path + ("/chat/completions" if self.api == "chat" else "/responses")

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port."""
        return origin_of(self.base)

    def leads_to(self, method: str, url: str) -> bool:
        """Whether a request goes exactly where this route leads."""
        parts = urlsplit(url)
        return (
            method == "POST"
            and origin_of(url) == self.origin
            and parts.path == self.path
            and parts.query == self.query
            and not parts.fragment
            and parts.username is None
            and parts.password is None
        )


def origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 0)


def checked_endpoint(endpoint: str) -> str:
    """The endpoint without a slash at its end.

    Raises:
        InputError: `bad_setting`: it is no https address without a password, or holds a space or a letter that does
            not stand in an address. Plain http is only for this machine, because everything would travel readable.
    """
    try:
        parts = urlsplit(endpoint)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise InputError(Code.BAD_SETTING, "cloud_endpoint") from None
    is_safe = parts.scheme == "https" or is_loopback(host)
    if not _ADDRESS.fullmatch(endpoint) or not host or not is_safe:
        raise InputError(Code.BAD_SETTING, "cloud_endpoint")
    return endpoint.rstrip("/")
