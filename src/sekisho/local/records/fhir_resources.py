"""One FHIR R4 resource -> the items that stand in it: conditions, allergies, results, family history, procedures.

Coded concepts give their displays and codes. What is refuted, entered in error or only planned is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sekisho.local.records.fhir_medicines import medicine
from sekisho.local.records.fhir_values import Bundle, concept, displays, item_of, status_of
from sekisho.local.records.record import Item, Section

#: What SNOMED CT appends to the words of a coded value.
_TAG = re.compile(r"\s*\((?:qualifier value|finding|situation)\)$")
#: A suspicion that is over was none.
_SUSPICION = frozenset({"unconfirmed", "provisional", "differential"})
_OVER = frozenset({"inactive", "remission", "resolved"})
#: Words that JP Core puts before and behind the name of a disease, as extensions of their own (疑い, 術後, 急性).
_PREFIX = "DiseasePrefixModifier"
_POSTFIX = "DiseasePostfixModifier"


def _condition(resource: dict[str, Any], path: str, _: Bundle) -> Iterator[Item]:
    status = status_of(resource, "clinicalStatus", "verificationStatus")
    if status is None or (_SUSPICION & set(status.split()) and _OVER & set(status.split())):
        return
    if not resource.get("clinicalStatus") and any(key.startswith("abatement") and resource[key] for key in resource):
        status = f"{status} resolved".strip()
    for item in item_of(Section.CONDITION, resource.get("code"), path, status):
        before, behind = (_modifiers(resource, kind) for kind in (_PREFIX, _POSTFIX))
        lines = [line for line in item.text.split("\n") if line]
        whole = [line if behind in line and before in line else f"{before}{line}{behind}" for line in lines]
        yield replace(item, text="\n".join(whole))


def _modifiers(resource: dict[str, Any], kind: str) -> str:
    """The words of one kind of modifier, in their order; they may stand at the resource or at its code."""
    code = resource.get("code") or {}
    found = [*(resource.get("extension") or []), *(code.get("extension") or [])]
    found += [e for c in code.get("coding") or [] if isinstance(c, dict) for e in c.get("extension") or []]
    said = [concept(e.get("valueCodeableConcept"))[0] for e in found if str(e.get("url") or "").endswith(kind)]
    return "".join(dict.fromkeys(said))


def _allergy(resource: dict[str, Any], path: str, _: Bundle) -> Iterator[Item]:
    """The code is often a group (「drug allergy」), and the substance of the reaction what is meant."""
    status = status_of(resource, "clinicalStatus", "verificationStatus")
    if status is None:
        return
    remark = " ".join(str(n["text"]) for n in resource.get("note") or [] if isinstance(n, dict) and n.get("text"))
    substances = [word for r in resource.get("reaction") or [] for word in displays(r.get("substance"))]
    for item in item_of(Section.ALLERGY, resource.get("code"), path, status):
        lines = [line for line in item.text.split("\n") if line]
        yield replace(item, text="\n".join(dict.fromkeys([*lines, *substances])), remark=remark)


def _observation(resource: dict[str, Any], path: str, _: Bundle) -> Iterator[Item]:
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
            yield from item_of(_section(resource), part.get("code"), where, "", value=value, unit=unit, when=when)


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


def _family(resource: dict[str, Any], path: str, _: Bundle) -> Iterator[Item]:
    if status_of(resource, "status") is None:
        return
    for i, inner in enumerate(resource.get("condition") or []):
        yield from item_of(Section.FAMILY, inner.get("code"), f"{path}.condition[{i}]", "family")


def _procedure(resource: dict[str, Any], path: str, _: Bundle) -> Iterator[Item]:
    """What was done, or is being done. What was broken off, or is unknown, left no state that is sure."""
    if resource.get("status") in ("completed", "in-progress"):
        yield from item_of(Section.PROCEDURE, resource.get("code"), path, str(resource["status"]))


def _device(resource: dict[str, Any], path: str, _: Bundle) -> Iterator[Item]:
    """A device that is somebody's. A DeviceUseStatement names it by a reference, whose words are read."""
    if resource.get("status") != "active" or not (resource.get("patient") or resource.get("subject")):
        return
    named = [{"text": name.get("name")} for name in resource.get("deviceName") or []]
    words = [word for coded in [resource.get("type"), *named] for word in displays(coded)]
    words += [str((resource.get("device") or {}).get("display") or "")]
    if text := "\n".join(dict.fromkeys(word for word in words if word)):
        yield Item(Section.PROCEDURE, text, path, "in-place")


def _encounter(resource: dict[str, Any], path: str, _: Bundle) -> Iterator[Item]:
    """Why somebody is here now. The reason of a visit that is over says nothing of today: its Condition does.

    Read as a note: it adds to the list of conditions, and never overrules it.
    """
    if resource.get("status") not in ("arrived", "triaged", "in-progress", "onleave"):
        return
    for i, reason in enumerate(resource.get("reasonCode") or []):
        if text := concept(reason)[0]:
            yield Item(Section.NOTE, text, f"{path}.reasonCode[{i}]")


#: Which resource is read by what.
READERS = {
    "Condition": _condition,
    "AllergyIntolerance": _allergy,
    "MedicationRequest": medicine,
    "MedicationStatement": medicine,
    "MedicationDispense": medicine,
    "MedicationAdministration": medicine,
    "Observation": _observation,
    "FamilyMemberHistory": _family,
    "Procedure": _procedure,
    "Device": _device,
    "DeviceUseStatement": _device,
    "Encounter": _encounter,
}
#: Read for identifiers only, and not counted as unread.
NOTHING_MEDICAL = frozenset(
    {"Patient", "Practitioner", "PractitionerRole", "Organization", "RelatedPerson", "Location", "Medication",
     "Claim", "ExplanationOfBenefit", "Provenance"}
)  # fmt: skip
