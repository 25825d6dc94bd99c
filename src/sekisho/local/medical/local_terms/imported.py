"""One import, open for reading: nothing of it is loaded but a filter, and that only when it is first asked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from sekisho.errors import Code, SetupError
from sekisho.local.medical.local_terms.entry import Entry
from sekisho.local.medical.local_terms.filter import may_hold


class StoredTerm(NamedTuple):
    """A local term as it is stored; `en` is None where the master has no English name."""

    ja: str
    en: str | None
    parents: tuple[str, ...]
    rare: bool


class Imported:
    """One import. Safe to use from several threads.

    Every method raises `SetupError(import_damaged)` where the file cannot be read.
    """

    def __init__(self, entry: Entry, path: Path) -> None:
        self.entry = entry
        self._path = path
        self._lock = Lock()

    def number(self, key: str) -> int | None:
        """The number of the term with this folded name."""
        try:
            encoded = key.encode()
        except UnicodeEncodeError:
            return None
        if not may_hold(self._filter, encoded):
            return None
        return next((row[0] for row in self._ask("SELECT term FROM names WHERE key = ?", key)), None)

    def is_abbreviation(self, key: str) -> bool:
        """Whether a folded name counts in capitals only."""
        return any(row[0] for row in self._ask("SELECT capitals FROM names WHERE key = ?", key))

    def term(self, number: int) -> StoredTerm | None:
        """The term of a number."""
        for ja, en, parents, rare in self._ask("SELECT ja, en, parents, rare FROM terms WHERE number = ?", number):
            return StoredTerm(ja, en, self.parents[parents], bool(rare))
        return None

    def coded(self, code: str) -> str | None:
        """What a code of the master stands for: the code of a shipped term, or `#` and the number of a local one."""
        return next((row[0] for row in self._ask("SELECT target FROM codes WHERE code = ?", code)), None)

    def has_english(self, text: str) -> bool:
        """Whether a term has exactly this English name."""
        return bool(self._ask("SELECT 1 FROM terms WHERE en = ? LIMIT 1", text))

    def names(self) -> Iterator[str]:
        """All folded names. There may be a million of them."""
        yield from (row[0] for row in self._ask("SELECT key FROM names"))

    @cached_property
    def heads(self) -> Mapping[str, tuple[int, ...]]:
        """The first two characters of names -> the lengths of the names that begin so, longest first."""
        return {head: tuple(sizes) for head, sizes in json.loads(self._blob("heads")).items()}

    @cached_property
    def parents(self) -> Mapping[int, tuple[str, ...]]:
        """The parents that terms have, by number."""
        return {number: tuple(codes.split(" ")) for number, codes in self._ask("SELECT number, codes FROM parents")}

    @cached_property
    def parents_of_nameless(self) -> frozenset[str]:
        """First parents of the terms that have no English name."""
        found = self._ask("SELECT number FROM parents WHERE nameless")
        return frozenset(self.parents[row[0]][0] for row in found)

    @cached_property
    def _filter(self) -> bytes:
        return self._blob("filter")

    def _blob(self, name: str) -> bytes:
        (row,) = self._ask("SELECT data FROM parts WHERE name = ?", name)
        return bytes(row[0])

    def _ask(self, question: str, *values: Any) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(question, values).fetchall()
        except sqlite3.Error:
            raise SetupError(Code.IMPORT_DAMAGED, self.entry.id) from None

    @cached_property
    def _connection(self) -> sqlite3.Connection:
        # The file never changes once it is there: no locks are needed, and a full disk is no matter.
        address = f"{self._path.absolute().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(address, uri=True, check_same_thread=False)
