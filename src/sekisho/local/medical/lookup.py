"""Looking a word up, for people: which terms it means in which part of a record."""

from __future__ import annotations

from dataclasses import dataclass

from sekisho.checkpoint.catalog import Term
from sekisho.local.medical.fallback import fall_back
from sekisho.local.medical.fold import fold, key_of
from sekisho.local.medical.vocabulary import Vocabulary

#: In which part of a record a word is looked up with which kinds of term.
_PARTS = (("condition",), ("medicine", "class"), ("allergen",), ("lab",), ("vital",), ("symptom",), ("lifestyle",))


@dataclass(frozen=True, slots=True)
class Match:
    """A term, how it was found (`exact`, `inside`, `fallback`), what it generalises to, and what told a fallback."""

    term: Term
    how: str
    broader: tuple[Term, ...]
    because: str = ""


def look_up(word: str, vocabulary: Vocabulary) -> list[Match]:
    """Every term that a word means, exact matches first; without any, what it falls back to."""
    found: dict[str, str] = {}
    because: dict[str, str] = {}
    for kinds in _PARTS:
        lexicon = vocabulary.lexicon(*kinds)
        if exact := lexicon.exact(key_of(word)):
            found[exact] = "exact"
        else:
            for hit in lexicon.scan(word):
                found.setdefault(hit.code, "inside")
    if not found:
        for kinds in _PARTS:
            because.update((hit.code, hit.because) for hit in fall_back(kinds, fold(word)))
        found = dict.fromkeys(because, "fallback")
    matches = []
    for code in sorted(found, key=lambda c: found[c] != "exact"):
        broader = dict.fromkeys(c for c in vocabulary.ancestors(code) if c != code)
        terms = tuple(vocabulary.terms[c] for c in broader)
        matches.append(Match(vocabulary.terms[code], found[code], terms, because.get(code, "")))
    return matches
