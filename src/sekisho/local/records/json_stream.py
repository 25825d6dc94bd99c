"""A file too large to be parsed in one piece: a FHIR bundle, entry by entry, as strictly as a small file is read.

Holds one entry at a time. It knows nothing of FHIR but that a bundle keeps its resources in a list called `entry`.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from json import JSONDecodeError
from pathlib import Path
from typing import BinaryIO

from sekisho.errors import Code, InputError
from sekisho.local.records.json_file import MAX_BYTES, MAX_DEPTH, is_deep, open_regular, strict_decoder

#: What is larger is an archive of a hospital and not one person's record.
MAX_BUNDLE_BYTES = 1024 * 1024 * 1024
_CHUNK = 1024 * 1024
#: A fault this near to the end of what was read so far may be nothing but the end of what was read.
_NEAR = 16
#: The end of a number is seen only when so many characters follow: `3` may be the beginning of `3e+5`.
_LONGEST_CUT = 3
_SPACE = " \t\n\r"


class EntryStream:
    """The entries of a large bundle, one after the other, in one pass.

    Attributes:
        name: The file's name.
        head: After the pass: every other member of the bundle that is a string (`resourceType`, `type` ...).
        digest: After the pass: SHA-256 of the file, in hex.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.head: dict[str, str] = {}
        self.digest = ""
        self._path = path
        self._text = ""
        self._at = 0
        self._lines = 1
        self._ended = False

    def __iter__(self) -> Iterator[object]:
        """Each entry.

        Raises:
            InputError: As `read_json_file`; `file_too_large` too for what is no bundle and for an entry over 20 MB.
        """
        with open_regular(self._path, MAX_BUNDLE_BYTES) as file:
            self._file: BinaryIO = file
            self._sum = hashlib.sha256()
            self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
            yield from self._members()
            if self._peek():
                raise self._fault(Code.SEVERAL_RECORDS if self._peek() in "{[" else Code.BAD_JSON)
            self.digest = self._sum.hexdigest()

    def _members(self) -> Iterator[object]:
        if self._peek() != "{":
            raise InputError(Code.FILE_TOO_LARGE, self.name)
        seen: set[str] = set()
        for _ in self._separated("{", "}"):
            key = self._value()
            if not isinstance(key, str) or key in seen or self._peek() != ":":
                raise self._fault(Code.BAD_JSON)
            seen.add(key)
            self._at += 1
            if key == "entry" and self._peek() == "[":
                for _ in self._separated("[", "]"):
                    yield self._value()
            else:
                value = self._value()
                if isinstance(value, str):
                    self.head[key] = value

    def _separated(self, first: str, last: str) -> Iterator[None]:
        """Stops before each part of a list or an object, and passes over its brackets and commas."""
        self._at += len(first)
        if self._peek() == last:
            self._at += 1
            return
        while True:
            yield
            mark = self._peek()
            if mark not in (",", last):
                raise self._fault(Code.BAD_JSON)
            self._at += 1
            if mark == last:
                return

    def _value(self) -> object:
        """The value that begins here."""
        self._peek()
        wanted = _CHUNK
        while True:
            try:
                value, end = strict_decoder.raw_decode(self._text, self._at)
            except JSONDecodeError as error:
                if self._ended or (error.pos < len(self._text) - _NEAR and not error.msg.startswith("Unterminated")):
                    raise self._fault(Code.BAD_JSON, self._text.count("\n", 0, error.pos)) from None
            except ValueError:
                raise self._fault(Code.BAD_JSON) from None
            except RecursionError:
                raise InputError(Code.TOO_DEEP, self.name) from None
            else:
                if end + _LONGEST_CUT <= len(self._text) or self._ended:
                    break
            if len(self._text) - self._at > MAX_BYTES:
                raise InputError(Code.FILE_TOO_LARGE, self.name)
            self._read(wanted)
            wanted *= 2  # so that a long entry is begun anew only a few times
        if is_deep(value, MAX_DEPTH):
            raise InputError(Code.TOO_DEEP, self.name)
        self._at = end
        return value

    def _peek(self) -> str:
        """The next character that is no space; empty at the end of the file."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            self._read(_CHUNK)

    def _read(self, size: int) -> None:
        """Read more, and let go of what was passed: only here, for what is held may be a hundred thousand entries."""
        self._lines += self._text.count("\n", 0, self._at)
        self._text, self._at = self._text[self._at :], 0
        try:
            data = self._file.read(size)
            self._ended = not data
            self._sum.update(data)
            more = self._decoder.decode(data, final=self._ended)
        except UnicodeDecodeError as error:
            before = self._text.count("\n") + error.object[: error.start].count(b"\n")
            raise self._fault(Code.BAD_ENCODING, before) from None
        except OSError:
            raise InputError(Code.FILE_UNREADABLE, self.name) from None
        if "\0" in more:
            raise self._fault(Code.BAD_ENCODING, self._text.count("\n") + more[: more.index("\0")].count("\n"))
        self._text += more

    def _fault(self, code: Code, lines: int | None = None) -> InputError:
        """An error with its line: `lines` after the beginning of what is held, or where the reading stands."""
        passed = self._text.count("\n", 0, self._at) if lines is None else lines
        return InputError(code, f"{self.name}:{self._lines + passed}")
