"""The keys of records in the article's shape, read from `keys.toml` beside this file."""

from __future__ import annotations

import tomllib
import unicodedata
from importlib.resources import files

from sekisho.checkpoint.identifier import IdentifierKind
from sekisho.local.records.record import Section


def fold_key(key: str) -> str:
    """The form in which keys are compared."""
    return unicodedata.normalize("NFKC", key).lower().replace("_", "").replace("-", "").replace(" ", "")


_DATA = tomllib.loads(files(__package__).joinpath("keys.toml").read_text(encoding="utf-8"))


def _group(table: str, name: str) -> frozenset[str]:
    return frozenset(map(fold_key, _DATA[table][name]))


SECTIONS = {fold_key(word): Section(name) for name, words in _DATA["sections"].items() for word in words}
IDENTIFIER_KEYS = {
    fold_key(word): IdentifierKind(name) for name, words in _DATA["identifiers"].items() for word in words
}
PERSON_PARTS = _group("parts", "person")
PRIVATE_PARTS = _group("parts", "private")
DOB_KEYS = _group("person", "birth_date")
AGE_KEYS = _group("person", "age")
SEX_KEYS = _group("person", "sex")
#: In the order of preference.
TEXT_KEYS = tuple(map(fold_key, _DATA["entry"]["text"]))
STATUS_KEYS = _group("entry", "status")
REMARK_KEYS = _group("entry", "remark")
CODE_KEYS = _group("entry", "code")
VALUE_KEYS = _group("entry", "value")
UNIT_KEYS = _group("entry", "unit")
DATE_KEYS = _group("entry", "date")
PLAIN_KEYS = _group("entry", "plain")
#: Keys of somebody's diseases and medicines.
MEDICAL_KEYS = _group("entry", "medical") | frozenset(
    word for word, section in SECTIONS.items() if section in (Section.CONDITION, Section.ALLERGY, Section.MEDICINE)
)
