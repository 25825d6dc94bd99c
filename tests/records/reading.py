"""Reading content as a case file, and looking at what came of it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from sekisho.local.records.reader import read_record
from sekisho.local.records.record import Record, Section

TODAY = date(2026, 6, 1)
#: Stands in place of something private: no message may hold it.
CANARY = "Kanariya-金糸雀-7731"


def write(folder: Path, content: object, name: str = "karte.json") -> Path:
    """Write JSON, text or bytes as a file."""
    path = folder / name
    data = content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else None
    path.write_bytes(json.dumps(content, ensure_ascii=False).encode() if data is None else data)
    return path


def read(folder: Path, content: object) -> Record:
    return read_record(write(folder, content), TODAY)


def texts(record: Record, section: str) -> list[str]:
    return [item.text for item in record.items if item.section is Section(section)]


def states(record: Record, section: str) -> dict[str, str]:
    return {item.text: item.status for item in record.items if item.section is Section(section)}


def values(record: Record, section: str = "lab") -> list[tuple[str, str, str]]:
    return [(i.text, i.value, i.unit) for i in record.items if i.section is Section(section)]


def identified(record: Record) -> set[str]:
    """Every string that is looked for, readings too."""
    return {text for i in record.identifiers for text in (i.value, *i.readings)}


def bundle(*resources: dict[str, Any], patient: dict[str, Any] | None = None) -> dict[str, Any]:
    person = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1970-05-20"}
    entries = [{"resource": r} if "resource" not in r else r for r in (patient or person, *resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def coded(text: str, code: str = "", system: str = "http://snomed.info/sct") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": text}]}
