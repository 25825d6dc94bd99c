"""Facts: releasable, generalised, coded statements derived from a record, and what could not become one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from sekisho.checkpoint.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Span:
    """Where in the record a fact comes from: a path, and places in the text there. Local only."""

    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. It holds codes of the vocabulary and places, never words of the record.

    Attributes:
        id: F1, F2 ... in the order of the sheet.
        kind: Kind of fact of the domain (condition, allergy, medicine ...).
        code: Term code.
        status: Status id of the domain (active, past, a band ...).
        spans: Where it comes from.
    """

    kind: str
    code: str
    status: str
    spans: tuple[Span, ...] = ()
    id: str = ""

    def as_evidence(self) -> Evidence:
        """What the checkpoint is told."""
        return Evidence(self.id, self.kind, self.code, self.status)


@dataclass(frozen=True, slots=True)
class Unlisted:
    """An entry that nothing in the vocabulary matches. It does not leave; the operator is shown where it stands."""

    section: str
    path: str


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class FactSheet:
    """All facts of a record, numbered, and what was withheld.

    Attributes:
        facts: The facts.
        unlisted: Entries that nothing in the vocabulary matches.
        unread: How many values stood in parts that nobody here knows how to read.
        unsure: How many terms of its free text were left out because it is not clear what the text says of them.
    """

    facts: tuple[Fact, ...]
    unlisted: tuple[Unlisted, ...]
    unread: int
    unsure: int = 0
    _by_kind: dict[str, list[Fact]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_kind: dict[str, list[Fact]] = {}
        for fact in self.facts:
            by_kind.setdefault(fact.kind, []).append(fact)
        object.__setattr__(self, "_by_kind", by_kind)

    def of(self, kind: str, *statuses: str) -> list[Fact]:
        """Facts of a kind, of these statuses (any, if none is named)."""
        return [f for f in self._by_kind.get(kind, ()) if not statuses or f.status in statuses]


@dataclass
class SheetBuilder:
    """Collects facts: one a code, the one whose status takes precedence, broader terms dropped.

    Attributes:
        kinds: Kinds of fact in the order of the sheet.
        precedence: Statuses; of two for the same code the one that stands first holds.
        apart: Statuses that say something of their own and stand beside the others (family history).
        vague: Statuses that say nothing beside another fact of a narrower term.
    """

    kinds: tuple[str, ...]
    precedence: tuple[str, ...]
    apart: frozenset[str] = frozenset()
    vague: frozenset[str] = frozenset()
    _facts: dict[tuple[str, str, str], Fact] = field(default_factory=dict)
    #: Where each comes from, apart: a fact with all its places would be copied for each place.
    _spans: dict[tuple[str, str, str], list[Span]] = field(default_factory=dict)
    _unlisted: list[Unlisted] = field(default_factory=list)
    _unsure: int = 0

    def add(self, fact: Fact) -> None:
        """Take a fact from a structured part of the record."""
        key = self._key(fact)
        known = self._facts.get(key)
        if known is None or self._rank(fact) < self._rank(known):
            self._facts[key] = fact
        self._spans.setdefault(key, []).extend(fact.spans)

    def add_from_note(self, fact: Fact) -> None:
        """Take a fact from free text: it adds, but never overrules what the record says in its lists."""
        if self._key(fact) not in self._facts:
            self.add(fact)

    def overrule(self, fact: Fact) -> None:
        """Take what the text says of an entry that a list still holds."""
        key = self._key(fact)
        if key in self._facts:
            self._facts[key] = fact
            self._spans[key].extend(fact.spans)

    def doubt(self, fact: Fact, present: frozenset[str]) -> None:
        """Take a vague status for an entry that a list holds with one of these statuses: the text says otherwise."""
        known = self._facts.get(self._key(fact))
        if known is not None and known.status in present:
            self.overrule(fact)

    def of(self, kind: str) -> list[Fact]:
        """The facts of a kind so far."""
        return [self._placed(key) for key, fact in self._facts.items() if fact.kind == kind]

    def not_listed(self, section: str, path: str) -> None:
        """Count an entry that is not in the vocabulary."""
        self._unlisted.append(Unlisted(section, path))

    def not_sure(self, count: int) -> None:
        """Count terms of free text of which nothing is said."""
        self._unsure += count

    def sheet(self, broader: Callable[[str], Sequence[str]], unread: int) -> FactSheet:
        """Number the facts. `broader` gives a code and those that its own fact makes superfluous."""
        kept = [self._placed(key) for key in self._facts]
        implied = {(fact.kind, code, fact.status) for fact in kept for code in broader(fact.code) if code != fact.code}
        narrower = {
            (fact.kind, code) for fact in kept if fact.status not in self.apart for code in broader(fact.code)[1:]
        }
        kept = [f for f in kept if (f.kind, f.code, f.status) not in implied]
        kept = [f for f in kept if not (f.status in self.vague and (f.kind, f.code) in narrower)]
        kept.sort(key=lambda f: self.kinds.index(f.kind))
        numbered = tuple(replace(fact, id=f"F{i}") for i, fact in enumerate(kept, 1))
        return FactSheet(numbered, tuple(self._unlisted), unread, self._unsure)

    def _placed(self, key: tuple[str, str, str]) -> Fact:
        return replace(self._facts[key], spans=tuple(self._spans[key]))

    def _key(self, fact: Fact) -> tuple[str, str, str]:
        return fact.kind, fact.code, fact.status if fact.status in self.apart else ""

    def _rank(self, fact: Fact) -> int:
        return self.precedence.index(fact.status) if fact.status in self.precedence else len(self.precedence)
