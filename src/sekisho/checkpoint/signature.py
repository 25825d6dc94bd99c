"""The checkpoint's mark on a disclosure: an Ed25519 signature over its bytes, the tool, and the caller's nonce.

Whoever holds the public key can tell that these bytes passed the door, also when the tool ran in another process or
behind a link. The signature is no secret and says nothing of the case. It does not hide anything, and it is no
substitute for the door: it only carries the door's word to where the bytes leave.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sekisho.checkpoint.canonical import canonical_bytes
from sekisho.checkpoint.outcome import Disclosure

#: The names under `_meta` of a tool call and of its result.
NONCE_NAME: Final = "sekisho/nonce"
SIGNATURE_NAME: Final = "sekisho/signature"

_NONCE: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")


def nonce_of(meta: Mapping[str, object] | None) -> str:
    """The nonce that a call carries; empty where there is none of the expected form (a hosted agent sends none)."""
    given = (meta or {}).get(NONCE_NAME)
    return given if isinstance(given, str) and _NONCE.fullmatch(given) else ""


def statement(data: bytes, tool: str, nonce: str) -> bytes:
    """What is signed: one canonical object, so that no part can be read as another."""
    return canonical_bytes(
        {"about": "sekisho disclosure 1", "tool": tool, "nonce": nonce, "sha256": hashlib.sha256(data).hexdigest()}
    )


class Signer:
    """Holds the private key of one private zone. It signs disclosures and nothing else."""

    __slots__ = ("_key",)

    def __init__(self, seed: bytes) -> None:
        """`seed` is 32 random bytes, kept by the private zone.

        Raises:
            ValueError: Another number of bytes.
        """
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public_key(self) -> str:
        """What the other side needs to check a signature. It may be shown to everybody."""
        return _as_text(self._key.public_key().public_bytes_raw())

    def sign(self, disclosure: Disclosure, tool: str, nonce: str) -> str:
        """The signature, as text. Only the door makes a `Disclosure`, so nothing else gets one."""
        if type(disclosure) is not Disclosure:
            raise TypeError("only a disclosure is signed")
        return _as_text(self._key.sign(statement(disclosure.data, tool, nonce)))

    def __repr__(self) -> str:
        return "<Signer>"

    def __reduce__(self) -> str:
        raise TypeError("a private key is not copied")


class Verifier:
    """Tells whether bytes carry the signature of one private zone."""

    __slots__ = ("_key",)

    def __init__(self, public_key: str) -> None:
        """`public_key` is what `Signer.public_key` gave.

        Raises:
            ValueError: It is no such key.
        """
        self._key = Ed25519PublicKey.from_public_bytes(_as_bytes(public_key))

    def accepts(self, data: bytes, tool: str, nonce: str, signature: object) -> bool:
        """Whether this signature stands for these bytes, this tool and this nonce."""
        if not isinstance(signature, str):
            return False
        try:
            self._key.verify(_as_bytes(signature), statement(data, tool, nonce))
        except (InvalidSignature, ValueError):
            return False
        return True


def _as_text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _as_bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError("not base64") from None
