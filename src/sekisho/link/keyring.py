"""The keys of one end of a link: its own, and the public keys of the other end that it trusts. A file of mode 0600.

Rotation overlaps: a new own key is `next` (it opens already, and nothing is sealed with it), then `current`, and the
one before it `former` (it opens still). Between the steps the other end comes to trust the new key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from sekisho.errors import Code, InputError, SetupError
from sekisho.private_file import others_may_read, private_folder, write_private

_PREFIX = "sekisho-key-"
_CHECK_BYTES = 4
KEY_ID_BYTES = 8


class KeyState(StrEnum):
    """Where an own key is in its life."""

    NEXT = "next"
    CURRENT = "current"
    FORMER = "former"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key as the other end knows it."""

    raw: bytes

    @property
    def id(self) -> bytes:
        """What names it in a frame."""
        return hashlib.sha256(b"sekisho key id" + self.raw).digest()[:KEY_ID_BYTES]

    @property
    def text(self) -> str:
        """What people copy; a mistyped one is noticed."""
        return _PREFIX + base64.urlsafe_b64encode(self.raw + _check(self.raw)).decode().rstrip("=")

    @property
    def fingerprint(self) -> str:
        """What people compare."""
        return ":".join(f"{byte:02x}" for byte in self.id)


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key pair of this end."""

    private: X25519PrivateKey
    state: KeyState

    @property
    def public(self) -> PublicKey:
        """Its public half."""
        return PublicKey(self.private.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"<OwnKey {self.public.fingerprint} {self.state}>"


@dataclass(frozen=True, slots=True)
class Keyring:
    """Own keys and trusted ones, the newest last."""

    own: tuple[OwnKey, ...]
    trusted: tuple[PublicKey, ...] = ()

    @classmethod
    def new(cls, trusted: Iterable[PublicKey] = ()) -> Keyring:
        """A ring with one fresh key."""
        return cls((OwnKey(X25519PrivateKey.generate(), KeyState.CURRENT),), tuple(trusted))

    @property
    def current(self) -> OwnKey:
        """The key that questions are sealed with."""
        return next(key for key in self.own if key.state is KeyState.CURRENT)

    def trusting(self, key: PublicKey) -> Keyring:
        """With one more trusted key, which questions go to from now on."""
        return replace(self, trusted=(*(known for known in self.trusted if known != key), key))

    def distrusting(self, fingerprint: str) -> Keyring:
        """Without a trusted key.

        Raises:
            InputError: `bad_keys` where there is none with this fingerprint.
        """
        rest = tuple(known for known in self.trusted if known.fingerprint != fingerprint)
        if len(rest) == len(self.trusted):
            raise InputError(Code.BAD_KEYS, fingerprint)
        return replace(self, trusted=rest)

    def with_next(self) -> Keyring:
        """With a new key that opens already; an earlier `next` key stays as it is."""
        if any(key.state is KeyState.NEXT for key in self.own):
            return self
        return replace(self, own=(*self.own, OwnKey(X25519PrivateKey.generate(), KeyState.NEXT)))

    def switched(self) -> Keyring:
        """With the next key as the current one.

        Raises:
            InputError: `bad_keys` where there is no next key.
        """
        if all(key.state is not KeyState.NEXT for key in self.own):
            raise InputError(Code.BAD_KEYS)
        after = {
            KeyState.NEXT: KeyState.CURRENT,
            KeyState.CURRENT: KeyState.FORMER,
            KeyState.FORMER: KeyState.FORMER,
        }
        return replace(self, own=tuple(OwnKey(key.private, after[key.state]) for key in self.own))

    def retired(self) -> Keyring:
        """Without the former keys."""
        return replace(self, own=tuple(key for key in self.own if key.state is not KeyState.FORMER))


def read_public(text: str) -> PublicKey:
    """A public key as people copy it.

    Raises:
        InputError: `bad_keys`.
    """
    given = text.strip()
    try:
        data = base64.b64decode(
            given.removeprefix(_PREFIX) + "=" * (-len(given.removeprefix(_PREFIX)) % 4), b"-_", True
        )
    except (binascii.Error, ValueError):
        data = b""
    raw, check = data[:32], data[32:]
    if not given.startswith(_PREFIX) or len(raw) != 32 or check != _check(raw):
        raise InputError(Code.BAD_KEYS)
    key = PublicKey(raw)
    try:  # a point that gives everybody the same secret is no key
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(raw))
    except ValueError:
        raise InputError(Code.BAD_KEYS) from None
    return key


def load_keyring(path: Path) -> Keyring:
    """The keyring in a file.

    Raises:
        SetupError: `keys_missing`.
        InputError: `bad_keys` when others can read the file, or it holds no keyring.
    """
    try:
        if others_may_read(path):
            raise InputError(Code.BAD_KEYS, str(path))
        plain = json.loads(path.read_bytes())
        own = tuple(
            OwnKey(
                X25519PrivateKey.from_private_bytes(base64.b64decode(key["private"], validate=True)),
                KeyState(key["state"]),
            )
            for key in plain["own"]
        )
        ring = Keyring(own, tuple(read_public(key) for key in plain["trusted"]))
        if sum(key.state is KeyState.CURRENT for key in own) != 1:
            raise InputError(Code.BAD_KEYS, str(path))
    except FileNotFoundError:
        raise SetupError(Code.KEYS_MISSING, str(path)) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(Code.BAD_KEYS, str(path)) from None
    return ring


def save_keyring(ring: Keyring, path: Path) -> None:
    """Write the keyring, readable by its owner only.

    Raises:
        SetupError: `state_unusable`.
    """
    own = [
        {"private": base64.b64encode(key.private.private_bytes_raw()).decode(), "state": key.state.value}
        for key in ring.own
    ]
    plain = {"own": own, "trusted": [key.text for key in ring.trusted]}
    try:
        private_folder(path.parent)
        write_private(path, json.dumps(plain, indent=1).encode())
    except OSError:
        raise SetupError(Code.STATE_UNUSABLE, str(path)) from None


class KeyringFile:
    """A keyring that is read again when its file has changed, so that rotating needs no restart."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = _stamp(path)
        self.ring = load_keyring(path)

    def refresh(self) -> bool:
        """Read the file again if it changed. Whether the ring is another one; a broken file changes nothing."""
        if (stamp := _stamp(self._path)) == self._stamp:
            return False
        try:
            self.ring = load_keyring(self._path)
        except (InputError, SetupError):
            return False
        self._stamp = stamp
        return True


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return status.st_mtime_ns, status.st_ino


def _check(raw: bytes) -> bytes:
    return hashlib.sha256(b"sekisho key check" + raw).digest()[:_CHECK_BYTES]
