"""What became of a typed text. It holds private text (what was typed), so it shows nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Treatment(StrEnum):
    """How a sentence, or the whole text, leaves."""

    AS_TYPED = "as_typed"  # nothing in it was changed
    MASK = "mask"  # identifiers became placeholders
    CODES = "codes"  # only what the vocabulary recognises, written by us
    REFUSED = "refused"  # nothing of it leaves


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """One sentence: as typed, and what leaves instead (empty: nothing)."""

    typed: str
    leaves: str
    treatment: Treatment

    def __repr__(self) -> str:
        return f"<Part {self.treatment.value}>"


@dataclass(frozen=True, slots=True, repr=False)
class Inspected:
    """The whole text.

    Attributes:
        text: What may leave; empty where nothing may.
        treatment: `refused` where nothing may leave; `codes` where at least one sentence leaves as codes; `mask` where
            something was replaced; else `as_typed`.
        masked: How many places became placeholders.
        as_codes: How many sentences leave as codes, those of which nothing is left included.
        parts: The sentences in order, to show what was typed beside what leaves.
    """

    text: str
    treatment: Treatment
    masked: int
    as_codes: int
    parts: tuple[Part, ...]

    def __repr__(self) -> str:
        return f"<Inspected {self.treatment.value}>"
