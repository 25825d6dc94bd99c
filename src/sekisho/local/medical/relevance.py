"""How facts bear on symptoms, and on each other: body systems, risks, side effects, interactions, contraindications."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from weakref import WeakKeyDictionary

from sekisho.local.facts import Fact, FactSheet
from sekisho.local.medical.catalog import ALLERGIC_REACTION, medical_catalog
from sekisho.local.medical.vocabulary import LinkedTerms, Vocabulary, load_vocabulary
from sekisho.local.model.protocol import Bearing

#: Systems that touch everything, and therefore relate nothing.
_EVERYWHERE = frozenset({"general"})
#: Statuses of a medicine that is not known to be taken now.
NOT_TAKEN = frozenset({"stopped", "unknown"})
_ABNORMAL = frozenset({"very_low", "low", "high", "very_high", "positive"})
#: Ages that may be said to be a risk, whatever a model chooses.
OLD = frozenset({"age:age_70s", "age:age_80s", "age:age_90_up"})


@dataclass(frozen=True, slots=True)
class Link:
    """Two facts of this person that stand in a relation."""

    relation: LinkedTerms
    left: Fact
    right: Fact


@cache
def _by_ends() -> dict[tuple[str, str, str], LinkedTerms]:
    """The gravest row for each kind and pair of ends."""
    order = ("contraindicated", "major", "moderate", "minor")
    found: dict[tuple[str, str, str], LinkedTerms] = {}
    for row in sorted(load_vocabulary().relations, key=lambda r: -order.index(r.severity)):
        found[row.kind, row.left, row.right] = row
    return found


def bearing_of(fact: Fact, symptoms: Sequence[Fact], vocabulary: Vocabulary) -> Bearing:
    """How one fact bears on the reported symptoms."""
    bearing = Bearing.NONE
    if fact.kind == "age":
        return Bearing.RISK if fact.code in OLD and symptoms else Bearing.NONE
    if fact.kind not in ("condition", "lab", "vital", "lifestyle", "medicine"):
        return bearing
    if fact.kind in ("lab", "vital") and fact.status not in _ABNORMAL:
        return bearing
    if fact.kind == "medicine" and fact.status not in NOT_TAKEN:
        return bearing
    systems = vocabulary.systems_of(fact.code) - _EVERYWHERE
    for symptom in symptoms:
        if fact.kind != "medicine" and _relation("risk", fact.code, symptom.code, vocabulary) is not None:
            bearing |= Bearing.RISK
        if fact.kind != "lifestyle" and systems & vocabulary.systems_of(symptom.code):
            bearing |= Bearing.HISTORY
    if Bearing.RISK in bearing and fact.kind != "lifestyle":
        bearing |= Bearing.HISTORY
    return bearing


def side_effects(facts: Sequence[Fact], symptoms: Sequence[Fact], vocabulary: Vocabulary) -> Iterator[Link]:
    """Current medicines of which a reported symptom is a known side effect."""
    yield from _links("side_effect", _current(facts), symptoms, vocabulary)


#: By sheet, and only as long as the sheet is there.
_known_interactions: WeakKeyDictionary[FactSheet, tuple[Vocabulary, tuple[Link, ...]]] = WeakKeyDictionary()


def interactions(sheet: FactSheet, vocabulary: Vocabulary) -> tuple[Link, ...]:
    """Pairs of facts that do not go together: allergy × medicine, medicine × medicine, medicine × condition.

    They do not depend on the question, so they are kept while the case is open.
    """
    known = _known_interactions.get(sheet)
    if known is None or known[0] is not vocabulary:
        known = _known_interactions[sheet] = vocabulary, tuple(_interactions(sheet.facts, vocabulary))
    return known[1]


def _interactions(facts: Sequence[Fact], vocabulary: Vocabulary) -> Iterator[Link]:
    medicines = _current(facts)
    systemic = [f for f in medicines if vocabulary.is_systemic(f.code)]
    conditions = [f for f in facts if f.kind == "condition" and f.status == "active"]
    allergies = [f for f in facts if f.kind == "allergy" and f.status == "active"]
    yield from _allergy_links(allergies, medicines, vocabulary)
    yield from _links("medicine_condition", systemic, conditions, vocabulary)
    seen: set[frozenset[str]] = set()
    for link in _links("medicine_medicine", systemic, systemic, vocabulary):
        pair = frozenset({link.left.id, link.right.id})
        if len(pair) == 2 and pair not in seen:
            seen.add(pair)
            yield link


def _current(facts: Sequence[Fact]) -> list[Fact]:
    return [f for f in facts if f.kind == "medicine" and f.status == "active"]


def _links(kind: str, lefts: Sequence[Fact], rights: Sequence[Fact], vocabulary: Vocabulary) -> Iterator[Link]:
    for left in lefts:
        for right in rights:
            relation = _relation(kind, left.code, right.code, vocabulary)
            if relation is not None:
                yield Link(relation, left, right)


@cache
def _reach_of_allergies() -> dict[str, set[tuple[str, str]]]:
    """What each allergy extends to: class or medicine, and effect, by the code of the allergy."""
    reach: dict[str, set[tuple[str, str]]] = {}
    for relation in medical_catalog().relations:
        if relation.kind == "allergy_medicine":
            reach.setdefault(relation.left, set()).add((relation.right, relation.effect))
    return reach


def _allergy_links(allergies: Sequence[Fact], medicines: Sequence[Fact], vocabulary: Vocabulary) -> Iterator[Link]:
    """An allergy holds for itself, and for the classes that its row names; never for what is merely like it."""
    for allergy in allergies:
        reach = sorted(_reach_of_allergies().get(allergy.code, {(allergy.code, ALLERGIC_REACTION)}))
        for medicine in medicines:
            for code, effect in reach:
                if code in vocabulary.ancestors(medicine.code):
                    row = LinkedTerms("allergy_medicine", allergy.code, code, "contraindicated", effect)
                    yield Link(row, allergy, medicine)
                    break


@lru_cache(maxsize=1 << 16)
def _relation(kind: str, left: str, right: str, vocabulary: Vocabulary) -> LinkedTerms | None:
    """The row that relates two terms, or broader ones; the nearest first."""
    ends = _by_ends()
    for a in vocabulary.ancestors(left):
        for b in vocabulary.ancestors(right):
            found = ends.get((kind, a, b))
            if found is not None:
                return found
    return None
