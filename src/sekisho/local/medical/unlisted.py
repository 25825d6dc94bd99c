"""The words of a record that nothing matches, for the operator: where they stand, and a row to begin with.

Private: this is the record's own text. It is printed on the operator's screen and goes nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sekisho.checkpoint.kana import romaji_of
from sekisho.local.domain import Domain
from sekisho.local.facts import FactSheet
from sekisho.local.medical.fold import key_of
from sekisho.local.medical.tables import COLUMNS
from sekisho.local.medical.vocabulary import load_vocabulary
from sekisho.local.records.record import Item, Record, Section

#: Where a word would be added: the kind of term and its table.
_TABLES: Mapping[Section, tuple[str, str]] = {
    Section.CONDITION: ("condition", "conditions"),
    Section.FAMILY: ("condition", "conditions"),
    Section.ALLERGY: ("allergen", "allergens"),
    Section.MEDICINE: ("medicine", "medicines"),
    Section.LIFESTYLE: ("lifestyle", "lifestyle"),
    Section.LAB: ("lab", "labs/labs.tsv"),
    Section.VITAL: ("vital", "labs/vitals.tsv"),
}


@dataclass(frozen=True, slots=True, repr=False)
class UnlistedWords:
    """An entry that did not become a fact: its place, its words, and a row of the table that it belongs to."""

    path: str
    words: str
    table: str
    cells: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<UnlistedWords {self.table}>"

    @property
    def row(self) -> str:
        """The cells as a line of the table."""
        return "\t".join(self.cells)


def unlisted_words(record: Record, sheet: FactSheet, domain: Domain) -> list[UnlistedWords]:
    """Every entry that the sheet counts as unlisted, once."""
    places = {(entry.section, entry.path) for entry in sheet.unlisted}
    found: dict[tuple[str, str], UnlistedWords] = {}
    ids: set[str] = set()
    for item in record.items:
        # Several entries may share a path: each is asked by itself.
        if (item.section.value, item.path) in places and domain.facts(replace(record, items=(item,))).unlisted:
            table = _TABLES[item.section][1]
            words = _plain(item.text)
            if words and (table, key_of(words)) not in found:
                cells = _cells(item, words, ids)
                found[table, key_of(words)] = UnlistedWords(item.path, words, table, cells)
    return list(found.values())


def _cells(item: Item, words: str, taken: set[str]) -> tuple[str, ...]:
    kind, table = _TABLES[item.section]
    language = "en" if words.isascii() else "ja"
    given = {"id": _new_id(kind, words, taken), language: words, "unit": _plain(item.unit)}
    return tuple(given.get(column, "") for column in COLUMNS[table])


def _new_id(kind: str, words: str, taken: set[str]) -> str:
    """An id made of the words (kana are spelled in letters), or a number where they hold kanji."""
    hiragana = "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in key_of(words))
    spelled = hiragana if hiragana.isascii() else romaji_of(hiragana)
    name = re.sub(r"[^a-z0-9]+", "_", spelled).strip("_")[:48]
    name = name if re.match(r"[a-z]", name) else f"new_{kind}"
    terms, number, identity = load_vocabulary().terms, 1, name
    while f"{kind}:{identity}" in terms or f"{kind}:{identity}" in taken:
        number += 1
        identity = f"{name}_{number}"
    taken.add(f"{kind}:{identity}")
    return identity


def _plain(words: str) -> str:
    """On one line, without anything that a table or a terminal would take for more than text."""
    text = "".join(c if c.isprintable() and c not in '|"' else " " for c in words)
    return re.sub(r"\s+", " ", text).strip()[:200]
