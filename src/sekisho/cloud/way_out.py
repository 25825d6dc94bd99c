"""How the cloud endpoint is reached from a network that lets nothing out directly: a proxy, a private authority.

Through a proxy only a tunnel is asked for (CONNECT, with the host and port of the endpoint and nothing of ours); TLS
goes on to the endpoint, so the proxy reads no byte of a request unless the operator trusts its certificate. An endpoint
on this machine over plain http is never reached through a proxy: it would read everything.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sekisho.errors import Code, InputError

if TYPE_CHECKING:
    import httpx2

#: The value of `cloud_proxy` that means: as the environment says (HTTPS_PROXY, NO_PROXY).
ENVIRONMENT: Final = "environment"
_VARIABLES: Final = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
_EXCEPTIONS: Final = ("NO_PROXY", "no_proxy")
_HOST: Final = re.compile(r"[a-z0-9._:-]+")


def checked_proxy(proxy: str) -> str:
    """An address of a proxy, as given; empty for none.

    Raises:
        InputError: `bad_setting`: it is no http(s) address of a host with nothing behind it.
    """
    try:
        parts = urlsplit(proxy)
        _ = parts.port
    except ValueError:
        raise InputError(Code.BAD_SETTING, "cloud_proxy") from None
    is_plain = parts.path in ("", "/") and not parts.query and not parts.fragment
    if proxy and not (parts.scheme in ("http", "https") and _HOST.fullmatch(parts.hostname or "") and is_plain):
        raise InputError(Code.BAD_SETTING, "cloud_proxy")
    return proxy


def proxy_of(environment: Mapping[str, str], host: str) -> str:
    """The proxy that the environment names for https to this host; empty for none."""
    proxy = next((found for name in _VARIABLES if (found := environment.get(name))), "")
    excepted = next((found for name in _EXCEPTIONS if (found := environment.get(name))), "")
    if not proxy or any(_is_meant(host, one.strip()) for one in excepted.split(",")):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def _is_meant(host: str, excepted: str) -> bool:
    """Whether one entry of NO_PROXY means this host: itself, a domain above it, or `*` for all."""
    domain = excepted.lower().removeprefix("*.").lstrip(".").partition(":")[0]
    return excepted == "*" or (bool(domain) and (host == domain or host.endswith(f".{domain}")))


def trusted(authorities: str) -> ssl.SSLContext:
    """The system's authorities and those of a PEM file (none for an empty path).

    Raises:
        InputError: `bad_setting`: the file cannot be read, or holds no certificate.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authorities:
        try:
            context.load_verify_locations(authorities)
        except (OSError, ssl.SSLError):
            raise InputError(Code.BAD_SETTING, "cloud_ca") from None
    return context


def wire_to(origin: tuple[str, str, int], proxy: str, authorities: str) -> httpx2.AsyncHTTPTransport:
    """The transport to an origin (scheme, host, port). It follows no redirect and takes no proxy but this one.

    Raises:
        InputError: `bad_setting` for the proxy or the file of authorities.
    """
    import httpx2

    context = trusted(authorities) if authorities else True
    if not checked_proxy(proxy) or origin[0] != "https":
        return httpx2.AsyncHTTPTransport(retries=0, verify=context)
    # Own certificates count for a proxy that is itself reached over https, too.
    hop = httpx2.Proxy(proxy, ssl_context=trusted(authorities) if urlsplit(proxy).scheme == "https" else None)
    return httpx2.AsyncHTTPTransport(retries=0, verify=context, proxy=hop)
