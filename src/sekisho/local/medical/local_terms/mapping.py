"""`--map name=病名,code=2`: which column of a master holds what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sekisho.errors import Code, InputError

FIELDS = ("name", "code", "en", "parent", "kana", "frequency")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Column by field, as given: a header, or a number from 1."""

    columns: dict[str, str]

    @property
    def has_header(self) -> bool:
        """Whether the master's first row is its header: any column that is no number is looked for there."""
        return not all(_is_number(column) for column in self.columns.values())

    def places(self, header: Sequence[str]) -> dict[str, int]:
        """Index of the column by field.

        Raises:
            InputError: `bad_map` with the column that the header does not have, or has twice.
        """
        titles = [title.strip().lstrip("\ufeff") for title in header]
        places = {}
        for name, column in self.columns.items():
            if self.has_header and titles.count(column) == 1:
                places[name] = titles.index(column)
            elif _is_number(column) and int(column) <= len(header):
                places[name] = int(column) - 1
            else:
                raise InputError(Code.BAD_MAP, f"{name}={column}")
        return places


def read_map(text: str) -> ColumnMap:
    """Read the value of `--map`.

    Raises:
        InputError: `bad_map` with the part that is wrong.
    """
    columns: dict[str, str] = {}
    for part in text.split(","):
        name, _, column = part.partition("=")
        name, column = name.strip(), column.strip()
        if name not in FIELDS or not column or name in columns:
            raise InputError(Code.BAD_MAP, part.strip())
        columns[name] = column
    if "name" not in columns:
        raise InputError(Code.BAD_MAP, "name=")
    return ColumnMap(columns)


def _is_number(column: str) -> bool:
    return column.isascii() and column.isdigit() and 1 <= int(column) <= 10_000
