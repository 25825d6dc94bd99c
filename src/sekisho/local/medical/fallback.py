"""What an entry becomes that no term matches: a medicine its class, a condition a category, an allergen its group.

Only where that is true of everything that is called so; the words are data (`data/closed/fallback.toml`). A word that
stands nowhere there gives nothing. What comes out is always a class or a group, never a term of its own.
"""

from __future__ import annotations

from functools import cache

from sekisho.local.medical.fallback_allergens import group_of_allergen
from sekisho.local.medical.fallback_conditions import category_of_condition
from sekisho.local.medical.fallback_medicines import classes_of_medicines
from sekisho.local.medical.fallback_words import Broader
from sekisho.local.medical.vocabulary import load_vocabulary


def fall_back(kinds: tuple[str, ...], folded: str, of_family: bool = False) -> list[Broader]:
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
    return [hit for hit in found if hit.code in broad_codes()]


@cache
def broad_codes() -> frozenset[str]:
    """Every class, every group of conditions, and every allergen that stands for others or for a class."""
    vocabulary = load_vocabulary()
    parents = {parent for term in vocabulary.terms.values() for parent in term.parents}
    return frozenset(
        code
        for code, term in vocabulary.terms.items()
        if term.kind == "class"
        or (term.kind == "condition" and vocabulary.course[code] == "group")
        or (term.kind == "allergen" and (code in parents or not term.parents or vocabulary.allergen_classes[code]))
    )
