"""The vocabulary in memory: terms, what is known about them, and the names by which records call them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from sekisho.checkpoint.catalog import Term
from sekisho.local.medical.fold import key_of
from sekisho.local.medical.lexicon import Lexicon, NamesOfKind

#: Kinds of term that notes are searched for; the n-th is bit n of `Vocabulary.beginnings`.
NOTE_KINDS = ("condition", "medicine", "class", "allergen", "lifestyle", "symptom", "lab", "vital")
#: How many first characters of a name `Vocabulary.beginnings` holds.
BEGINNING = 5


class LinkedTerms(NamedTuple):
    """A row of the relations: what stands in relation, how grave it is, and what it leads to."""

    kind: str
    left: str
    right: str
    severity: str
    effect: str


@dataclass(eq=False)
class Vocabulary:
    """Everything the data files say, indexed.

    Attributes:
        version: Digest of the files.
        terms: Term by code (`condition:graves_disease`).
        systems: Body systems by code.
        course: `chronic`, `acute`, `state` or `group` by condition code.
        red_flags: `urgent` or `emergency` by symptom code.
        allergen_classes: Class codes that an allergy extends to, by allergen code.
        implied_allergies: Allergen code by the code of a condition that is an allergy to it.
        local_only: Codes of medicines that are only put on the skin or into eye, ear or nose.
        codes: Term code by `system|code` of a coding system (LOINC, ICD-10).
        relations: All relation rows.
        abbreviations: Folded names that count only in capitals.
        names: Folded names -> code, by kind of term.
        heads: First characters of names -> lengths of the names that begin so, by kind of term.
        beginnings: First characters of names (or a whole shorter name) -> the lengths of these names, longest
            first, each followed by the kinds of term that have such names, one bit a kind.
    """

    version: str = ""
    terms: Mapping[str, Term] = field(default_factory=dict)
    systems: dict[str, frozenset[str]] = field(default_factory=dict)
    course: dict[str, str] = field(default_factory=dict)
    red_flags: dict[str, str] = field(default_factory=dict)
    allergen_classes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    implied_allergies: dict[str, str] = field(default_factory=dict)
    local_only: set[str] = field(default_factory=set)
    codes: dict[str, str] = field(default_factory=dict)
    relations: list[LinkedTerms] = field(default_factory=list)
    abbreviations: set[str] = field(default_factory=set)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    heads: dict[str, dict[str, tuple[int, ...]]] = field(default_factory=dict)
    beginnings: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _ancestors: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    _complaints: dict[str, bool] = field(default_factory=dict, repr=False)
    _lexicons: dict[tuple[str, ...], Lexicon] = field(default_factory=dict, repr=False)

    def lexicon(self, *kinds: str) -> Lexicon:
        """Names of these kinds; where two kinds share a name, the kind that stands first has it."""
        known = self._lexicons.get(kinds)
        if known is None:
            parts = tuple(NamesOfKind(self.names[kind], self.heads[kind]) for kind in kinds)
            known = self._lexicons[kinds] = Lexicon(parts, self.abbreviations)
        return known

    @property
    def local_kinds(self) -> frozenset[str]:
        """Kinds of term that have names beside the shipped ones, which `beginnings` does not tell of."""
        return frozenset()

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The code and everything broader, nearest first."""
        known = self._ancestors.get(code)
        if known is None:
            broader = [code]
            for parent in self.terms[code].parents:
                broader.extend(self.ancestors(parent))
            known = self._ancestors[code] = tuple(dict.fromkeys(broader))
        return known

    def by_code(self, code: str, *kinds: str) -> str | None:
        """The term of these kinds that a code of a coding system (`system|code`) stands for."""
        found = self.codes.get(code)
        return found if found is not None and found.partition(":")[0] in kinds else None

    def course_of(self, code: str) -> str:
        """`chronic`, `acute`, `state` or `group`: of a condition, or of the nearest broader one that has any."""
        return next((self.course[broader] for broader in self.ancestors(code) if broader in self.course), "chronic")

    def is_complaint(self, code: str) -> bool:
        """Whether a condition is called by the name of a symptom: 「膝痛」 in running text is no diagnosis."""
        known = self._complaints.get(code)
        if known is None:
            term, symptoms = self.terms[code], self.names["symptom"]
            known = self._complaints[code] = key_of(term.ja) in symptoms or key_of(term.en) in symptoms
        return known

    def is_systemic(self, code: str) -> bool:
        """Whether a medicine reaches the whole body, so that it can act on other medicines and conditions."""
        return code not in self.local_only

    def systems_of(self, code: str) -> frozenset[str]:
        """Body systems of a term, or of the nearest broader term that has any."""
        for broader in self.ancestors(code):
            if found := self.systems.get(broader):
                return found
        return frozenset()


@cache
def load_vocabulary() -> Vocabulary:
    """The shipped vocabulary, read once a process.

    Raises:
        SetupError: `vocabulary_broken` with the file and line, or the code that is missing.
    """
    from sekisho.local.medical.vocabulary_cache import cached_vocabulary

    return cached_vocabulary()
