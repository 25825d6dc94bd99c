"""What is remembered of one import, in the index and for people."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

#: What can be imported.
KINDS = ("condition", "medicine", "allergen", "lab")


@dataclass(frozen=True, slots=True)
class Entry:
    """One import.

    Attributes:
        id: The first 12 characters of the digest; part of the codes of its terms.
        kind: Kind of its terms.
        when: UTC, ISO 8601, seconds.
        file: Name of the master's file.
        rows: Rows of the master.
        taken: New local terms.
        known: Rows whose name the vocabulary knew already.
        refused: Rows that were refused.
        digest: SHA-256 of the import's file, in hex.
        size: Bytes of the import's file.
    """

    id: str
    kind: str
    when: str
    file: str
    rows: int
    taken: int
    known: int
    refused: int
    digest: str
    size: int

    @classmethod
    def read(cls, plain: Any) -> Entry:
        """Read what `plain` wrote.

        Raises:
            ValueError: It is not of that form.
        """
        if not isinstance(plain, dict) or plain.keys() != cls.__dataclass_fields__.keys():
            raise ValueError
        for name, value in plain.items():
            if type(value) is not (int if cls.__dataclass_fields__[name].type == "int" else str):
                raise ValueError
        entry = cls(**plain)
        is_hex = len(entry.digest) == 64 and set(entry.digest) <= set("0123456789abcdef")
        if not is_hex or entry.id != entry.digest[:12] or entry.kind not in KINDS:
            raise ValueError
        return entry

    def plain(self) -> dict[str, str | int]:
        """The form for the index."""
        return asdict(self)
