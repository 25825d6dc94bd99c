"""Frames as they pass over a link: sealed end to end, so that nobody on the way can read, change or invent one.

    magic 3 | version 1 | kind 1 | from 8 | to 8 | id 16 | client 16 | ttl ms 4 | issued ms 8 | trace 24 | salt 16
    sealed: length 4 | body | zeros up to the next size class                                           | tag 16

X25519 between the two static keys, HKDF with both public keys for each direction, a fresh subkey for each frame by
its salt, ChaCha20-Poly1305 with the whole header as associated data. Both ends are authenticated: only who has one of
the two private keys can make a frame that opens. There is no forward secrecy: who gets a private key opens what was
recorded. That is what rotation is for.
"""

from __future__ import annotations

import secrets
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from sekisho.errors import Code, Refused, SetupError
from sekisho.link.keyring import Keyring, PublicKey

VERSION = 1
_MAGIC = b"SKS"
_HEADER = struct.Struct(">3sBB8s8s16s16sIQ16s8s16s")
_LENGTH = struct.Struct(">I")
_TAG = 16
_SMALLEST_CLASS = 1024
_NONCE = bytes(12)  # each frame has a key of its own

NO_TRACE = (bytes(16), bytes(8))


class Kind(IntEnum):
    """What a frame is. A frame of one kind is never taken for another: the kind is authenticated."""

    QUESTION = 1
    CANARY = 2
    CANCEL = 3
    EVENT = 4
    ANSWER = 5


@dataclass(frozen=True, slots=True)
class Header:
    """What everybody on the way can read, and nobody can change."""

    kind: Kind
    #: Ids of the keys of the sender and of the one it is for.
    sender: bytes
    receiver: bytes
    #: The task.
    id: bytes
    #: The client that the answer goes to.
    client: bytes
    #: Milliseconds that the caller waits, from `issued` on.
    ttl_ms: int
    #: When it was sealed, by the sender's clock; only the window of acceptance is judged by it.
    issued_ms: int
    #: Trace id and span id, or zeros.
    trace: tuple[bytes, bytes] = NO_TRACE


@dataclass(frozen=True, slots=True)
class Opened:
    """A frame that was opened: it comes from who it says, and nobody changed it."""

    header: Header
    body: bytes = field(repr=False)


class Keys(Protocol):
    """Where the keys come from: a file that may change, or a ring in a test."""

    ring: Keyring

    def refresh(self) -> bool:
        """Look again; whether there are other keys now."""


@dataclass(slots=True)
class FixedKeys:
    """Keys that do not change by themselves."""

    ring: Keyring

    def refresh(self) -> bool:
        """Nothing to look at."""
        return False


@dataclass(frozen=True, slots=True)
class _Index:
    """The keys of one ring by their ids: working them out for each frame would take longer than sealing it."""

    ring: Keyring
    own: dict[bytes, PublicKey]
    trusted: dict[bytes, PublicKey]
    current: bytes

    @classmethod
    def of(cls, ring: Keyring) -> _Index:
        """The index of a ring."""
        own = {key.public.id: key.public for key in ring.own}
        return cls(ring, own, {key.id: key for key in ring.trusted}, ring.current.public.id)


class Envelopes:
    """Seals and opens frames for one end."""

    def __init__(self, keys: Keys, clock: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._clock = clock
        self._bases: dict[tuple[bytes, bytes], bytes] = {}
        self._indexed = _Index.of(keys.ring)

    def seal(
        self, kind: Kind, task_id: bytes, client: bytes, ttl: float, body: bytes, trace: tuple[bytes, bytes] = NO_TRACE
    ) -> bytes:
        """A frame with our current key for the newest key that we trust.

        Raises:
            SetupError: `keys_missing` where no other end is trusted.
        """
        self._keys.refresh()
        index = self._index()
        if not index.trusted:
            raise SetupError(Code.KEYS_MISSING)
        sender, receiver = index.own[index.current], next(reversed(index.trusted.values()))
        header = Header(
            kind, index.current, next(reversed(index.trusted)), task_id, client, round(ttl * 1000), self.now_ms(), trace
        )
        return self._seal(header, sender, receiver, body)

    def answer(self, question: Header, kind: Kind, body: bytes) -> bytes:
        """A frame back to who asked, with the very keys that the question came with.

        Raises:
            Refused: `not_trusted` where the keys have gone since.
        """
        sender, receiver = self._own(question.receiver), self._trusted(question.sender)
        if sender is None or receiver is None:
            raise Refused(Code.NOT_TRUSTED)
        header = Header(
            kind,
            question.receiver,
            question.sender,
            question.id,
            question.client,
            question.ttl_ms,
            self.now_ms(),
            question.trace,
        )
        return self._seal(header, sender, receiver, body)

    def open(self, frame: bytes) -> Opened:
        """Open a frame that is for us.

        Raises:
            Refused: `bad_frame` for what is no frame of this protocol; `not_trusted` for a frame that is not for one of
                our keys, not by a key that we trust, or changed on the way.
        """
        header = read_header(frame)
        if not self._knows(header) and not (self._keys.refresh() and self._knows(header)):
            raise Refused(Code.NOT_TRUSTED)
        sender, receiver = self._trusted(header.sender), self._own(header.receiver)
        assert sender is not None
        assert receiver is not None
        key = self._subkey(sender, receiver, frame[_HEADER.size - 16 : _HEADER.size])
        try:
            padded = ChaCha20Poly1305(key).decrypt(_NONCE, frame[_HEADER.size :], frame[: _HEADER.size])
        except InvalidTag:
            raise Refused(Code.NOT_TRUSTED) from None
        (length,) = _LENGTH.unpack_from(padded)
        if length > len(padded) - _LENGTH.size:
            raise Refused(Code.BAD_FRAME)
        return Opened(header, padded[_LENGTH.size : _LENGTH.size + length])

    def age_ms(self, header: Header) -> int:
        """How long ago the frame was sealed, by both clocks: negative where the sender's is ahead."""
        return self.now_ms() - header.issued_ms

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return round(self._clock() * 1000)

    def _seal(self, header: Header, sender: PublicKey, receiver: PublicKey, body: bytes) -> bytes:
        salt = secrets.token_bytes(16)
        head = _HEADER.pack(
            _MAGIC,
            VERSION,
            header.kind,
            header.sender,
            header.receiver,
            header.id,
            header.client,
            header.ttl_ms,
            header.issued_ms,
            *header.trace,
            salt,
        )
        padded = (_LENGTH.pack(len(body)) + body).ljust(size_class(len(body)), b"\0")
        return head + ChaCha20Poly1305(self._subkey(sender, receiver, salt)).encrypt(_NONCE, padded, head)

    def _knows(self, header: Header) -> bool:
        return self._trusted(header.sender) is not None and self._own(header.receiver) is not None

    def _trusted(self, key_id: bytes) -> PublicKey | None:
        return self._index().trusted.get(key_id)

    def _own(self, key_id: bytes) -> PublicKey | None:
        return self._index().own.get(key_id)

    def _index(self) -> _Index:
        if self._indexed.ring is not self._keys.ring:
            self._indexed = _Index.of(self._keys.ring)
            self._bases.clear()
        return self._indexed

    def _subkey(self, sender: PublicKey, receiver: PublicKey, salt: bytes) -> bytes:
        return HKDFExpand(SHA256(), 32, b"sekisho frame" + salt).derive(self._base(sender, receiver))

    def _base(self, sender: PublicKey, receiver: PublicKey) -> bytes:
        """The secret of one direction between two keys; the one of the other direction is another."""
        known = self._bases.get((sender.raw, receiver.raw))
        if known is not None:
            return known
        own = {key.public: key.private for key in self._keys.ring.own}
        private, other = (own[sender], receiver) if sender in own else (own[receiver], sender)
        shared = private.exchange(X25519PublicKey.from_public_bytes(other.raw))
        info = b"sekisho link 1" + sender.raw + receiver.raw
        base = HKDF(SHA256(), 32, None, info).derive(shared)
        self._bases[sender.raw, receiver.raw] = base
        return base


def read_header(frame: bytes) -> Header:
    """The header of a frame, not yet authenticated.

    Raises:
        Refused: `bad_frame`.
    """
    if len(frame) < _HEADER.size + _SMALLEST_CLASS + _TAG:
        raise Refused(Code.BAD_FRAME)
    magic, version, kind, sender, receiver, task_id, client, ttl, issued, trace, span, _ = _HEADER.unpack_from(frame)
    if magic != _MAGIC or version != VERSION or kind not in list(Kind):
        raise Refused(Code.BAD_FRAME)
    return Header(Kind(kind), sender, receiver, task_id, client, ttl, issued, (trace, span))


def size_class(length: int) -> int:
    """The padded size of a body: a power of two, so that a length tells little."""
    size = _SMALLEST_CLASS
    while size < length + _LENGTH.size:
        size *= 2
    return size


def sealed_size(length: int) -> int:
    """The size of a frame whose body has this length."""
    return _HEADER.size + size_class(length) + _TAG
