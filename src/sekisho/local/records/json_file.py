"""Reading one file strictly: size, encoding, JSON. Every failure names the file and the line, and nothing in it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sekisho.errors import Code, InputError

#: A record is text about one person. What is larger is not a record, or not one.
MAX_BYTES = 20 * 1024 * 1024
#: Records nest about 20 deep.
MAX_DEPTH = 100


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
    if (nul := data.find(0)) >= 0:  # UTF-16 and UTF-32 have zero bytes, JSON in UTF-8 never
        raise InputError(Code.BAD_ENCODING, f"{name}:{data[:nul].count(10) + 1}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(Code.BAD_ENCODING, f"{name}:{line}") from None
    return JsonFile(name, hashlib.sha256(data).hexdigest(), _parse(text, name))


@contextmanager
def open_regular(path: Path, most: int) -> Iterator[BinaryIO]:
    """Open a regular file of at most `most` bytes.

    Raises:
        InputError: `file_missing`, `file_unreadable` or `file_too_large`, for the opening and for all that is read.
    """
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for somebody to write into it.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise InputError(Code.FILE_UNREADABLE, path.name)
            if status.st_size > most:
                raise InputError(Code.FILE_TOO_LARGE, path.name)
            yield file
    except FileNotFoundError:
        raise InputError(Code.FILE_MISSING, path.name) from None
    except OSError:
        raise InputError(Code.FILE_UNREADABLE, path.name) from None


def _read_bytes(path: Path) -> bytes:
    with open_regular(path, MAX_BYTES) as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:  # it grew while it was read
        raise InputError(Code.FILE_TOO_LARGE, path.name)
    return data


def _parse(text: str, name: str) -> object:
    start = len(text) - len(text.lstrip())
    try:
        content, end = strict_decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise InputError(Code.BAD_JSON, f"{name}:{error.lineno}") from None
    except ValueError:
        raise InputError(Code.BAD_JSON, f"{name}:{_line_of_fault(text)}") from None
    except RecursionError:
        raise InputError(Code.TOO_DEEP, name) from None
    if is_deep(content, MAX_DEPTH):
        raise InputError(Code.TOO_DEEP, name)
    rest = text[end:].lstrip()
    if rest:
        line = text[: len(text) - len(rest)].count("\n") + 1
        raise InputError(Code.SEVERAL_RECORDS if rest[0] in "{[" else Code.BAD_JSON, f"{name}:{line}")
    return content


def is_deep(content: object, most: int) -> bool:
    """Whether a parsed value nests deeper than `most`."""
    level = [content]
    for _ in range(most):
        parts = [p.values() if isinstance(p, dict) else p for p in level if isinstance(p, dict | list)]
        level = [inner for part in parts for inner in part]
        if not level:
            return False
    return True


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A key that stands twice would silently lose what the first one said: an allergy, perhaps."""
    unique = dict(pairs)
    if len(unique) != len(pairs):
        raise ValueError
    return unique


def _no_constant(_: str) -> object:
    raise ValueError  # NaN and Infinity are not JSON


#: JSON as it should be: no key twice, no NaN.
strict_decoder = json.JSONDecoder(object_pairs_hook=_unique_keys, parse_constant=_no_constant)

_TOKEN = re.compile(r'(?P<string>"(?:[^"\\]++|\\.)*+")(?P<key>\s*:)?|(?P<bad>NaN|Infinity|\d{4301,})|[{}]')


def _line_of_fault(text: str) -> int:
    """The line of a key that stands twice, of NaN or Infinity, or of a number that is too long: well-formed so far."""
    known: list[set[object]] = []
    for token in _TOKEN.finditer(text):
        if token[0] == "{":
            known.append(set())
        elif token[0] == "}" and known:
            known.pop()
        elif token["bad"]:
            break
        elif token["key"] and known:
            key = json.loads(token["string"])
            if key in known[-1]:
                break
            known[-1].add(key)
    else:
        return 1
    return text.count("\n", 0, token.start()) + 1
