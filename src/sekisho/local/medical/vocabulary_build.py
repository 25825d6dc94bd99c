"""Building the vocabulary from its data files, with every reference checked."""

from __future__ import annotations

from collections.abc import Callable

from sekisho.checkpoint.catalog import Term
from sekisho.errors import Code, SetupError
from sekisho.local.medical.fold import is_abbreviation, key_of, spellings
from sekisho.local.medical.lexicon import heads_of
from sekisho.local.medical.tables import Row, data_digest, listed, rows
from sekisho.local.medical.vocabulary import BEGINNING, NOTE_KINDS, LinkedTerms, Vocabulary

#: The root of the classes that name a rare disease by treating it.
RARE_TREATMENTS = "class:rare_disease_medicines"


def build_vocabulary() -> Vocabulary:
    """Read all data files.

    Raises:
        SetupError: `vocabulary_broken` with the file and line, or the code that is missing.
    """
    vocabulary = Vocabulary(version=data_digest())
    for kind, read in _READERS.items():
        vocabulary.names[kind] = {}
        read(vocabulary)
    for row in rows("relations"):
        vocabulary.relations.append(
            LinkedTerms(row["kind"], row["left"], row["right"], row["severity"], _typed("effect", row["effect"]))
        )
    vocabulary.implied_allergies = {row["condition"]: row["allergen"] for row in rows("closed/implied_allergies.tsv")}
    _check_references(vocabulary)
    _mark_rare_treatments(vocabulary)
    vocabulary.heads = {kind: heads_of(names) for kind, names in vocabulary.names.items()}
    vocabulary.beginnings = _beginnings(vocabulary)
    return vocabulary


def _beginnings(vocabulary: Vocabulary) -> dict[str, tuple[int, ...]]:
    found: dict[str, dict[int, int]] = {}
    for bit, kind in enumerate(NOTE_KINDS):
        for name in vocabulary.names[kind]:
            sizes = found.setdefault(name[:BEGINNING], {})
            sizes[len(name)] = sizes.get(len(name), 0) | 1 << bit
    return {
        beginning: tuple(value for pair in sorted(sizes.items(), reverse=True) for value in pair)
        for beginning, sizes in found.items()
    }


def _check_references(vocabulary: Vocabulary) -> None:
    for term in vocabulary.terms.values():
        for parent in term.parents:
            if parent not in vocabulary.terms:
                raise SetupError(Code.VOCABULARY_BROKEN, f"{term.code} -> {parent}")
    for code in (*vocabulary.implied_allergies, *vocabulary.implied_allergies.values()):
        if code not in vocabulary.terms:
            raise SetupError(Code.VOCABULARY_BROKEN, f"implied allergy -> {code}")
    for relation in vocabulary.relations:
        for code in (relation.left, relation.right, *([relation.effect] if relation.effect else [])):
            if code not in vocabulary.terms:
                raise SetupError(Code.VOCABULARY_BROKEN, f"relation -> {code}")


def _mark_rare_treatments(vocabulary: Vocabulary) -> None:
    """A medicine for one rare disease names it as plainly as the disease itself: it is rare too."""
    assert isinstance(vocabulary.terms, dict)
    for code, term in list(vocabulary.terms.items()):
        is_treatment = term.kind in ("class", "medicine") and code != RARE_TREATMENTS
        if is_treatment and RARE_TREATMENTS in vocabulary.ancestors(code):
            vocabulary.terms[code] = term._replace(rare=True)


def _typed(kind: str, identity: str) -> str:
    return f"{kind}:{identity}" if identity else ""


def _add(vocabulary: Vocabulary, kind: str, row: Row, parents: tuple[str, ...] = (), frequency: str = "") -> str:
    code = _typed(kind, row["id"])
    if code in vocabulary.terms:
        raise SetupError(Code.VOCABULARY_BROKEN, f"{code} stands twice")
    assert isinstance(vocabulary.terms, dict)
    vocabulary.terms[code] = Term(
        code, kind, row["ja"], row["en"], parents, frequency == "rare", frequency == "uncommon"
    )
    if systems := row.get("systems"):
        vocabulary.systems[code] = frozenset(listed(systems))
    names = vocabulary.names[kind]
    for name in (row["ja"], row["en"]):
        names.update(dict.fromkeys(spellings(name), code))
    for column in ("synonyms_ja", "synonyms_en", "synonyms", "brands"):
        for name in listed(row.get(column, "")):
            for spelling in spellings(name):
                names.setdefault(spelling, code)
            if is_abbreviation(name):
                vocabulary.abbreviations.add(key_of(name))
    return code


def _parent(kind: str, row: Row) -> tuple[str, ...]:
    return (_typed(kind, row["parent"]),) if row.get("parent") else ()


def _read_conditions(v: Vocabulary) -> None:
    for row in rows("conditions"):
        code = _add(v, "condition", row, _parent("condition", row), row["frequency"])
        v.course[code] = row["course"]
        if row["icd10"]:
            v.codes.setdefault(f"icd10|{row['icd10']}", code)


def _read_medicines(v: Vocabulary) -> None:
    for row in rows("medicines"):
        classes = [_typed("class", c) for c in listed(row["classes"])]
        components = [_typed("medicine", c) for c in listed(row["components"])]
        code = _add(v, "medicine", row, (*classes, *components))
        if set(listed(row["routes"])) <= {"topical", "eye", "ear", "nasal"}:
            v.local_only.add(code)


def _read_allergens(v: Vocabulary) -> None:
    for row in rows("allergens"):
        code = _add(v, "allergen", row, _parent("allergen", row))
        v.allergen_classes[code] = tuple(_typed("class", c) for c in listed(row["medicine_classes"]))


def _read_labs(v: Vocabulary) -> None:
    for row in rows("labs/labs.tsv"):
        _codes_of(v, row, _add(v, "lab", row, _parent("lab", row)))


def _read_vitals(v: Vocabulary) -> None:
    for row in rows("labs/vitals.tsv"):
        _codes_of(v, row, _add(v, "vital", row, _parent("vital", row)))


def _codes_of(v: Vocabulary, row: Row, code: str) -> None:
    for loinc in listed(row["loinc"]):
        v.codes[f"http://loinc.org|{loinc}"] = code


def _read_symptoms(v: Vocabulary) -> None:
    for row in rows("symptoms"):
        code = _add(v, "symptom", row)
        if row["red_flag"]:
            v.red_flags[code] = row["red_flag"]


def _plain(kind: str, table: str) -> Callable[[Vocabulary], None]:
    """A reader for rows that have nothing but a display and perhaps a parent."""

    def read(v: Vocabulary) -> None:
        for row in rows(table):
            _add(v, kind, row, _parent(kind, row))

    return read


#: In the order in which they are read: what is referred to stands first.
_READERS: dict[str, Callable[[Vocabulary], None]] = {
    "condition": _read_conditions,
    "class": _plain("class", "medicine_classes"),
    "medicine": _read_medicines,
    "allergen": _read_allergens,
    "lab": _read_labs,
    "vital": _read_vitals,
    "symptom": _read_symptoms,
    "lifestyle": _plain("lifestyle", "lifestyle"),
    "effect": _plain("effect", "relations/effects.tsv"),
    "status": _plain("status", "closed/statuses.tsv"),
    "age": _plain("age", "closed/ages.tsv"),
    "sex": _plain("sex", "closed/sexes.tsv"),
    "allergy_status": _plain("allergy_status", "closed/allergy_statuses.tsv"),
}
