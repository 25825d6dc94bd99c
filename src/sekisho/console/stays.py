"""What stays and what leaves of one case, side by side. Local only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from sekisho.checkpoint.catalog import Catalog
from sekisho.cli.costs import tokens_of_record
from sekisho.cloud.usage import tokens_of
from sekisho.console.fact_words import FactWords
from sekisho.console.marked import Piece, marked_record
from sekisho.console.ties import Reader, Released, facts_behind
from sekisho.errors import Code, InputError
from sekisho.local.background import OpenCase
from sekisho.local.facts import Fact
from sekisho.local.records.cases import Case


@dataclass(frozen=True, slots=True, repr=False)
class ShownFact:
    """A fact of the record: what it says, the words that it was read from, and whether it left."""

    id: str
    kind: str
    says: str
    words: tuple[str, ...]
    is_released: bool


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """An entry that nothing in the vocabulary matches: it stayed. The section, and its words for the operator."""

    section: str
    words: str


@dataclass(frozen=True, slots=True, repr=False)
class Stays:
    """Everything the view shows of one case and one disclosure (or none)."""

    pieces: list[Piece] | None
    facts: tuple[ShownFact, ...]
    released: tuple[Released, ...]
    unlisted: tuple[Entry, ...]
    unread: int
    unsure: int
    identifiers: Counter[str]
    record_bytes: int
    record_tokens: int
    released_bytes: int
    released_tokens: int


def stays_of(
    case: Case,
    opened: OpenCase,
    summary: str,
    catalog: Catalog,
    language: str,
    is_named: Callable[[str, Fact], bool],
) -> Stays:
    """Look at a case beside the summary that left (empty: nothing left).

    Raises:
        InputError: The file cannot be read any more.
    """
    record, sheet = opened.record, opened.sheet
    words = FactWords(record, sheet.facts, is_named)
    released = Reader(catalog, sheet.facts, language).read(summary) if summary else []
    left = facts_behind(released)
    return Stays(
        pieces=marked_record(case.path, record.identifiers, words),
        facts=tuple(
            ShownFact(f.id, f.kind, says(f, catalog, language), tuple(words.words(f.id)), f.id in left)
            for f in sheet.facts
        ),
        released=tuple(released),
        unlisted=tuple(
            Entry(u.section, next((i.text for i in record.items if i.path == u.path), "")) for u in sheet.unlisted
        ),
        unread=sheet.unread,
        unsure=sheet.unsure,
        identifiers=Counter(identifier.kind.value for identifier in record.identifiers),
        record_bytes=_size_of(case),
        record_tokens=tokens_of_record(case.path),
        released_bytes=len(summary.encode()),
        released_tokens=tokens_of(summary),
    )


def _size_of(case: Case) -> int:
    try:
        return case.path.stat().st_size
    except OSError:
        raise InputError(Code.FILE_MISSING, case.path.name) from None


def says(fact: Fact, catalog: Catalog, language: str) -> str:
    """A fact in words of the vocabulary: the term, and its status where that says something."""
    term = catalog.terms[fact.code].display(language)
    status = catalog.terms.get(f"status:{fact.status}")
    return f"{term} ({status.display(language)})" if status and fact.kind not in ("age", "sex") else term
