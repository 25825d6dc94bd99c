"""What all FHIR resources are made of: coded concepts, status words, references within a bundle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sekisho.local.records.record import Item, Section

#: Status words of what is not so, is not so yet, or was withdrawn.
_NOT_TRUE = frozenset(
    {"refuted", "entered-in-error", "cancelled", "draft", "not-taken", "preparation", "in-preparation", "intended",
     "not-done", "declined", "superseded", "revoked", "rejected"}
)  # fmt: skip


@dataclass
class Bundle:
    """What a resource may need of the bundle that it stands in.

    Attributes:
        today: The day on which the bundle is read.
        medicines: Medication resources by every address that a reference may use.
        documents: Binary resources by their addresses: what was read of them, and nothing else.
    """

    today: date
    medicines: dict[str, dict[str, Any]] = field(default_factory=dict)
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)


def concept(value: Any) -> tuple[str, tuple[str, ...]]:
    """The chosen text of a CodeableConcept (its own, else the first display), and its codes as `system|code`."""
    if not value:
        return "", ()
    codings = [c for c in value.get("coding") or [] if isinstance(c, dict)]
    words = [value.get("text"), *(c.get("display") for c in codings)]
    text = next((str(w) for w in words if w), "")
    return text, tuple(f"{c.get('system') or ''}|{c['code']}" for c in codings if c.get("code"))


def displays(value: Any) -> list[str]:
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


def item_of(section: Section, coded: Any, path: str, status: str, **more: str) -> Iterator[Item]:
    """The item of a coded concept; one without words where the section must not lose an entry silently."""
    text, codes = concept(coded)
    if text or codes or section in (Section.ALLERGY, Section.CONDITION, Section.MEDICINE):
        # Other displays of the same concept are tried where the first is not known.
        alternatives = "\n".join(displays(coded)) or text
        yield Item(section, alternatives, path, status, codes, **more)


def addresses_of(resource: dict[str, Any]) -> Iterator[str]:
    """Every way in which a reference may name this resource."""
    if (identity := resource.get("id")) is not None:
        yield f"{resource.get('resourceType')}/{identity}"
    if "_fullUrl" in resource:
        yield resource["_fullUrl"]


def referred(resource: dict[str, Any], reference: str, known: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """What a reference names: contained in the resource itself, by full address, or by type and id."""
    if reference.startswith("#"):
        inner = [r for r in resource.get("contained") or [] if isinstance(r, dict)]
        return next((r for r in inner if f"#{r.get('id')}" == reference), None)
    plain = reference.partition("/_history/")[0]
    return known.get(plain) or known.get("/".join(plain.split("/")[-2:]))
