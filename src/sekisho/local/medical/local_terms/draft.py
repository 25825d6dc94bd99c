"""An import in the making: judged rows in SQLite's own temporary store, which has no name and is gone with the process.

So a master of any length takes little memory, and nothing stands in the state folder before it is agreed to.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from sekisho.errors import Code, SetupError
from sekisho.local.medical.local_terms.judge import Judged
from sekisho.local.medical.local_terms.report import MOST_EXAMPLES, PREVIEW, Example, Report, Seen
from sekisho.local.medical.local_terms.terms import LOCAL_SUFFIX, ROOTS
from sekisho.local.medical.local_terms.written import write_import
from sekisho.local.medical.vocabulary import Vocabulary

_BATCH = 5000
_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -65536;
CREATE TABLE fresh (line INTEGER PRIMARY KEY, key TEXT, ja TEXT, en TEXT, parents INTEGER, rare INTEGER, code TEXT,
    capitals INTEGER);
CREATE TABLE known (line INTEGER PRIMARY KEY, term TEXT, code TEXT);
CREATE TABLE spelled (key TEXT, line INTEGER, place INTEGER, capitals INTEGER);
CREATE TABLE parents (number INTEGER PRIMARY KEY, codes TEXT);
"""
_SETTLE = """
CREATE INDEX fresh_by_key ON fresh (key, line);
CREATE TABLE terms (number INTEGER PRIMARY KEY, key TEXT, line INTEGER);
INSERT INTO terms (key, line) SELECT key, min(line) FROM fresh GROUP BY key ORDER BY min(line);
CREATE UNIQUE INDEX terms_by_key ON terms (key);
CREATE TABLE again AS SELECT f.line AS line, f.ja AS ja, f.code AS code, t.line AS first
    FROM fresh f JOIN terms t ON t.key = f.key WHERE f.line != t.line;
CREATE TABLE pairs (code TEXT, target TEXT, PRIMARY KEY (code, target)) WITHOUT ROWID;
INSERT INTO pairs SELECT code, target FROM (
    SELECT f.code AS code, '#' || t.number AS target FROM fresh f JOIN terms t ON t.key = f.key
    UNION ALL SELECT code, term FROM known) WHERE code != '' GROUP BY code, target ORDER BY code, target;
"""
#: A code that stands for several names leads to none of them.
_SEVERAL_NAMES = "SELECT code, min(target), max(target) FROM pairs GROUP BY code HAVING count(*) > 1"
_SEVERAL_CODES = """
SELECT f.line, f.ja, f.code, min(a.code) FROM again a JOIN fresh f ON f.line = a.first
    WHERE a.code != '' AND f.code != '' AND a.code != f.code GROUP BY f.line
"""
_REPEATED = "SELECT line, ja, first FROM again"


class Draft:
    """Takes judged rows, tells what they come to, and writes the import. Use it as a context manager.

    Every method raises `SetupError(import_failed)` where the disk is full.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.report = Report()
        self._terms = {**vocabulary.terms, **ROOTS}
        self._parents: dict[tuple[str, ...], int] = {}
        self._store = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._store.executescript(_TABLES)

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, *_: object) -> None:
        self._store.close()

    def take(self, judged: Iterable[Judged]) -> None:
        """Take all rows, then settle which term each name and code leads to."""
        try:
            rows = iter(judged)
            with ThreadPoolExecutor(1) as beside:  # SQLite stores a batch while the next one is judged
                stored = beside.submit(self._take, [])
                while batch := list(islice(rows, _BATCH)):
                    stored.result()
                    stored = beside.submit(self._take, batch)
                stored.result()
            self._store.executemany("INSERT INTO parents VALUES (?, ?)", self._numbered_parents())
            self._store.executescript(_SETTLE)
            self._count()
        except sqlite3.Error:
            raise SetupError(Code.IMPORT_FAILED) from None

    def write(self, path: Path) -> None:
        """Write the import to a file that is there and empty."""
        write_import(self._store, path)

    def _take(self, batch: list[Judged]) -> None:
        report = self.report
        report.rows += len(batch)
        fresh, known, spelled = [], [], []
        for row in batch:
            if len(report.preview) < PREVIEW:
                report.preview.append(self._seen(row))
            if row.refused:
                report.note(f"refused.{row.refused}", Example(row.line, row.ja))
            elif row.known:
                report.known += 1
                report.keep("known", Example(row.line, row.ja, self._terms[row.known].ja))
                known.append((row.line, row.known, row.code))
            else:
                parents = self._parents.setdefault(row.parents, len(self._parents) + 1)
                fresh.append((row.line, row.key, row.ja, row.en, parents, row.rare, row.code, row.capitals))
                spelled += [(s.key, row.line, place, s.capitals) for place, s in enumerate(row.others)]
        self._store.execute("BEGIN")
        self._store.executemany("INSERT INTO fresh VALUES (?, ?, ?, ?, ?, ?, ?, ?)", fresh)
        self._store.executemany("INSERT INTO known VALUES (?, ?, ?)", known)
        self._store.executemany("INSERT INTO spelled VALUES (?, ?, ?, ?)", spelled)
        self._store.execute("COMMIT")

    def _seen(self, row: Judged) -> Seen:
        if row.refused:
            return Seen(row.ja, row.refused)
        if row.known:
            term = self._terms[row.known]
            return Seen(row.ja, "known", term.ja, term.en)
        broader = self._terms[row.parents[0]]
        return Seen(row.ja, "new", row.ja, row.en or f"{broader.en}{LOCAL_SUFFIX}", broader.code)

    def _numbered_parents(self) -> Iterator[tuple[int, str]]:
        yield from ((number, " ".join(codes)) for codes, number in self._parents.items())

    def _count(self) -> None:
        report, ask = self.report, self._store.execute
        (report.taken,) = ask("SELECT count(*) FROM terms").fetchone()
        (codes,) = ask("SELECT count(DISTINCT code) FROM pairs").fetchone()
        for group, question in (
            ("repeated", _REPEATED),
            ("several_codes", _SEVERAL_CODES),
            ("several_names", _SEVERAL_NAMES),
        ):
            (count,) = ask(f"SELECT count(*) FROM ({question})").fetchone()  # noqa: S608 - our own constants
            if count:
                report.groups[group] = count
            for row in ask(f"{question} ORDER BY 1 LIMIT {MOST_EXAMPLES}").fetchall():
                report.keep(group, self._example(group, row))
        report.codes = codes - report.groups["several_names"]

    def _example(self, group: str, row: tuple[object, ...]) -> Example:
        if group == "repeated":
            return Example(int(str(row[0])), str(row[1]), str(row[2]))
        if group == "several_codes":
            return Example(int(str(row[0])), str(row[1]), f"{row[2]}, {row[3]}")
        return Example(0, str(row[0]), ", ".join(self._name_of(str(target)) for target in row[1:]))

    def _name_of(self, target: str) -> str:
        if not target.startswith("#"):
            return self._terms[target].ja
        question = "SELECT f.ja FROM fresh f JOIN terms t ON t.line = f.line WHERE t.number = ?"
        return str(self._store.execute(question, (int(target[1:]),)).fetchone()[0])
