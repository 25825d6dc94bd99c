"""One line of the ledger: its form, its hash, and how a line is read back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from sekisho.checkpoint.canonical import canonical_bytes
from sekisho.errors import Refused

#: The `previous` of the first entry.
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept of one outcome. No personal data: a random case token, codes, and bytes that may leave anyway.

    Attributes:
        sequence: 1, 2, 3 ...
        time: UTC, ISO 8601, seconds.
        kind: `disclosure`, `refusal`, or `damage` (the line before this one was found damaged; see `Ledger`).
        case: The case token, or empty where the case was not known.
        purpose, policy, vocabulary: What applied: purpose, digest of the policy, version of the vocabulary.
        model: What chose the facts (`rules`, or a model's name).
        code: The refusal's code, or empty.
        summary: The exact text that was approved, or empty.
        sha256: Digest of the approved bytes, or empty.
        approval: `approved` or `reduced` (lines were taken out) where the operator was asked, or empty.
        previous: `hash` of the entry before.
        hash: Digest of all of the above in canonical form.
    """

    sequence: int
    time: str
    kind: str
    case: str = ""
    purpose: str = ""
    policy: str = ""
    vocabulary: str = ""
    model: str = ""
    code: str = ""
    summary: str = ""
    sha256: str = ""
    approval: str = ""
    previous: str = GENESIS
    hash: str = ""

    def sealed(self) -> Entry:
        """The entry with its hash."""
        return replace(self, hash=self._digest())

    def is_sound(self) -> bool:
        """Whether the hash is that of the content, and the digest that of the summary."""
        if self.sha256 and self.sha256 != hashlib.sha256(self.summary.encode()).hexdigest():
            return False
        return self.hash == self._digest()

    def line(self) -> bytes:
        """The bytes on disk, with the line feed."""
        return canonical_bytes(self.as_plain()) + b"\n"

    def as_plain(self) -> dict[str, object]:
        """The entry as plain data, by name."""
        return {name: getattr(self, name) for name in _TYPES}

    def _digest(self) -> str:
        content = self.as_plain()
        del content["hash"]
        return hashlib.sha256(canonical_bytes(content)).hexdigest()


_TYPES: dict[str, type] = {name: int if name == "sequence" else str for name in Entry.__dataclass_fields__}


def read_entry(line: bytes) -> Entry | None:
    """Read one line; None if it is not a whole, sound entry."""
    try:
        content: Any = json.loads(line.decode("utf-8"))
        if type(content) is not dict or content.keys() != _TYPES.keys():
            return None
        if any(type(content[name]) is not kind for name, kind in _TYPES.items()):
            return None
        entry = Entry(**content)
        return entry if entry.is_sound() and entry.line() == line else None
    except (ValueError, RecursionError, Refused):
        return None
