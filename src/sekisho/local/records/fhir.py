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
from sekisho.local.records.fhir_attachments import document_text
from sekisho.local.records.fhir_identifiers import identifiers_of
from sekisho.local.records.fhir_resources import NOTHING_MEDICAL, READERS
from sekisho.local.records.fhir_text import attachments_of, texts_of
from sekisho.local.records.fhir_values import Bundle, addresses_of, referred, status_of
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
    reading = _Reading(file.name, today)
    for path, resource in _resources(file):
        reading.take(path, resource)
    return reading.record(file.digest)


def read_large_bundle(path: Path, today: date) -> Record:
    """Make a record of a bundle that is too large to be held in memory, one entry at a time.

    Raises:
        InputError: As `read_fhir`, and `file_too_large` for what is no bundle.
    """
    stream = EntryStream(path)
    reading = _Reading(stream.name, today)
    for place, resource in _entries(stream, stream.name):
        reading.take(place, resource)
    if stream.head.get("resourceType") != "Bundle":
        raise InputError(Code.FILE_TOO_LARGE, stream.name)
    return reading.record(stream.digest)


class _Reading:
    """What has been read of a bundle so far. It keeps items and identifiers, and forgets the resources."""

    def __init__(self, name: str, today: date) -> None:
        self._name = name
        self._patient: dict[str, Any] | None = None
        self._patient_at = ""
        self._bundle = Bundle(today)
        self._items: list[list[Item]] = []
        #: What is named may be described after what names it: those wait for the end.
        self._waiting: list[tuple[list[Item], dict[str, Any], str]] = []
        self._documents: list[tuple[list[Item], str]] = []
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
            self._patient, self._patient_at = resource, path
        elif kind == "Medication" and ".contained[" not in path:
            self._bundle.medicines.update(dict.fromkeys(addresses_of(resource), resource))
        elif kind == "Binary":
            if ".contained[" not in path:  # what contains it reads it
                self._keep_document(path, resource)
            return
        items, unread = self._written(resource, path)
        self._items.append(items)
        read = READERS.get(kind)
        if read is not None and "medicationReference" in resource:
            rest: list[Item] = []
            self._items.append(rest)
            self._waiting.append((rest, resource, path))
        elif read is not None:
            items.extend(read(resource, path, self._bundle))
        elif kind not in NOTHING_MEDICAL and not items and unread is None:
            unread = 1
        self._unread += unread or 0
        self._identifiers.update(dict.fromkeys(identifiers_of(resource)))

    def _written(self, resource: dict[str, Any], path: str) -> tuple[list[Item], int | None]:
        """What somebody wrote in a resource that holds; and, where it has documents, how many cannot be read.

        About a relative it is no note about the patient.
        """
        items: list[Item] = []
        if status_of(resource, "status", "docStatus", "verificationStatus") is None or resource.get("doNotPerform"):
            return items, None
        family = resource.get("resourceType") == "FamilyMemberHistory"
        unread: int | None = None
        for text, where in texts_of(resource, path):
            unread = (unread or 0) + (text is None)
            if text:
                items.append(Item(Section.FAMILY if family else Section.NOTE, text, where, "family" if family else ""))
        for where, attachment in attachments_of(resource, path):
            url = str(attachment.get("url") or "")
            if url.startswith("#") and (inner := referred(resource, url, {})):
                text = document_text(inner)
                unread = (unread or 0) + (text is None)
                items += [Item(Section.NOTE, text, where)] if text else []
            elif url and not attachment.get("data"):
                unread = unread or 0
                named: list[Item] = []
                self._items.append(named)
                self._documents.append((named, url))
        return items, unread

    def _keep_document(self, path: str, resource: dict[str, Any]) -> None:
        """Keep the text of a Binary: it is read when something that holds names it."""
        self._unread += 1
        if text := document_text(resource):
            kept = {"text": text, "path": path}
            self._bundle.documents.update(dict.fromkeys(addresses_of(resource), kept))

    def _read_documents(self) -> None:
        """Each document that is named, once."""
        read: set[str] = set()
        for items, url in self._documents:
            found = referred({}, url, self._bundle.documents)
            if found is None:
                self._unread += 1
            elif found["path"] not in read:
                read.add(found["path"])
                self._unread -= 1
                items.append(Item(Section.NOTE, found["text"], found["path"]))

    def record(self, digest: str) -> Record:
        """The record, when everything has been read."""
        if self._patient is None:
            raise InputError(Code.NOT_A_RECORD, self._name)
        for items, resource, path in self._waiting:
            try:
                items.extend(READERS[str(resource["resourceType"])](resource, path, self._bundle))
            except (TypeError, AttributeError, KeyError, ValueError, IndexError):
                raise InputError(Code.WRONG_TYPE, f"{self._name}: {path}") from None
        self._read_documents()
        items = [item for part in self._items for item in part]
        for item in items:
            if item.section is Section.NOTE:
                self._identifiers.update(dict.fromkeys(identifiers_in(item.text)))
        return Record(
            digest=digest,
            age=_age(self._patient, self._bundle.today),
            sex=read_sex(str(self._patient.get("gender") or "")),
            identifiers=tuple(self._identifiers),
            items=tuple(items),
            unread=self._unread,
            age_at=f"{self._patient_at}.birthDate",
            sex_at=f"{self._patient_at}.gender",
        )


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


def _age(patient: dict[str, Any], today: date) -> int | None:
    said = str(patient.get("birthDate") or "")
    born = read_date(said)
    if born is None and (found := re.match(r"((?:18|19|20)[0-9]{2})(?:-(0[1-9]|1[0-2]))?(?![0-9])", said)):
        born = date(int(found[1]), int(found[2] or 7), 15 if found[2] else 1)
    died = read_date(str(patient.get("deceasedDateTime") or ""))
    if born is None or born > today:
        return None
    return years_between(born, died if died and died >= born else today)
