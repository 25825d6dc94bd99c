"""What may be said, as plain data: terms, templates, relations and the fixed shape of a summary.

A domain builds one `Catalog` from its vocabulary files. The checkpoint trusts the catalog and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple, Protocol, runtime_checkable

LANGUAGES = ("ja", "en")

#: A slot that takes the status of the fact in the slot before it.
STATUS = "status"
#: A slot that takes what a relation leads to. It speaks of terms in general, not of a person.
EFFECT = "effect"


class Term(NamedTuple):
    """One word that may leave. `code` is `kind:id`; `parents` are codes to generalise to, the first one first.

    `rare` points at few people by itself, `uncommon` together with others of its kind.
    """

    code: str
    kind: str
    ja: str
    en: str
    parents: tuple[str, ...] = ()
    rare: bool = False
    uncommon: bool = False

    def display(self, language: str) -> str:
        """The display term in 'ja' or 'en'."""
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with slots for terms.

    `key` is the place in the summary where it may stand (`patient_context.allergies`). `slots` names for each slot
    the kind of fact it speaks of, or `status` (the status of the fact before it) or `effect` (what a relation leads
    to). `statuses` are the fact statuses that the template may speak of (empty: any). `relation` names the kind of
    relation that its terms must stand in, if it claims one. `rank` orders the lines under one key. `of_record` are
    the places of the slots that speak of a fact of the record.
    """

    id: str
    key: str
    slots: tuple[str, ...]
    statuses: frozenset[str]
    relation: str
    ja: str
    en: str
    rank: int = 0
    of_record: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = tuple(i for i, slot in enumerate(self.slots) if slot not in (STATUS, EFFECT))
        object.__setattr__(self, "of_record", places)

    def wording(self, language: str) -> str:
        """The text with `{0}`, `{1}` for its slots, in 'ja' or 'en'."""
        return self.ja if language == "ja" else self.en


class Relation(NamedTuple):
    """A true statement about terms in general (not about a person): left, right, and what it leads to."""

    kind: str
    left: str
    right: str
    effect: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in the summary.

    `path` is its dotted key. `most` is how many lines it takes. With `default`, the id of a template without slots,
    it holds a single string, and that one when nothing else is said.
    """

    path: str
    most: int
    default: str = ""


@runtime_checkable
class LargeTerms(Protocol):
    """Terms that are too many to go through: those at hand are listed, for the rest it is asked."""

    def at_hand(self) -> Mapping[str, Term]:
        """The terms that are few enough to be listed."""
        ...

    def kinds_displayed(self, text: str, language: str) -> frozenset[str]:
        """The kinds of the other terms whose display is exactly this text."""
        ...


@dataclass(frozen=True)
class Catalog:
    """Everything that may be said by one domain.

    `version` goes into the ledger. `kinds` says which kinds of term each kind of fact may be stated with (an allergy
    with an allergen, a medicine or a class). `not_inherited` names the kinds of relation whose left side holds for
    itself only (an allergy to one medicine is none to all that are like it). `notice` is the id of a template without
    slots that says that something was kept back: without it a short list could be taken for a whole one. `max_bytes`
    is the size of a summary. `reflexive` names kinds of relation in which every term stands to itself (and to what is
    narrower), with what that leads to. `terms` may be `LargeTerms`.
    """

    version: str
    kinds: Mapping[str, frozenset[str]]
    terms: Mapping[str, Term]
    templates: Mapping[str, Template]
    relations: frozenset[Relation]
    shape: tuple[Slot, ...]
    not_inherited: frozenset[str] = frozenset()
    notice: str = ""
    max_bytes: int = 16 * 1024
    reflexive: Mapping[str, str] = field(default_factory=dict)
    _ancestors: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The code itself, then every broader code, nearest first. Unknown codes have no ancestors."""
        known = self._ancestors.get(code)
        if known is None:
            known = self._ancestors[code] = tuple(self._walk(code))
        return known

    def _walk(self, code: str) -> Iterator[str]:
        seen: set[str] = set()
        level = [code]
        while level:
            following: list[str] = []
            for current in level:
                term = self.terms.get(current)
                if term is None or current in seen:
                    continue
                seen.add(current)
                yield current
                following.extend(term.parents)
            level = following

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each key of the summary."""
        return {slot.path: place for place, slot in enumerate(self.shape)}

    @cached_property
    def constant_lines(self) -> frozenset[str]:
        """The lines that are the same for everybody, in every language."""
        return frozenset(
            template.wording(language)
            for template in self.templates.values()
            if not template.slots
            for language in LANGUAGES
        )

    @cached_property
    def line(self) -> Callable[[str, tuple[str, ...], str], str]:
        """The text of a template (its id) filled with terms, in a language. Most lines are said again and again."""
        return lru_cache(maxsize=4096)(self._line)

    def _line(self, template: str, terms: tuple[str, ...], language: str) -> str:
        wording = self.templates[template].wording(language)
        return wording.format(*(self.terms[code].display(language) for code in terms))

    @cached_property
    def _pairs(self) -> frozenset[tuple[str, str, str]]:
        return frozenset((relation.kind, relation.left, relation.right) for relation in self.relations)

    @cached_property
    def related(self) -> Callable[[str, str, str, str | None], bool]:
        """Whether a relation of this kind holds between two terms (or broader ones) and leads to this effect; with
        None, whatever it leads to."""
        return lru_cache(maxsize=4096)(self._related)

    def _related(self, kind: str, left: str, right: str, effect: str | None) -> bool:
        if kind in self.reflexive and effect in (None, self.reflexive[kind]) and left in self.ancestors(right):
            return True
        lefts = (left,) if kind in self.not_inherited else self.ancestors(left)
        ends = ((a, b) for a in lefts for b in self.ancestors(right))
        if effect is None:
            return any((kind, a, b) in self._pairs for a, b in ends)
        return any(Relation(kind, a, b, effect) in self.relations for a, b in ends)
