"""Who we are to a NATS server: a credentials file, a user's password, a token, or nobody.

A credentials file holds a signed statement (JWT) and the seed of its key; the server's nonce is signed with that key,
so nothing secret travels. A password or a token does travel: see `Client` in `client.py`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.errors import Code, SetupError

_JWT = re.compile(r"-----BEGIN NATS USER JWT-----\s+([\w.=-]+)\s+-+END NATS USER JWT-+")
_SEED = re.compile(r"-----BEGIN USER NKEY SEED-----\s+([A-Z2-7]+)\s+-+END USER NKEY SEED-+")
#: Two bytes say what kind of key it is, 32 are the seed, two are a checksum.
_SEED_BYTES = 36


@dataclass(frozen=True, slots=True)
class Identity:
    """What we show. Only one of the three ways is filled."""

    user: str = ""
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    #: Gives the signed statement, and signs a nonce.
    statement: Callable[[], bytes] | None = field(default=None, repr=False)
    sign: Callable[[str], bytes] | None = field(default=None, repr=False)


def identity_of(user: str, secret: str | None) -> Identity:
    """The identity of a user named in the URL and a secret: credentials, a password, or a token.

    Raises:
        SetupError: `link_denied` for broken credentials.
    """
    secret = (secret or "").strip()
    if secret.startswith("-----BEGIN"):
        return _credentials(secret)
    if user:
        return Identity(user=user, password=secret)
    return Identity(token=secret or None)


def _credentials(content: str) -> Identity:
    statement, seed = _JWT.search(content), _SEED.search(content)
    try:
        if statement is None or seed is None:
            raise ValueError
        raw = base64.b32decode(seed[1] + "=" * (-len(seed[1]) % 8))
        if len(raw) != _SEED_BYTES or binascii.crc_hqx(raw[:-2], 0) != int.from_bytes(raw[-2:], "little"):
            raise ValueError
        key = Ed25519PrivateKey.from_private_bytes(raw[2:-2])
    except ValueError:
        raise SetupError(Code.LINK_DENIED, "credentials") from None
    jwt = statement[1].encode()
    return Identity(statement=lambda: jwt, sign=lambda nonce: base64.b64encode(key.sign(nonce.encode())))
