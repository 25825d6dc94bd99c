"""From a link's URL to its adapter. Each adapter is imported when it is needed: its library may not be installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from sekisho.errors import Code, InputError, SetupError
from sekisho.link.protocol import CallerLink, WorkerLink


@dataclass(frozen=True, slots=True)
class Access:
    """What an adapter may need beside the URL to be let in, and where it may go through."""

    #: A bearer token, a connection string or a password, as the adapter documents; never in the URL, which is shown.
    secret: str | None = None
    #: A file of certificates to trust besides the system's (PEM).
    ca_file: Path | None = None
    #: An HTTP proxy to go through, where the adapter can.
    proxy: str | None = None
    #: Seconds a lease lasts, where the adapter decides it.
    lease_seconds: float = 30.0

    def __repr__(self) -> str:
        return "<Access>"


@dataclass(frozen=True, slots=True)
class _Scheme:
    module: str
    #: The extra that brings its library.
    extra: str


#: Each module has `open_caller(url, access) -> CallerLink` and `open_worker(url, access) -> WorkerLink`.
_SCHEMES = {
    "memory": _Scheme("sekisho.link.memory", "link"),
    "ws": _Scheme("sekisho.link.websocket", "link"),
    "wss": _Scheme("sekisho.link.websocket", "link"),
    "http": _Scheme("sekisho.link.polling", "link"),
    "https": _Scheme("sekisho.link.polling", "link"),
    "nats": _Scheme("sekisho.link.nats", "nats"),
    "tls": _Scheme("sekisho.link.nats", "nats"),
    "nats+ws": _Scheme("sekisho.link.nats", "nats"),
    "nats+wss": _Scheme("sekisho.link.nats", "nats"),
    "servicebus": _Scheme("sekisho.link.service_bus", "azure"),
    "azurequeue": _Scheme("sekisho.link.storage_queue", "azure"),
}
SCHEMES = tuple(_SCHEMES)


def open_caller(url: str, access: Access) -> CallerLink:
    """The caller's end of the link. It connects when it is first used.

    Raises:
        InputError: `bad_link` for a URL that names no link, or has a secret in it; `bad_setting` for a proxy that is no
            address of one.
        SetupError: `extra_missing` with the name of the extra.
    """
    _check_proxy(access.proxy)
    return cast("CallerLink", _function(url, "open_caller")(url, access))


def open_worker(url: str, access: Access) -> WorkerLink:
    """The worker's end of the link. It connects when it is first used. Raises as `open_caller` does."""
    _check_proxy(access.proxy)
    return cast("WorkerLink", _function(url, "open_worker")(url, access))


def _check_proxy(proxy: str | None) -> None:
    """Here, once: each adapter's library says it in another way, or never says it and does not connect."""
    try:
        parts = urlsplit(proxy or "http://none")
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.path.strip("/") or parts.query or parts.fragment:
        raise InputError(Code.BAD_SETTING, "link_proxy: http://HOST:PORT")


def _function(url: str, name: str) -> Callable[[str, Access], object]:
    try:
        parts = urlsplit(url)
        scheme, secret = parts.scheme, parts.password
    except ValueError:
        raise InputError(Code.BAD_LINK) from None
    if scheme not in _SCHEMES:
        raise InputError(Code.BAD_LINK, ", ".join(f"{known}://" for known in SCHEMES))
    if secret is not None:
        raise InputError(Code.BAD_LINK, "no password in the URL")
    found = _SCHEMES[scheme]
    try:
        module = import_module(found.module)
    except ModuleNotFoundError as missing:
        if missing.name is not None and missing.name.startswith("sekisho"):
            raise
        raise SetupError(Code.EXTRA_MISSING, f"sekisho[{found.extra}]") from None
    return cast("Callable[[str, Access], object]", getattr(module, name))
