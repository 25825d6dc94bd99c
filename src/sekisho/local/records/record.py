"""A case as read into memory. Its `repr` shows nothing, and nothing here is ever sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sekisho.checkpoint.identifier import Identifier


class Section(StrEnum):
    """Which part of a record an item stands in."""

    CONDITION = "condition"
    ALLERGY = "allergy"
    MEDICINE = "medicine"
    LAB = "lab"
    VITAL = "vital"
    LIFESTYLE = "lifestyle"
    FAMILY = "family"
    #: What was done to somebody, or what they carry: it counts where it leaves a lasting state.
    PROCEDURE = "procedure"
    NOTE = "note"


@dataclass(frozen=True, slots=True, repr=False)
class Item:
    """One entry as it was written.

    Attributes:
        section: Where it stands.
        text: The words (a diagnosis, a medicine, a test's name, a whole note).
        path: JSON path in the file, made of known keys: the evidence that the operator is shown.
        status: Words or codes about its state (`resolved`, 「2022年に寛解」), joined by spaces.
        codes: Codes that the record gives for it, as `system|code`.
        value: A test's result as written.
        unit: The result's unit as written.
        when: ISO date of a result, to find the newest. Empty if unknown.
        remark: What somebody wrote beside the entry, in a field for remarks.
    """

    section: Section
    text: str
    path: str
    status: str = ""
    codes: tuple[str, ...] = ()
    value: str = ""
    unit: str = ""
    when: str = ""
    remark: str = ""

    def __repr__(self) -> str:
        return f"<Item {self.section.value}>"


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """One person's case.

    Attributes:
        digest: SHA-256 of the file, in hex. A key for caches; it never leaves.
        age: Whole years today (or at death); None if unknown.
        sex: `female`, `male` or empty.
        identifiers: What points at a person: things to look for, and nothing else.
        items: What may become facts.
        unread: How many values stood in parts that nobody here knows how to read.
        age_at: JSON path of what tells the age. Empty if unknown.
        sex_at: JSON path of what tells the sex. Empty if unknown.
    """

    digest: str
    age: int | None
    sex: str
    identifiers: tuple[Identifier, ...]
    items: tuple[Item, ...]
    unread: int
    age_at: str = ""
    sex_at: str = ""

    def __repr__(self) -> str:
        return "<Record>"


def years_between(born: date, today: date) -> int:
    """Whole years of age on a day."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
