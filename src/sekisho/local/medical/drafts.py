"""Reading a model's draft back into facts: what it names must be a term of the vocabulary and a fact of the record.

A draft is text of a model, so none of it goes on: here it becomes numbers of facts, and counts for the operator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sekisho.errors import Code, SetupError
from sekisho.local.facts import Fact, FactSheet
from sekisho.local.medical.fold import fold_keeping_case
from sekisho.local.medical.meaning import around
from sekisho.local.medical.vocabulary import Vocabulary
from sekisho.local.model.answers import strings_in
from sekisho.local.model.protocol import Choice, DraftReading

#: Key of the draft -> keys below it, and what naming a fact there means.
_HISTORY, _RISKS, _NOTHING = "history", "risks", ""
_SHAPE: Mapping[str, Mapping[str, str]] = {
    "patient_context": {
        "age_group": _NOTHING,
        "chronic_conditions": _NOTHING,
        "allergies": _NOTHING,
        "current_medications": _NOTHING,
    },
    "symptom_relevance": {
        "related_history": _HISTORY,
        "potential_interactions": _NOTHING,
        "risk_factors": _RISKS,
    },
}
_KINDS = (
    ("condition",),
    ("medicine", "class"),
    ("allergen",),
    ("lab",),
    ("vital",),
    ("lifestyle",),
    ("age",),
    ("sex",),
)
_MOST_STRINGS = 200


@dataclass(frozen=True, slots=True)
class DraftReader:
    """Reads drafts. Keep one a vocabulary."""

    vocabulary: Vocabulary

    def read(self, draft: Mapping[str, object], sheet: FactSheet) -> DraftReading:
        """The facts that a draft names.

        Context and interactions are said from the record in any case; naming them changes nothing but the counts.

        Raises:
            SetupError: `model_invalid` for a draft of another shape.
        """
        named: dict[str, set[str]] = {_HISTORY: set(), _RISKS: set(), _NOTHING: set()}
        supported = unsupported = unknown = 0
        for role, text in _strings(draft):
            found, missing = self._facts(text, sheet)
            named[role].update(fact.id for fact in found)
            supported += bool(found)
            unsupported += bool(missing and not found)
            unknown += bool(text.strip()) and not (found or missing)
        choice = Choice(frozenset(named[_HISTORY]), frozenset(named[_RISKS]))
        return DraftReading(choice, supported, unsupported, unknown)

    def _facts(self, text: str, sheet: FactSheet) -> tuple[list[Fact], bool]:
        """The facts of the record that a text names, and whether it names something that the record does not say."""
        cased = fold_keeping_case(text)
        folded = cased.lower()
        found: list[Fact] = []
        missing = False
        for kinds in _KINDS:  # a word may be a condition and a symptom, a medicine and an allergen: each counts
            hits = self.vocabulary.lexicon(*kinds).scan(cased)
            for hit in hits:
                if len(folded) == len(cased) and around(folded, hit, hits).is_negated():
                    continue
                facts = [fact for fact in sheet.facts if hit.code in self.vocabulary.ancestors(fact.code)]
                found += facts
                missing |= not facts
        return found, missing


def _strings(draft: Mapping[str, object]) -> list[tuple[str, str]]:
    """Every string of a draft with what it means to be named there."""
    if draft.keys() != {*_SHAPE, "recommendations"}:
        raise SetupError(Code.MODEL_INVALID)
    found = [(_HISTORY, text) for text in strings_in(draft["recommendations"])]
    for key, parts in _SHAPE.items():
        part = draft[key]
        if not isinstance(part, dict) or part.keys() != parts.keys():
            raise SetupError(Code.MODEL_INVALID)
        found += [(role, text) for name, role in parts.items() for text in strings_in(part[name])]
    if len(found) > _MOST_STRINGS:
        raise SetupError(Code.MODEL_INVALID)
    return found
