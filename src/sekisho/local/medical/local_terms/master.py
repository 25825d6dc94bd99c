"""Reading a hospital's master as a stream: CSV or TSV, UTF-8 or Shift_JIS. Never more than a row in memory."""

from __future__ import annotations

import codecs
import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sekisho.errors import Code, InputError
from sekisho.local.medical.local_terms.mapping import FIELDS, ColumnMap

_PIECE = 1 << 20


class MasterRow(NamedTuple):
    """What the mapped columns of one row hold, as it stands there. `line` is its last line in the file."""

    line: int
    name: str = ""
    code: str = ""
    en: str = ""
    parent: str = ""
    kana: str = ""
    frequency: str = ""


def rows_of(path: Path, columns: ColumnMap, encoding: str = "auto") -> Iterator[MasterRow]:
    """The rows of a master. A row that is too short for a column has nothing in it; empty lines are no rows.

    Raises:
        InputError: `file_missing`, `file_unreadable`, `file_empty`, `bad_master`, `bad_master_encoding` (with the
            line) or `bad_map`.
    """
    line, decoded = 0, ""
    try:
        decoded = "utf-8-sig" if (encoding if encoding != "auto" else encoding_of(path)) == "utf-8" else "cp932"
        with path.open(encoding=decoded, newline="") as file:
            delimiter = _delimiter(file.readline(_PIECE))
            file.seek(0)
            table = csv.reader(file, delimiter=delimiter, strict=True)
            places: dict[str, int] = {}
            order: list[int] = []
            for cells in table:
                line = table.line_num
                if not any(cells):
                    continue
                if not places:
                    places = columns.places(cells)
                    order = [places.get(name, sys.maxsize) for name in FIELDS]
                    if columns.has_header:
                        continue
                width = len(cells)
                yield MasterRow(line, *[cells[at] if at < width else "" for at in order])
    except FileNotFoundError:
        raise InputError(Code.FILE_MISSING, path.name) from None
    except UnicodeDecodeError:
        raise InputError(Code.BAD_MASTER_ENCODING, f"{path.name}:{_undecodable(path, decoded)}") from None
    except csv.Error:
        raise InputError(Code.BAD_MASTER, f"{path.name}:{line + 1}") from None
    except OSError:
        raise InputError(Code.FILE_UNREADABLE, path.name) from None
    if line == 0:
        raise InputError(Code.FILE_EMPTY, path.name)


def encoding_of(path: Path) -> str:
    """`utf-8` if the whole file is, else `cp932`."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp932"
    return "utf-8"


def _undecodable(path: Path, encoding: str) -> int:
    """The first line that is not in this encoding."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError:
                return number
    return 0


def _delimiter(first: str) -> str:
    return max("\t,;", key=lambda mark: (first.count(mark), mark == ","))
