"""Reading the vocabulary's data files: one strict reader for every kind of table. See docs/VOCABULARY.md."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from sekisho.errors import Code, SetupError

#: Folder of the table (or the file where a folder holds several kinds) -> its columns.
COLUMNS: dict[str, tuple[str, ...]] = {
    name: tuple(columns.split())
    for name, columns in {
        "conditions": "id ja en icd10 parent systems course frequency synonyms_ja synonyms_en",
        "medicine_classes": "id ja en parent stems_ja stems_en synonyms",
        "medicines": "id ja en classes routes components brands synonyms",
        "allergens": "id ja en parent cross medicine_classes synonyms_ja synonyms_en",
        "labs/labs.tsv": "id ja en parent loinc unit other_units systems synonyms_ja synonyms_en",
        "labs/vitals.tsv": "id ja en parent loinc unit other_units systems synonyms_ja synonyms_en",
        "labs/lab_bands.tsv": "id sex age_from age_to very_low low high very_high",
        "labs/vital_bands.tsv": "id sex age_from age_to very_low low high very_high",
        "symptoms": "id ja en systems red_flag synonyms_ja synonyms_en",
        "lifestyle": "id ja en parent systems synonyms_ja synonyms_en",
        "relations/effects.tsv": "id ja en",
        "relations": "id kind left right severity effect",
        "said_around": "side group phrases",
        "closed/statuses.tsv": "id ja en",
        "closed/ages.tsv": "id ja en parent from to",
        "closed/sexes.tsv": "id ja en",
        "closed/allergy_statuses.tsv": "id ja en",
        "closed/implied_allergies.tsv": "condition allergen",
        "closed/note_weights.tsv": "kind feature active suspected past stopped family none",
        "closed/templates.tsv": "id key slots statuses relation ja en",
    }.items()
}

Row = dict[str, str]


def rows(table: str) -> Iterator[Row]:
    """Every row of a kind of table, over all its files, in the order of file names.

    Raises:
        SetupError: `vocabulary_broken` with the file and line.
    """
    for name, text in _texts(table):
        yield from _rows(name, text, COLUMNS[table])


def files_of(table: str) -> Iterator[tuple[str, Iterator[Row]]]:
    """The files of a kind of table with their rows."""
    for name, text in _texts(table):
        yield name, _rows(name, text, COLUMNS[table])


def listed(cell: str) -> tuple[str, ...]:
    """The values of a list cell."""
    return tuple(cell.split("|")) if cell else ()


@cache
def data_digest() -> str:
    """Digest of all data files, word lists included: the version of the vocabulary."""
    digest = hashlib.sha256()
    closed = files(__package__).joinpath("data", "closed")
    lists = sorted(((f.name, f) for f in closed.iterdir() if f.name.endswith(".toml")), key=lambda pair: pair[0])
    for name, place in [*(pair for table in COLUMNS for pair in _places(table)), *lists]:
        content = place.read_bytes()
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def _places(table: str) -> list[tuple[str, Traversable]]:
    """The files of a kind of table with their names."""
    place: Traversable = files(__package__).joinpath("data")
    for part in table.split("/"):
        place = place.joinpath(part)
    if place.is_file():
        return [(table, place)]
    found = sorted((f for f in place.iterdir() if f.name.endswith(".tsv")), key=lambda f: f.name)
    return [(f"{table}/{f.name}", f) for f in found if f"{table}/{f.name}" not in COLUMNS]


def _texts(table: str) -> list[tuple[str, str]]:
    return [(name, place.read_text(encoding="utf-8")) for name, place in _places(table)]


def _rows(name: str, text: str, columns: tuple[str, ...]) -> Iterator[Row]:
    header_seen = False
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise SetupError(Code.VOCABULARY_BROKEN, f"{name}:{number}")
        if not header_seen:
            if tuple(cells) != columns:
                raise SetupError(Code.VOCABULARY_BROKEN, f"{name}:{number}")
            header_seen = True
            continue
        yield dict(zip(columns, cells, strict=True))
