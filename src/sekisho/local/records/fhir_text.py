"""Running text in FHIR resources: sections of a Composition, narratives, summaries, conclusions, attached documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sekisho.local.records.fhir_attachments import MAX_CHARACTERS, document_text
from sekisho.local.records.fhir_markup import plain_text

#: Characters from which on a text with sentences is taken for something that somebody wrote about the patient.
_LEAST = 30
#: Narratives and what belongs to the format: read elsewhere, or not at all.
_NOT_WRITTEN = frozenset(
    {
        "text",
        "meta",
        "contained",
        "section",
        "div",
        "data",
        "url",
        "reference",
        "system",
        "display",
        "presentedForm",
        "attachment",
    }
)
#: What people write as a whole, and what of it makes a generated narrative a mere repetition.
_DOCUMENTS = frozenset({"Composition", "DiagnosticReport", "DocumentReference"})
_SAID_ELSEWHERE = ("section", "content", "presentedForm", "result", "conclusion")


def texts_of(resource: dict[str, Any], path: str) -> Iterator[tuple[str | None, str]]:
    """Every written text of a resource with its path; None for a document that cannot be read.

    Generated narratives only repeat the coded parts: left out.
    """
    if _is_written(resource):
        yield _marked_up((resource.get("text") or {}).get("div")), f"{path}.text"
    for i, section in enumerate(resource.get("section") or []):
        yield from _section(section, f"{path}.section[{i}]")
    for where, attachment in attachments_of(resource, path):
        if attachment.get("data"):
            yield document_text(attachment), where
    for key, value in resource.items():
        if key not in _NOT_WRITTEN:
            yield from _written(value, f"{path}.{_shown(key)}")


def attachments_of(resource: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The documents that a resource holds or names, with their paths."""
    for i, content in enumerate(resource.get("content") or []):
        if isinstance(content, dict):
            yield f"{path}.content[{i}].attachment", content.get("attachment") or {}
    for i, form in enumerate(resource.get("presentedForm") or []):
        yield f"{path}.presentedForm[{i}]", form


def _is_written(resource: dict[str, Any]) -> bool:
    """Whether somebody wrote the narrative, or it is all that the resource says."""
    narrative = resource.get("text")
    if not isinstance(narrative, dict) or not narrative.get("div"):
        return False
    status = narrative.get("status")
    if resource.get("resourceType") not in _DOCUMENTS:
        return status == "additional"
    return status != "empty" and (status != "generated" or not any(resource.get(key) for key in _SAID_ELSEWHERE))


def _written(value: Any, path: str) -> Iterator[tuple[str | None, str]]:
    """Notes of any length, and other texts where they hold sentences."""
    if isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _written(inner, f"{path}[{i}]")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in _NOT_WRITTEN or (key == "text" and isinstance(inner, str)):
                yield from _written(inner, f"{path}.{_shown(key)}")
    elif isinstance(value, str):
        is_note = bool(_NOTE.search(path))
        if is_note or (len(value) >= _LEAST and re.search(r"[。\n]|[a-z]\. ", value)):
            yield value, path


#: Keys that may be shown in a path; any other could be somebody's name.
_KNOWN = frozenset(
    (
        "note",
        "text",
        "valueString",
        "summary",
        "description",
        "conclusion",
        "payload",
        "contentString",
        "reasonCode",
        "reason",
        "comment",
        "valueAnnotation",
        "code",
        "value",
        "component",
        "dosageInstruction",
        "patientInstruction",
        "activity",
        "detail",
        "item",
        "answer",
        "title",
    )
)


def _shown(key: str) -> str:
    return key if key in _KNOWN else "?"


#: What is a note however short it is.
_NOTE = re.compile(r"\.(?:note\[\d+\]\.text|conclusion|summary|contentString)$")


def _section(section: dict[str, Any], path: str) -> Iterator[tuple[str | None, str]]:
    """The title goes with the text as its heading, in the form that notes are written in."""
    text = _marked_up((section.get("text") or {}).get("div"))
    title = section.get("title") or (section.get("code") or {}).get("text")
    if text is None or text:
        yield f"【{title}】\n{text}" if title and text else text, path
    for i, inner in enumerate(section.get("section") or []):
        yield from _section(inner, f"{path}.section[{i}]")


def _marked_up(div: object) -> str | None:
    written = str(div or "")
    return plain_text(written) if len(written) <= MAX_CHARACTERS else None
