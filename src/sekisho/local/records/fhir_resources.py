"""One FHIR R4 resource -> the items that stand in it: conditions, allergies, medicines, results, family history.

Coded concepts give their displays and codes. What is refuted or entered in error is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sekisho.local.records.record import Item, Section

#: What SNOMED CT appends to the words of a coded value.
_TAG = re.compile(r"\s*\((?:qualifier value|finding|situation)\)$")
_NOT_TRUE = frozenset(
    {"refuted", "entered-in-error", "cancelled", "draft", "not-taken", "preparation", "in-preparation", "intended"}
)


def concept(value: Any) -> tuple[str, tuple[str, ...]]:
    """Text and codes of a CodeableConcept: its text, then the displays that differ, joined by ` / `."""
    if not value:
        return "", ()
    codings = [c for c in value.get("coding") or [] if isinstance(c, dict)]
    words = [value.get("text"), *(c.get("display") for c in codings)]
    text = next((str(w) for w in words if w), "")
    return text, tuple(f"{c.get('system') or ''}|{c['code']}" for c in codings if c.get("code"))


def _displays(value: Any) -> list[str]:
    """All different words that a concept gives for itself, the chosen text first."""
    if not value:
        return []
    words = [value.get("text"), *(c.get("display") for c in value.get("coding") or [] if isinstance(c, dict))]
    return list(dict.fromkeys(str(w) for w in words if w))


def status_of(resource: dict[str, Any], *names: str) -> str | None:
    """The status words, or None for something that is not so (refuted, entered in error ...)."""
    words: list[str] = []
    for name in names:
        value = resource.get(name)
        if isinstance(value, dict):
            words += [str(c.get("code")) for c in value.get("coding") or [] if c.get("code")] or [
                value.get("text") or ""
            ]
        elif value:
            words.append(str(value))
    return None if any(word.lower() in _NOT_TRUE for word in words) else " ".join(words).strip()


Medicines = dict[str, dict[str, Any]]


def _item(section: Section, coded: Any, path: str, status: str, **more: str) -> Iterator[Item]:
    text, codes = concept(coded)
    if text or codes or section in (Section.ALLERGY, Section.CONDITION, Section.MEDICINE):
        # Other displays of the same concept are tried where the first is not known.
        alternatives = "\n".join(_displays(coded)) or text
        yield Item(section, alternatives, path, status, codes, **more)


def _condition(resource: dict[str, Any], path: str, _: Medicines) -> Iterator[Item]:
    status = status_of(resource, "clinicalStatus", "verificationStatus")
    if status is not None:
        if resource.get("abatementDateTime") and not resource.get("clinicalStatus"):
            status = f"{status} resolved".strip()
        yield from _item(Section.CONDITION, resource.get("code"), path, status)


def _allergy(resource: dict[str, Any], path: str, _: Medicines) -> Iterator[Item]:
    status = status_of(resource, "clinicalStatus", "verificationStatus")
    if status is not None:
        coded = resource.get("code") or next((r.get("substance") for r in resource.get("reaction") or []), None)
        yield from _item(Section.ALLERGY, coded, path, status)


def _medicine(resource: dict[str, Any], path: str, medicines: Medicines) -> Iterator[Item]:
    status = status_of(resource, "status")
    if status is None or resource.get("doNotPerform") is True:
        return
    coded = resource.get("medicationCodeableConcept")
    reference = resource.get("medicationReference") or {}
    if not coded and reference:
        coded = _referred(resource, str(reference.get("reference") or ""), medicines).get("code") or {
            "text": reference.get("display")
        }
    yield from _item(Section.MEDICINE, coded, path, status)


def _referred(resource: dict[str, Any], reference: str, medicines: Medicines) -> dict[str, Any]:
    """The Medication that a reference names: contained in the resource itself, by full address, or by type and id."""
    if reference.startswith("#"):
        inner = [r for r in resource.get("contained") or [] if isinstance(r, dict)]
        return next((r for r in inner if f"#{r.get('id')}" == reference), {})
    plain = reference.partition("/_history/")[0]
    return medicines.get(plain) or medicines.get("/".join(plain.split("/")[-2:])) or {}


def _observation(resource: dict[str, Any], path: str, _: Medicines) -> Iterator[Item]:
    status = status_of(resource, "status")
    if status is None:
        return
    when = str(
        resource.get("effectiveDateTime")
        or resource.get("issued")
        or (resource.get("effectivePeriod") or {}).get("start")
        or ""
    )[:10]
    parts = [(resource, path)]
    parts += [(part, f"{path}.component[{i}]") for i, part in enumerate(resource.get("component") or [])]
    for part, where in parts:
        value, unit = _value(part)
        if value and _section(resource) is Section.LIFESTYLE:
            yield Item(Section.LIFESTYLE, f"{concept(part.get('code'))[0]}: {value}", where)
        elif value:
            yield from _item(_section(resource), part.get("code"), where, "", value=value, unit=unit, when=when)


def _section(resource: dict[str, Any]) -> Section:
    categories = {c.get("code") for group in resource.get("category") or [] for c in group.get("coding") or []}
    if "vital-signs" in categories:
        return Section.VITAL
    return Section.LIFESTYLE if "social-history" in categories else Section.LAB


def _value(part: dict[str, Any]) -> tuple[str, str]:
    if quantity := part.get("valueQuantity"):
        return str(quantity.get("value", "")), str(quantity.get("unit") or quantity.get("code") or "")
    if coded := part.get("valueCodeableConcept"):
        return _TAG.sub("", concept(coded)[0]), ""
    for key in ("valueString", "valueInteger", "valueBoolean"):
        if part.get(key) is not None:
            return str(part[key]), ""
    return "", ""


def _family(resource: dict[str, Any], path: str, _: Medicines) -> Iterator[Item]:
    if status_of(resource, "status") is None:
        return
    for i, inner in enumerate(resource.get("condition") or []):
        yield from _item(Section.FAMILY, inner.get("code"), f"{path}.condition[{i}]", "family")


#: Which resource is read by what.
READERS = {
    "Condition": _condition,
    "AllergyIntolerance": _allergy,
    "MedicationRequest": _medicine,
    "MedicationStatement": _medicine,
    "Observation": _observation,
    "FamilyMemberHistory": _family,
}
#: Read for identifiers only, and not counted as unread.
NOTHING_MEDICAL = frozenset(
    {"Patient", "Practitioner", "PractitionerRole", "Organization", "RelatedPerson", "Location", "Medication",
     "Encounter", "Claim", "ExplanationOfBenefit", "Provenance"}
)  # fmt: skip
