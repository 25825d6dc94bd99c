"""Cases to measure local models with: the article's, and ones with as many facts as wanted."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

from sekisho.checkpoint.catalog import Term
from sekisho.local.medical.domain import MedicalDomain

_ARTICLE = files("sekisho.samples") / "01-thyroid.json"


@cache
def domain() -> MedicalDomain:
    """The medical field, loaded once."""
    return MedicalDomain()


def article_case(folder: Path) -> Path:
    """A folder with the article's case alone."""
    return _case(folder / "article", json.loads(_ARTICLE.read_text("utf-8")))


def large_case(folder: Path, facts: int) -> Path:
    """A folder with a case of so many facts: conditions and medicines in turns, after age and sex."""
    record = json.loads(_ARTICLE.read_text("utf-8"))
    record.update(notes="", allergies=[], lifestyle={})
    conditions, medicines = _displays("condition"), _displays("medicine")
    half = (facts - 2) // 2
    record["medical_history"] = [{"condition": name, "status": "治療中"} for name in conditions[:half]]
    record["current_medications"] = [{"name": name} for name in medicines[: facts - 2 - half]]
    return _case(folder / f"facts-{facts}", record)


def _case(folder: Path, record: dict[str, object]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "case.json").write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    return folder


def _displays(kind: str) -> list[str]:
    """Names that stand for themselves: no ancestor of another one, so that none makes another superfluous."""
    terms = domain().catalog.terms
    parents = {parent for term in terms.values() for parent in _parents(term)}
    names = [term.display("ja") for code, term in sorted(terms.items()) if term.kind == kind and code not in parents]
    return names[:: max(1, len(names) // 60)]


def _parents(term: Term) -> tuple[str, ...]:
    return tuple(term.parents)
