"""What an entry becomes that no term matches: a medicine its class, a condition a broad category, an allergen its group.

Only where that is true of everything that is called so; the words are data (`data/closed/fallback.toml`). A word that
stands nowhere there gives nothing. What comes out is always a class or a group, never a term of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from sekisho.local.medical.fallback_allergens import group_of_allergen
from sekisho.local.medical.fallback_conditions import category_of_condition
from sekisho.local.medical.fallback_medicines import classes_of_medicines
from sekisho.local.medical.fallback_words import Broader
from sekisho.local.medical.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Fallback:
    """Generalises words of a record. Keep one a vocabulary."""

    vocabulary: Vocabulary

    def find(self, kinds: tuple[str, ...], folded: str, of_family: bool = False) -> list[Broader]:
        """What the words of a folded line fall back to, with their places.

        `kinds` are the kinds of term that are looked for; `of_family`: the line is about a relative.
        """
        found: list[Broader] = []
        if "allergen" in kinds:
            found = group_of_allergen(folded)
        if not found and "class" in kinds:
            found = classes_of_medicines(folded)
        if not found and "condition" in kinds:
            found = category_of_condition(folded, of_family)
        return [hit for hit in found if self.is_broad(hit.code)]

    def is_broad(self, code: str) -> bool:
        """Whether a term is a class, a root, or a group of others."""
        term = self.vocabulary.terms.get(code)
        if term is None:
            return False
        if term.kind == "condition":
            return self.vocabulary.course[code] == "group"
        return term.kind == "class" or not term.parents or code in self._parents() or self._stands_for_a_class(code)

    def _parents(self) -> frozenset[str]:
        return frozenset(p for t in self.vocabulary.terms.values() if t.kind == "allergen" for p in t.parents)

    def _stands_for_a_class(self, code: str) -> bool:
        return bool(self.vocabulary.allergen_classes.get(code))
