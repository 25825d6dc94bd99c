"""The vocabulary in memory: terms, what is known about them, and the names by which records call them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache

from sekisho.checkpoint.catalog import Term
from sekisho.errors import Code, SetupError
from sekisho.local.medical.fold import is_abbreviation, key_of, spellings
from sekisho.local.medical.lexicon import Lexicon
from sekisho.local.medical.tables import Row, data_digest, listed, rows

#: The root of the classes that name a rare disease by treating it.
RARE_TREATMENTS = "class:rare_disease_medicines"


@dataclass(frozen=True, slots=True)
class LinkedTerms:
    """A row of the relations: what stands in relation, how grave it is, and what it leads to."""

    kind: str
    left: str
    right: str
    severity: str
    effect: str


@dataclass
class Vocabulary:
    """Everything the data files say, indexed.

    Attributes:
        version: Digest of the files.
        terms: Term by code (`condition:graves_disease`).
        systems: Body systems by code.
        course: `chronic`, `acute`, `state` or `group` by condition code.
        red_flags: `urgent` or `emergency` by symptom code.
        allergen_classes: Class codes that an allergy extends to, by allergen code.
        local_only: Codes of medicines that are only put on the skin or into eye, ear or nose.
        codes: Term code by `system|code` of a coding system (LOINC, ICD-10).
        relations: All relation rows.
        abbreviations: Folded names that count only in capitals.
        names: Folded names -> code, by kind of term.
    """

    version: str = ""
    terms: dict[str, Term] = field(default_factory=dict)
    systems: dict[str, frozenset[str]] = field(default_factory=dict)
    course: dict[str, str] = field(default_factory=dict)
    red_flags: dict[str, str] = field(default_factory=dict)
    allergen_classes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    local_only: set[str] = field(default_factory=set)
    codes: dict[str, str] = field(default_factory=dict)
    relations: list[LinkedTerms] = field(default_factory=list)
    abbreviations: set[str] = field(default_factory=set)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    _ancestors: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    _lexicons: dict[tuple[str, ...], Lexicon] = field(default_factory=dict, repr=False)

    def lexicon(self, *kinds: str) -> Lexicon:
        """Names of these kinds; where two kinds share a name, the kind that stands first has it."""
        known = self._lexicons.get(kinds)
        if known is None:
            merged: dict[str, str] = {}
            for kind in reversed(kinds):
                merged.update(self.names.get(kind, {}))
            known = self._lexicons[kinds] = Lexicon(merged, self.abbreviations)
        return known

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The code and everything broader, nearest first."""
        known = self._ancestors.get(code)
        if known is None:
            broader = [code]
            for parent in self.terms[code].parents:
                broader.extend(self.ancestors(parent))
            known = self._ancestors[code] = tuple(dict.fromkeys(broader))
        return known

    def is_complaint(self, code: str) -> bool:
        """Whether a condition is called by the name of a symptom: 「膝痛」 in running text is no diagnosis."""
        term = self.terms[code]
        symptoms = self.names["symptom"]
        return key_of(term.ja) in symptoms or key_of(term.en) in symptoms

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
    """Read all data files once.

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
    _check_references(vocabulary)
    _mark_rare_treatments(vocabulary)
    return vocabulary


def _check_references(vocabulary: Vocabulary) -> None:
    for term in vocabulary.terms.values():
        for parent in term.parents:
            if parent not in vocabulary.terms:
                raise SetupError(Code.VOCABULARY_BROKEN, f"{term.code} -> {parent}")
    for relation in vocabulary.relations:
        for code in (relation.left, relation.right, *([relation.effect] if relation.effect else [])):
            if code not in vocabulary.terms:
                raise SetupError(Code.VOCABULARY_BROKEN, f"relation -> {code}")


def _mark_rare_treatments(vocabulary: Vocabulary) -> None:
    """A medicine for one rare disease names it as plainly as the disease itself: it is rare too."""
    for code, term in list(vocabulary.terms.items()):
        is_treatment = term.kind in ("class", "medicine") and code != RARE_TREATMENTS
        if is_treatment and RARE_TREATMENTS in vocabulary.ancestors(code):
            vocabulary.terms[code] = replace(term, rare=True)


def _typed(kind: str, identity: str) -> str:
    return f"{kind}:{identity}" if identity else ""


def _add(vocabulary: Vocabulary, kind: str, row: Row, parents: tuple[str, ...] = (), rare: bool = False) -> str:
    code = _typed(kind, row["id"])
    if code in vocabulary.terms:
        raise SetupError(Code.VOCABULARY_BROKEN, f"{code} stands twice")
    vocabulary.terms[code] = Term(code, kind, row["ja"], row["en"], parents, rare)
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
        code = _add(v, "condition", row, _parent("condition", row), row["frequency"] == "rare")
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
