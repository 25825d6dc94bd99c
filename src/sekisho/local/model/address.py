"""Where a local model may be: a literal loopback address, or one private host that the operator names (G8).

A name is not looked up, because a name can lead anywhere. The one exception is exactly `localhost`: it is taken to
mean 127.0.0.1, without asking anybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from sekisho.errors import Code, SetupError
from sekisho.loopback import is_loopback

#: As Ollama names models that run elsewhere: `gpt-oss:120b-cloud`, `glm-4.6:cloud`.
_CLOUD = re.compile(r"[-:]cloud(?:$|[@:])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """The base address of a server, checked.

    Attributes:
        url: Without a path `/v1` and without a slash at the end.
        is_loopback: False for a private host that the operator has named.
    """

    url: str
    is_loopback: bool


def checked_address(url: str, private_host: str = "") -> Address:
    """The address, if a model may be there. `private_host` is the one host (`host` or `host:port`) beside this machine.

    Raises:
        SetupError: `model_not_local`, with what of the address is at fault and nothing else of it.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise SetupError(Code.MODEL_NOT_LOCAL, "address") from None
    if parts.scheme not in ("http", "https") or parts.username or parts.password or parts.query or parts.fragment:
        raise SetupError(Code.MODEL_NOT_LOCAL, "address")
    path = parts.path.rstrip("/").removesuffix("/v1")
    if private_host and private_host.lower() in (host, _bracketed(host, port)):
        return Address(f"{parts.scheme}://{_bracketed(host, port)}{path}", is_loopback=is_loopback(host))
    literal = "127.0.0.1" if host == "localhost" else host
    if parts.scheme != "http" or not is_loopback(literal):
        raise SetupError(Code.MODEL_NOT_LOCAL, "host")
    return Address(f"http://{_bracketed(literal, port)}{path}", is_loopback=True)


def check_not_cloud(name: str) -> None:
    """Refuse the name of a model that its runtime runs somewhere else.

    Raises:
        SetupError: `model_not_local`.
    """
    if _CLOUD.search(name):
        raise SetupError(Code.MODEL_NOT_LOCAL, name)


def _bracketed(host: str, port: int | None) -> str:
    literal = f"[{host}]" if ":" in host else host
    return literal if port is None else f"{literal}:{port}"
