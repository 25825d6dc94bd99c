"""FHIR R4: a Bundle, or a bare Patient, becomes a record. Coded concepts give their displays and codes; the rest of
the bundle is only looked through for identifiers. What is refuted or entered in error is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from sekisho.checkpoint.identifier import Identifier
from sekisho.errors import Code, InputError
from sekisho.local.records.fhir_identifiers import identifiers_of
from sekisho.local.records.fhir_text import texts_of
from sekisho.local.records.free_text import identifiers_in
from sekisho.local.records.json_file import JsonFile
from sekisho.local.records.people import read_date, read_sex
from sekisho.local.records.record import Item, Record, Section, years_between

#: What SNOMED CT appends to the words of a coded value.
_TAG = re.compile(r"\s*\((?:qualifier value|finding|situation)\)$")
_NOT_TRUE = frozenset(
    {"refuted", "entered-in-error", "cancelled", "draft", "not-taken", "preparation", "in-preparation", "intended"}
)


def looks_like_fhir(content: object) -> bool:
    """Whether it says that it is a FHIR resource."""
    return isinstance(content, dict) and isinstance(content.get("resourceType"), str)


def read_fhir(file: JsonFile, today: date) -> Record:
    """Make a record of a bundle about one patient.

    Raises:
        InputError: `not_a_record` without a Patient, `several_records` with two, `wrong_type` with the place.
    """
    placed = list(_resources(file))
    patients = [resource for _, resource in placed if resource.get("resourceType") == "Patient"]
    if len(patients) > 1:
        raise InputError(Code.SEVERAL_RECORDS, file.name)
    if not patients:
        raise InputError(Code.NOT_A_RECORD, file.name)
    medicines = {
        key: r
        for path, r in placed
        if r.get("resourceType") == "Medication" and ".contained[" not in path
        for key in _addresses(r)
    }
    items: list[Item] = []
    identifiers: list[Identifier] = []
    unread = 0
    for path, resource in placed:
        kind = str(resource.get("resourceType"))
        read = _READERS.get(kind)
        try:
            written = list(_written(resource, path))
            items.extend(written)
            if read is not None:
                items.extend(read(resource, path, medicines))
            elif kind not in _NOTHING_MEDICAL and not written:
                unread += 1
            identifiers.extend(identifiers_of(resource))
        except (TypeError, AttributeError, KeyError, ValueError, IndexError):
            raise InputError(Code.WRONG_TYPE, f"{file.name}: {path}") from None
    for item in items:
        if item.section is Section.NOTE:
            identifiers.extend(identifiers_in(item.text))
    patient = patients[0]
    return Record(
        digest=file.digest,
        age=_age(patient, today),
        sex=read_sex(str(patient.get("gender") or "")),
        identifiers=tuple(dict.fromkeys(identifiers)),
        items=tuple(items),
        unread=unread,
    )


def _written(resource: dict[str, Any], path: str) -> Iterator[Item]:
    """What somebody wrote in a resource that holds; about a relative it is no note about the patient."""
    if _status(resource, "status", "verificationStatus") is None or resource.get("doNotPerform") is True:
        return
    family = resource.get("resourceType") == "FamilyMemberHistory"
    for text, where in texts_of(resource, path):
        if text:
            yield Item(Section.FAMILY if family else Section.NOTE, text, where, "family" if family else "")


def _resources(file: JsonFile) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every resource with its place, contained ones too."""
    content = file.content
    assert isinstance(content, dict)
    if content["resourceType"] != "Bundle":
        kind = content["resourceType"]
        yield from _with_contained(content, kind if kind in _READERS or kind in _NOTHING_MEDICAL else "?", file.name)
        return
    entries = content.get("entry")
    if not isinstance(entries, list):
        raise InputError(Code.NOT_A_RECORD if entries is None else Code.WRONG_TYPE, f"{file.name}: entry")
    for i, entry in enumerate(entries):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if resource is None and isinstance(entry, dict):
            continue
        if not isinstance(resource, dict):
            raise InputError(Code.WRONG_TYPE, f"{file.name}: entry[{i}]")
        if isinstance(entry.get("fullUrl"), str):
            resource = {**resource, "_fullUrl": entry["fullUrl"]}
        yield from _with_contained(resource, f"entry[{i}]", file.name)


def _with_contained(resource: dict[str, Any], path: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield path, resource
    contained = resource.get("contained") or []
    if not isinstance(contained, list):
        raise InputError(Code.WRONG_TYPE, f"{name}: {path}.contained")
    for i, inner in enumerate(contained):
        if isinstance(inner, dict):
            yield f"{path}.contained[{i}]", inner


def _addresses(resource: dict[str, Any]) -> Iterator[str]:
    """Every way in which a reference may name this resource."""
    if (identity := resource.get("id")) is not None:
        yield f"{resource.get('resourceType')}/{identity}"
    if "_fullUrl" in resource:
        yield resource["_fullUrl"]


def _age(patient: dict[str, Any], today: date) -> int | None:
    said = str(patient.get("birthDate") or "")
    born = read_date(said)
    if born is None and (found := re.match(r"((?:18|19|20)[0-9]{2})(?:-(0[1-9]|1[0-2]))?(?![0-9])", said)):
        born = date(int(found[1]), int(found[2] or 7), 15 if found[2] else 1)
    died = read_date(str(patient.get("deceasedDateTime") or ""))
    if born is None or born > today:
        return None
    return years_between(born, died if died and died >= born else today)


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


def _status(resource: dict[str, Any], *names: str) -> str | None:
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
    status = _status(resource, "clinicalStatus", "verificationStatus")
    if status is not None:
        if resource.get("abatementDateTime") and not resource.get("clinicalStatus"):
            status = f"{status} resolved".strip()
        yield from _item(Section.CONDITION, resource.get("code"), path, status)


def _allergy(resource: dict[str, Any], path: str, _: Medicines) -> Iterator[Item]:
    status = _status(resource, "clinicalStatus", "verificationStatus")
    if status is not None:
        coded = resource.get("code") or next((r.get("substance") for r in resource.get("reaction") or []), None)
        yield from _item(Section.ALLERGY, coded, path, status)


def _medicine(resource: dict[str, Any], path: str, medicines: Medicines) -> Iterator[Item]:
    status = _status(resource, "status")
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
    status = _status(resource, "status")
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
    if _status(resource, "status") is None:
        return
    for i, inner in enumerate(resource.get("condition") or []):
        yield from _item(Section.FAMILY, inner.get("code"), f"{path}.condition[{i}]", "family")


_READERS = {
    "Condition": _condition,
    "AllergyIntolerance": _allergy,
    "MedicationRequest": _medicine,
    "MedicationStatement": _medicine,
    "Observation": _observation,
    "FamilyMemberHistory": _family,
}
#: Read for identifiers only, and not counted as unread.
_NOTHING_MEDICAL = frozenset(
    {"Patient", "Practitioner", "PractitionerRole", "Organization", "RelatedPerson", "Location", "Medication",
     "Encounter", "Claim", "ExplanationOfBenefit", "Provenance"}
)  # fmt: skip
