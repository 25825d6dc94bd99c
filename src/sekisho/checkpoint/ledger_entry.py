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
#: Levels of keys and lists in a summary, at most; the shipped domain has three.
_DEEPEST = 8


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

    def sealed(self) -> tuple[Entry, bytes]:
        """The entry with its hash, and its line on disk: canonical JSON and a line feed."""
        written = _Written(self)
        return replace(self, hash=written.digest), written.line(written.digest)

    def as_plain(self) -> dict[str, object]:
        """The entry as plain data, by name."""
        return {name: getattr(self, name) for name in _TYPES}


_TYPES: dict[str, type] = {name: int if name == "sequence" else str for name in Entry.__dataclass_fields__}
_BEFORE_HASH = [name for name in _TYPES if name < "hash"]
_AFTER_HASH = [name for name in _TYPES if name > "hash"]


class _Written:
    """An entry in canonical form, written once: without its hash, for the digest, and with it, for the line."""

    __slots__ = ("_after", "_before")

    def __init__(self, entry: Entry) -> None:
        self._before = canonical_bytes({name: getattr(entry, name) for name in _BEFORE_HASH})[:-1] + b","
        self._after = canonical_bytes({name: getattr(entry, name) for name in _AFTER_HASH})[1:]

    @property
    def digest(self) -> str:
        return hashlib.sha256(self._before + self._after).hexdigest()

    def line(self, digest: str) -> bytes:
        return b"%s%s,%s\n" % (self._before, canonical_bytes({"hash": digest})[1:-1], self._after)


def read_entry(line: bytes) -> Entry | None:
    """Read one line; None if it is not a whole, sound entry, or a disclosure whose text is no summary."""
    try:
        content: Any = json.loads(line.decode("utf-8"))
        if type(content) is not dict or content.keys() != _TYPES.keys():
            return None
        if any(type(content[name]) is not kind for name, kind in _TYPES.items()):
            return None
        entry = Entry(**content)
        written = _Written(entry)
        if entry.sha256 and entry.sha256 != hashlib.sha256(entry.summary.encode()).hexdigest():
            return None
        if entry.kind == "disclosure" and not _is_summary(json.loads(entry.summary)):
            return None
        return entry if entry.hash == written.digest and line == written.line(entry.hash) else None
    except (ValueError, RecursionError, Refused):
        return None


def _is_summary(value: object) -> bool:
    """Whether it has the form of a summary, of whichever domain. Whoever writes a whole chain anew can put anything
    in it, and those who count what was disclosed read it."""
    return isinstance(value, dict) and _is_shallow(value, _DEEPEST)


def _is_shallow(value: object, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_shallow(one, levels - 1) for one in inner)
