"""Medicines in FHIR R4: what is prescribed, said to be taken, handed over or given, and whether it still is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sekisho.local.records.fhir_values import Bundle, item_of, referred, status_of
from sekisho.local.records.people import read_date
from sekisho.local.records.record import Item, Section

#: Days for which a medicine is taken to last beyond the days that it was handed over for.
_LEFT_OVER = 14


def medicine(resource: dict[str, Any], path: str, bundle: Bundle) -> Iterator[Item]:
    """The medicine of a MedicationRequest, -Statement, -Dispense or -Administration."""
    status = status_of(resource, "status")
    if status is None or resource.get("doNotPerform") is True:
        return
    coded = resource.get("medicationCodeableConcept")
    reference = resource.get("medicationReference") or {}
    if not coded and reference:
        named = referred(resource, str(reference.get("reference") or ""), bundle.medicines) or {}
        coded = named.get("code") or {"text": reference.get("display")}
    yield from item_of(Section.MEDICINE, coded, path, _state(resource, status, bundle.today))


def _state(resource: dict[str, Any], status: str, today: date) -> str:
    """The status as far as it tells whether the medicine is taken now.

    A medicine that was handed over ("completed") is taken as long as it lasts. A statement is over with its period.
    """
    kind = resource.get("resourceType")
    if kind == "MedicationAdministration" and status != "in-progress":
        return "completed"
    if kind == "MedicationDispense" and status in ("completed", "unknown"):
        given = read_date(str(resource.get("whenHandedOver") or resource.get("whenPrepared") or ""))
        days = (resource.get("daysSupply") or {}).get("value")
        if given is None or not isinstance(days, int | float) or not 0 < days <= 400:
            return "completed"
        return "active" if given <= today <= given + timedelta(days=days + _LEFT_OVER) else "completed"
    if kind == "MedicationStatement" and status in ("active", "unknown"):
        end = read_date(str((resource.get("effectivePeriod") or {}).get("end") or ""))
        return "completed" if end is not None and end < today else status
    return status
