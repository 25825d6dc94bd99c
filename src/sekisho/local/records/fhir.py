"""FHIR R4: a Bundle, or a bare Patient, becomes a record. Medical resources give their items; the rest of the bundle is
only looked through for identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sekisho.checkpoint.identifier import Identifier
from sekisho.errors import Code, InputError
from sekisho.local.records.fhir_identifiers import identifiers_of
from sekisho.local.records.fhir_resources import NOTHING_MEDICAL, READERS, Medicines, status_of
from sekisho.local.records.fhir_text import texts_of
from sekisho.local.records.free_text import identifiers_in
from sekisho.local.records.json_file import JsonFile
from sekisho.local.records.json_stream import EntryStream
from sekisho.local.records.people import read_date, read_sex
from sekisho.local.records.record import Item, Record, Section, years_between


def looks_like_fhir(content: object) -> bool:
    """Whether it says that it is a FHIR resource."""
    return isinstance(content, dict) and isinstance(content.get("resourceType"), str)


def read_fhir(file: JsonFile, today: date) -> Record:
    """Make a record of a bundle about one patient.

    Raises:
        InputError: `not_a_record` without a Patient, `several_records` with two, `wrong_type` with the place.
    """
    reading = _Reading(file.name)
    for path, resource in _resources(file):
        reading.take(path, resource)
    return reading.record(file.digest, today)


def read_large_bundle(path: Path, today: date) -> Record:
    """Make a record of a bundle that is too large to be held in memory, one entry at a time.

    Raises:
        InputError: As `read_fhir`, and `file_too_large` for what is no bundle.
    """
    stream = EntryStream(path)
    reading = _Reading(stream.name)
    for place, resource in _entries(stream, stream.name):
        reading.take(place, resource)
    if stream.head.get("resourceType") != "Bundle":
        raise InputError(Code.FILE_TOO_LARGE, stream.name)
    return reading.record(stream.digest, today)


class _Reading:
    """What has been read of a bundle so far. It keeps items and identifiers, and forgets the resources."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._patient: dict[str, Any] | None = None
        self._medicines: Medicines = {}
        self._items: list[list[Item]] = []
        #: A medicine may be described after the prescription that names it: those wait for the end.
        self._waiting: list[tuple[list[Item], dict[str, Any], str]] = []
        self._identifiers: dict[Identifier, None] = {}
        self._unread = 0

    def take(self, path: str, resource: dict[str, Any]) -> None:
        """Read one resource."""
        try:
            self._read(path, resource)
        except (TypeError, AttributeError, KeyError, ValueError, IndexError):
            raise InputError(Code.WRONG_TYPE, f"{self._name}: {path}") from None

    def _read(self, path: str, resource: dict[str, Any]) -> None:
        kind = str(resource.get("resourceType"))
        if kind == "Patient":
            if self._patient is not None:
                raise InputError(Code.SEVERAL_RECORDS, self._name)
            self._patient = resource
        elif kind == "Medication" and ".contained[" not in path:
            self._medicines.update(dict.fromkeys(_addresses(resource), resource))
        items = list(_written(resource, path))
        read = READERS.get(kind)
        if read is None:
            self._unread += kind not in NOTHING_MEDICAL and not items
        elif "medicationReference" in resource:
            rest: list[Item] = []
            self._items += [items, rest]
            self._waiting.append((rest, resource, path))
            items = []
        else:
            items.extend(read(resource, path, self._medicines))
        self._items.append(items)
        self._identifiers.update(dict.fromkeys(identifiers_of(resource)))

    def record(self, digest: str, today: date) -> Record:
        """The record, when everything has been read."""
        if self._patient is None:
            raise InputError(Code.NOT_A_RECORD, self._name)
        for items, resource, path in self._waiting:
            try:
                items.extend(READERS[str(resource["resourceType"])](resource, path, self._medicines))
            except (TypeError, AttributeError, KeyError, ValueError, IndexError):
                raise InputError(Code.WRONG_TYPE, f"{self._name}: {path}") from None
        items = [item for part in self._items for item in part]
        for item in items:
            if item.section is Section.NOTE:
                self._identifiers.update(dict.fromkeys(identifiers_in(item.text)))
        return Record(
            digest=digest,
            age=_age(self._patient, today),
            sex=read_sex(str(self._patient.get("gender") or "")),
            identifiers=tuple(self._identifiers),
            items=tuple(items),
            unread=self._unread,
        )


def _written(resource: dict[str, Any], path: str) -> Iterator[Item]:
    """What somebody wrote in a resource that holds; about a relative it is no note about the patient."""
    if status_of(resource, "status", "verificationStatus") is None or resource.get("doNotPerform") is True:
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
        yield from _with_contained(content, kind if kind in READERS or kind in NOTHING_MEDICAL else "?", file.name)
        return
    entries = content.get("entry")
    if not isinstance(entries, list):
        raise InputError(Code.NOT_A_RECORD if entries is None else Code.WRONG_TYPE, f"{file.name}: entry")
    yield from _entries(entries, file.name)


def _entries(entries: Iterable[object], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for i, entry in enumerate(entries):
        if not isinstance(entry, dict):
            raise InputError(Code.WRONG_TYPE, f"{name}: entry[{i}]")
        resource = entry.get("resource")
        if resource is None:
            continue
        if not isinstance(resource, dict):
            raise InputError(Code.WRONG_TYPE, f"{name}: entry[{i}]")
        if isinstance(entry.get("fullUrl"), str):
            resource = {**resource, "_fullUrl": entry["fullUrl"]}
        yield from _with_contained(resource, f"entry[{i}]", name)


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
