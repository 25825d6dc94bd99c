"""Writing an import's file: sorted tables that are looked up in place, a bit filter, and the beginnings of names.

The file holds no time and no random value, so the same master gives the same bytes and the same digest.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sekisho.errors import Code, SetupError
from sekisho.local.medical.local_terms.filter import filter_of

_FILL = """
PRAGMA out.journal_mode = OFF;
PRAGMA out.synchronous = OFF;
PRAGMA out.page_size = 8192;
CREATE TABLE out.terms (number INTEGER PRIMARY KEY, ja TEXT NOT NULL, en TEXT, parents INTEGER, rare INTEGER);
CREATE TABLE out.names (key TEXT PRIMARY KEY, term INTEGER, capitals INTEGER) WITHOUT ROWID;
CREATE TABLE out.codes (code TEXT PRIMARY KEY, target TEXT) WITHOUT ROWID;
CREATE TABLE out.parents (number INTEGER PRIMARY KEY, codes TEXT, nameless INTEGER);
CREATE TABLE out.parts (name TEXT PRIMARY KEY, data BLOB) WITHOUT ROWID;
INSERT INTO out.terms SELECT t.number, f.ja, f.en, f.parents, f.rare FROM main.terms t JOIN fresh f ON f.line = t.line
    ORDER BY t.number;
CREATE INDEX out.terms_en ON terms (en) WHERE en IS NOT NULL;
INSERT OR IGNORE INTO out.names SELECT key, number, capitals FROM (
    SELECT t.key AS key, t.number AS number, f.capitals AS capitals, -1 AS place
        FROM main.terms t JOIN fresh f ON f.line = t.line
    UNION ALL SELECT s.key, t.number, s.capitals, s.place
        FROM spelled s JOIN fresh f ON f.line = s.line JOIN main.terms t ON t.key = f.key
    ) ORDER BY key, place, number;
INSERT INTO out.codes SELECT code, min(target) FROM pairs GROUP BY code HAVING count(*) = 1 ORDER BY code;
INSERT INTO out.parents SELECT number, codes, number IN (SELECT parents FROM out.terms WHERE en IS NULL)
    FROM main.parents;
"""


def write_import(store: sqlite3.Connection, path: Path) -> None:
    """Write what `Draft` has settled to a file that is there and empty.

    Raises:
        SetupError: `import_failed`.
    """
    try:
        store.execute("ATTACH ? AS out", (str(path),))
        try:
            store.executescript(_FILL)
            (count,) = store.execute("SELECT count(*) FROM out.names").fetchone()
            heads: dict[str, list[int]] = {}
            bits = filter_of(_names(store, heads), count)
            sizes = {head: sorted(found, reverse=True) for head, found in heads.items()}
            parts = (("filter", bits), ("heads", json.dumps(sizes, ensure_ascii=False).encode()))
            store.executemany("INSERT INTO out.parts VALUES (?, ?)", parts)
        finally:
            store.execute("DETACH out")
    except sqlite3.Error:
        raise SetupError(Code.IMPORT_FAILED) from None


def _names(store: sqlite3.Connection, heads: dict[str, list[int]]) -> Iterator[str]:
    """All names; on the way their beginnings and lengths are noted."""
    for (name,) in store.execute("SELECT key FROM out.names"):
        sizes = heads.setdefault(name[:2], [])
        if len(name) not in sizes:
            sizes.append(len(name))
        yield name
