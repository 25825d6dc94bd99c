"""Reading one file strictly: size, encoding, JSON. Every failure names the file and the line, and nothing in it."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from sekisho.errors import Code, InputError

#: A record is text about one person. What is larger is not a record, or not one.
MAX_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class JsonFile:
    """A parsed file: its name (never its folder), digest and content."""

    name: str
    digest: str
    content: object

    def __repr__(self) -> str:
        return "<JsonFile>"


def read_json_file(path: Path) -> JsonFile:
    """Read and parse a file.

    Raises:
        InputError: `file_missing`, `file_unreadable`, `file_empty`, `file_too_large`, `bad_encoding`, `bad_json`,
            `too_deep` or `several_records`, each with the file's name and, where there is one, the line.
    """
    data = _read_bytes(path)
    name = path.name
    if not data.strip():
        raise InputError(Code.FILE_EMPTY, name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(Code.BAD_ENCODING, f"{name}:{line}") from None
    return JsonFile(name, hashlib.sha256(data).hexdigest(), _parse(text, name))


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > MAX_BYTES:
                raise InputError(Code.FILE_TOO_LARGE, path.name)
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError(Code.FILE_MISSING, path.name) from None
    except OSError:
        raise InputError(Code.FILE_UNREADABLE, path.name) from None
    if len(data) > MAX_BYTES:
        raise InputError(Code.FILE_TOO_LARGE, path.name)
    return data


def _parse(text: str, name: str) -> object:
    decoder = json.JSONDecoder(object_pairs_hook=_unique_keys, parse_constant=_no_constant)
    start = len(text) - len(text.lstrip())
    try:
        content, end = decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise InputError(Code.BAD_JSON, f"{name}:{error.lineno}") from None
    except ValueError:
        raise InputError(Code.BAD_JSON, name) from None
    except RecursionError:
        raise InputError(Code.TOO_DEEP, name) from None
    rest = text[end:].lstrip()
    if rest:
        line = text[: len(text) - len(rest)].count("\n") + 1
        raise InputError(Code.SEVERAL_RECORDS if rest[0] in "{[" else Code.BAD_JSON, f"{name}:{line}")
    return content


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A key that stands twice would silently lose what the first one said: an allergy, perhaps."""
    unique = dict(pairs)
    if len(unique) != len(pairs):
        raise ValueError
    return unique


def _no_constant(_: str) -> object:
    raise ValueError  # NaN and Infinity are not JSON
