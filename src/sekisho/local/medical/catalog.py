"""The vocabulary as the checkpoint takes it: plain data, made once."""

from __future__ import annotations

from functools import cache

from sekisho.checkpoint.catalog import Catalog, Relation, Slot, Template
from sekisho.local.medical.tables import listed, rows
from sekisho.local.medical.vocabulary import Vocabulary, load_vocabulary

#: The article's keys. They never change; how many lines each takes is ours.
SHAPE = (
    Slot("patient_context.age_group", 1, default="age_withheld"),
    Slot("patient_context.chronic_conditions", 40),
    Slot("patient_context.allergies", 40),
    Slot("patient_context.current_medications", 60),
    Slot("symptom_relevance.related_history", 30),
    Slot("symptom_relevance.potential_interactions", 30),
    Slot("symptom_relevance.risk_factors", 30),
    Slot("recommendations", 16),
)

#: Kind of fact -> kinds of term it may be stated with.
KINDS = {
    "age": frozenset({"age"}),
    "sex": frozenset({"sex"}),
    "condition": frozenset({"condition"}),
    "allergy": frozenset({"allergen", "medicine", "class"}),
    "allergy_status": frozenset({"allergy_status"}),
    "medicine": frozenset({"medicine", "class"}),
    "lab": frozenset({"lab"}),
    "vital": frozenset({"vital"}),
    "lifestyle": frozenset({"lifestyle"}),
    "symptom": frozenset({"symptom"}),
}

#: What an allergy to a medicine leads to when the person takes it.
ALLERGIC_REACTION = "effect:anaphylaxis"


@cache
def medical_catalog() -> Catalog:
    """The catalog of the shipped vocabulary."""
    vocabulary = load_vocabulary()
    return Catalog(
        version=vocabulary.version,
        kinds=KINDS,
        terms=vocabulary.terms,
        templates=_templates(),
        relations=frozenset(_relations(vocabulary)),
        shape=SHAPE,
        not_inherited=frozenset({"allergy_medicine"}),
        notice="advise_record",
    )


def _templates() -> dict[str, Template]:
    return {
        row["id"]: Template(
            id=row["id"],
            key=row["key"],
            slots=listed(row["slots"]),
            statuses=frozenset(listed(row["statuses"])),
            relation=row["relation"],
            ja=row["ja"],
            en=row["en"],
            rank=rank,
        )
        for rank, row in enumerate(rows("closed/templates.tsv"))
    }


def _relations(vocabulary: Vocabulary) -> set[Relation]:
    """The rows of the relation files, and what an allergy itself implies."""
    found = {Relation(r.kind, r.left, r.right, r.effect) for r in vocabulary.relations}
    extended = set()
    for allergen, classes in vocabulary.allergen_classes.items():
        for code in classes:
            extended.add(code)
            found.add(Relation("allergy_medicine", allergen, code, ALLERGIC_REACTION))
    for term in vocabulary.terms.values():
        if term.kind in ("medicine", "class"):
            found.add(Relation("allergy_medicine", term.code, term.code, ALLERGIC_REACTION))
        if term.kind == "medicine":
            # A class that some allergen extends to is one in which people cross-react.
            for parent in extended.intersection(term.parents):
                found.add(Relation("allergy_medicine", term.code, parent, ALLERGIC_REACTION))
    return found
