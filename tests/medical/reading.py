"""From content to facts, and what the domain makes of them."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sekisho.local.facts import Fact, FactSheet
from sekisho.local.medical.domain import MedicalDomain
from sekisho.local.records.reader import read_record
from sekisho.local.records.record import Record

TODAY = date(2026, 6, 1)


@cache
def domain() -> MedicalDomain:
    return MedicalDomain()


def record_of(content: Any) -> Record:
    """A record in any shape."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "karte.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return read_record(path, TODAY)


def sheet_of(content: Any) -> FactSheet:
    """Its fact sheet."""
    return domain().facts(record_of(content))


def short(fact: Fact) -> str:
    return f"{fact.code} {fact.status}"


def facts_of(**content: Any) -> set[str]:
    """Facts as `kind:id status` without age and sex; an allergy to a medicine is marked."""
    sheet = sheet_of({"patient": {}, **content})
    marks = {"allergy": "allergy "}
    return {marks.get(f.kind, "") + short(f) for f in sheet.facts if f.kind not in ("age", "sex")}


def in_note(text: str) -> set[str]:
    return facts_of(notes=text)
