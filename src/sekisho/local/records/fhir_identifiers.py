"""What in a FHIR resource points at a person: names, addresses, telecom, identifiers, dates, reference displays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sekisho.checkpoint.identifier import Identifier, IdentifierKind
from sekisho.local.records.free_text import identifiers_in

_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}")
_NAMED = frozenset({"Patient", "Practitioner", "RelatedPerson", "Person"})
_PLACES = frozenset({"Organization", "Location", "HealthcareService"})
#: What a reference under these keys, or to these types, displays is a finding or a medicine, and nobody's name.
_MEDICAL_KEYS = frozenset(
    {"medicationReference", "reasonReference", "condition", "result", "hasMember", "derivedFrom", "addresses",
     "basedOn", "partOf", "problem", "focus", "outcomeReference", "activity", "reference", "specimen", "itemReference",
     "investigation", "item", "detail", "encounter", "context", "device"}
)  # fmt: skip
_MEDICAL_TYPES = re.compile(
    r"(?:.*/)?(?:Medication\w*|Condition|Observation|Procedure|AllergyIntolerance|Immunization|DiagnosticReport|CarePlan"
    r"|Encounter|Device|ServiceRequest|Substance|Goal|Specimen)/[^/]+"
)
#: Billing repeats the dates and names of the rest, hundreds of times.
_REPEATS = frozenset({"Claim", "ExplanationOfBenefit"})


def identifiers_of(resource: dict[str, Any]) -> Iterator[Identifier]:
    """Every identifier of one resource."""
    kind = resource.get("resourceType")
    if kind in _REPEATS:
        return
    if kind in _PLACES:
        for name in [resource.get("name"), *(resource.get("alias") or [])]:
            if name:
                yield Identifier(IdentifierKind.ORGANISATION, str(name))
    if kind in _NAMED or kind == "FamilyMemberHistory":
        yield from _names(resource.get("name") or [])
    if kind in _NAMED and (identity := resource.get("id")):
        yield Identifier(IdentifierKind.NUMBER, str(identity))
    for contact in resource.get("contact") or []:
        yield from _names([contact["name"]] if contact.get("name") else [])
    yield from _walk({k: v for k, v in resource.items() if k not in ("text", "meta", "name", "contained")})


def _names(names: Any) -> Iterator[Identifier]:
    """All names of one person are readings of each other."""
    written: list[str] = []
    for name in names if isinstance(names, list) else [names]:
        if not isinstance(name, dict):
            written += [str(name)] if name else []
            continue
        given, family = _words(name.get("given")), " ".join(_words(name.get("family")))
        written += [str(name["text"])] if name.get("text") else []
        written += [" ".join([*given, family]).strip(), " ".join([family, *given]).strip(), family, *given]
    whole, *readings = list(dict.fromkeys(w for w in written if w)) or [""]
    if whole:
        yield Identifier(IdentifierKind.NAME, whole, tuple(readings))


def _words(value: Any) -> list[str]:
    """The strings of a value that may be one or a list, as different versions of FHIR have it."""
    return [str(word) for word in (value if isinstance(value, list) else [value]) if word]


def _walk(value: Any, key: str = "") -> Iterator[Identifier]:
    if isinstance(value, dict):
        yield from _object(value, key)
        for inner_key, inner in value.items():
            yield from _walk(inner, inner_key)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, key)
    elif isinstance(value, str):
        if _DATE.match(value):
            yield Identifier(IdentifierKind.DATE, value[:10])
        elif key in ("display", "valueString") or (key == "text" and len(value) > 40):
            yield from identifiers_in(value)


def _object(value: dict[str, Any], key: str) -> Iterator[Identifier]:
    if key in ("address", "valueAddress"):
        for part in ("city", "district", "state", "postalCode", "text", "line"):
            for word in _words(value.get(part)):
                yield Identifier(IdentifierKind.ADDRESS, word)
    elif key in ("telecom", "valueContactPoint") and value.get("value"):
        kind = IdentifierKind.EMAIL if value.get("system") == "email" else IdentifierKind.PHONE
        yield Identifier(kind, str(value["value"]))
    elif key in ("identifier", "valueIdentifier") and value.get("value"):
        yield Identifier(IdentifierKind.NUMBER, str(value["value"]))
    elif value.get("display") and not ("code" in value or "system" in value):
        if key not in _MEDICAL_KEYS and not _MEDICAL_TYPES.fullmatch(str(value.get("reference") or "")):
            yield Identifier(IdentifierKind.OTHER, str(value["display"]))
    elif str(value.get("url", "")).endswith("patient-mothersMaidenName") and value.get("valueString"):
        yield Identifier(IdentifierKind.NAME, str(value["valueString"]))
