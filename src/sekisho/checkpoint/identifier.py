"""Identifiers as plain data: what a domain hands to the checkpoint to look for. Values are private."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class IdentifierKind(StrEnum):
    """What an identifier is, because each kind is written in other ways (a name by its readings, a date by eras)."""

    NAME = "name"
    ADDRESS = "address"
    PHONE = "phone"
    EMAIL = "email"
    NUMBER = "number"  # record, insurance, licence, account numbers
    DATE = "date"
    ORGANISATION = "organisation"  # employer, school, facility
    OTHER = "other"


@dataclass(frozen=True, slots=True, repr=False)
class Identifier:
    """A string of the record that points at a person.

    `readings` are other forms that the record itself gives for the same thing (kana, romaji, a former name).
    """

    kind: IdentifierKind
    value: str
    readings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Identifier {self.kind.value}>"
