"""Facts and a choice -> a candidate: which template says which fact where. It proposes; the checkpoint decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sekisho.checkpoint.candidate import Candidate, Statement
from sekisho.checkpoint.policy import Policy
from sekisho.local.facts import Fact, FactSheet
from sekisho.local.medical.relevance import NOT_TAKEN, OLD, Link, interactions, side_effects
from sekisho.local.medical.vocabulary import Vocabulary
from sekisho.local.model.protocol import Choice

_GRAVE = frozenset({"contraindicated", "major"})
_ADVICE = {
    "active": "advise_condition",
    "past": "advise_past",
    "remission": "advise_past",
    "suspected": "advise_suspected",
}
#: An allergy to a medicine of which no more is known: to advise against all medicines would be wrong.
_ANY_MEDICINE = "allergen:al_medicine"
_ABNORMAL = frozenset({"very_low", "low", "high", "very_high", "positive"})


@dataclass(frozen=True, slots=True)
class Composer:
    """Writes candidates for one question."""

    vocabulary: Vocabulary
    policy: Policy

    def compose(self, sheet: FactSheet, symptoms: Sequence[Fact], choice: Choice, language: str) -> Candidate:
        """The whole candidate."""
        known = self.vocabulary
        links = [*interactions(sheet, known), *side_effects(sheet.facts, symptoms, known)]
        statements = [
            *self._context(sheet, choice, links),
            *self._relevance(sheet, choice, links),
            *self._recommendations(sheet, choice, links),
        ]
        return Candidate(language, tuple(dict.fromkeys(statements)))

    def _context(self, sheet: FactSheet, choice: Choice, links: list[Link]) -> Iterator[Statement]:
        age, sex = sheet.of("age"), sheet.of("sex")
        if age and sex and self.policy.sex:
            yield _say("age_sex", age[0], sex[0])
        elif age:
            yield _say("age_plain", age[0])
        yield from (_say("allergy", f) for f in sheet.of("allergy", "active"))
        yield from (
            _say("allergy_suspected", f, f"status:{f.status}") for f in sheet.of("allergy", "suspected", "unknown")
        )
        if not sheet.of("allergy"):
            yield from (_say("allergy_none", f) for f in sheet.of("allergy_status"))
        wanted = choice.history | choice.risks | {f.id for link in links for f in (link.left, link.right)}
        everything = self.policy.context == "full"
        for fact in sheet.of("condition", "active"):
            if everything or fact.id in wanted:
                yield _say("chronic_active", fact)
        for fact in sheet.of("condition", "remission", "suspected", "unknown"):
            if self.vocabulary.course_of(fact.code) != "acute" and (everything or fact.id in wanted):
                yield _say("chronic_status", fact, f"status:{fact.status}")
        for fact in sheet.of("medicine", "active"):
            if everything or fact.id in wanted:
                yield _say("medicine", fact)
        for fact in sheet.of("medicine", "unknown"):
            if everything or fact.id in wanted:
                yield _say("medicine_unknown", fact, f"status:{fact.status}")

    def _relevance(self, sheet: FactSheet, choice: Choice, links: list[Link]) -> Iterator[Statement]:
        for fact in sheet.facts:
            status = f"status:{fact.status}"
            is_history = fact.kind in ("condition", "lab", "vital") or (
                fact.kind == "medicine" and fact.status in NOT_TAKEN
            )
            if fact.id in choice.history and is_history:
                yield _say(f"history_{fact.kind}", fact, status)
            if fact.id in choice.risks:
                if fact.kind == "lifestyle" or fact.code in OLD:
                    yield _say(f"risk_{fact.kind}", fact)
                elif fact.kind == "condition" or (fact.kind in ("lab", "vital") and fact.status in _ABNORMAL):
                    yield _say(f"risk_{fact.kind}", fact, status)
        for link in links:
            if link.relation.kind == "side_effect":
                yield _say("side_effect", link.left, link.right)
            elif link.relation.effect:
                yield _say(link.relation.kind, link.left, link.right, link.relation.effect)

    def _recommendations(self, sheet: FactSheet, choice: Choice, links: list[Link]) -> Iterator[Statement]:
        for fact in sheet.of("allergy", "active"):
            if fact.code != _ANY_MEDICINE:
                yield _say(self._allergy_template(fact), fact)
        for link in links:
            if link.relation.kind == "side_effect":
                yield _say("advise_side_effect", link.left)
            elif link.relation.severity in _GRAVE and link.relation.kind == "medicine_medicine":
                yield _say("advise_interaction", link.left, link.right)
            elif link.relation.severity in _GRAVE and link.relation.kind == "medicine_condition":
                yield _say("advise_medicine_condition", link.left, link.right)
        for fact in sheet.facts:
            if fact.id in choice.history and fact.kind == "condition" and fact.status in _ADVICE:
                yield _say(_ADVICE[fact.status], fact)
            elif fact.id in choice.history and fact.kind == "lab" and fact.status in _ABNORMAL:
                yield _say("advise_lab", fact, f"status:{fact.status}")
        if sheet.unlisted:
            yield Statement("advise_record", (), ())

    def _allergy_template(self, fact: Fact) -> str:
        """A family of medicines, one medicine, or something to keep away from."""
        kind = self.vocabulary.terms[fact.code].kind
        if kind == "allergen":
            if "allergen:al_medicine" not in self.vocabulary.ancestors(fact.code):
                return "advise_allergen_avoid"
            is_family = self.vocabulary.terms[fact.code].ja.endswith(("系", "薬", "剤"))
            return "advise_allergen_medicine" if is_family else "advise_allergen_class"
        return "advise_allergen_medicine"


def _say(template: str, *parts: Fact | str) -> Statement:
    """A statement from facts and from codes that are no facts (a status, an effect), in the order of the slots."""
    terms = tuple([part.code if isinstance(part, Fact) else part for part in parts])
    return Statement(template, terms, tuple([part.id for part in parts if isinstance(part, Fact)]))
