"""From a URL and an `Access` to where the link is, what it is called, and who we are."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sekisho.errors import Code, InputError, SetupError
from sekisho.link.nats.identity import Identity, identity_of
from sekisho.link.open import Access

_DEFAULT_NAME = "sekisho"
#: A name is part of subjects and of names of streams; neither has room for more.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?")
_SCHEMES = {"nats": "nats", "tls": "tls", "nats+ws": "ws", "nats+wss": "wss"}
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the link is, and how it lets us in."""

    servers: tuple[str, ...]
    #: The name of the link: several links share a server under different names.
    name: str
    lease_seconds: float
    #: The connection must be encrypted, whatever the server says.
    must_encrypt: bool
    #: All servers are on this machine: a password may go there in the clear.
    loopback: bool
    tls: ssl.SSLContext | None = field(repr=False)
    identity: Identity = field(repr=False)


def address_of(url: str, access: Access) -> Address:
    """The address that a URL and what goes with it name.

    Raises:
        InputError: `bad_link`; `bad_setting` for a proxy: the official client goes through none, and to go past the one
            that was named would be no answer.
        SetupError: `link_denied` for a file of certificates that cannot be used.
    """
    if access.proxy:
        raise InputError(Code.BAD_SETTING, "link_proxy: not with NATS")
    parts = urlsplit(url)
    user, _, hosts = parts.netloc.rpartition("@")
    name = parts.path.strip("/") or _DEFAULT_NAME
    given = hosts.split(",")
    matches = [_HOST.fullmatch(host) for host in given]
    if parts.query or parts.fragment or not _NAME.fullmatch(name) or not all(matches):
        raise InputError(Code.BAD_LINK, "nats://HOST[:PORT]/NAME")
    scheme = _SCHEMES[parts.scheme]
    must_encrypt = scheme in ("tls", "wss")
    return Address(
        servers=tuple(f"{scheme}://{host}" for host in given),
        name=name,
        lease_seconds=access.lease_seconds,
        must_encrypt=must_encrypt,
        loopback=all(match is not None and match[1].lower() in _LOOPBACK for match in matches),
        tls=_tls(access) if must_encrypt or access.ca_file else None,
        identity=identity_of(user, access.secret),
    )


def _tls(access: Access) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if access.ca_file is not None:
        try:
            context.load_verify_locations(access.ca_file)
        except OSError:
            raise SetupError(Code.LINK_DENIED, access.ca_file.name) from None
    return context
