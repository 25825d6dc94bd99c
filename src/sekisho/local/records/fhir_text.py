"""Running text in FHIR resources: sections of a Composition, summaries, messages, conclusions, attached plain text."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator
from typing import Any

#: Characters from which on a text with sentences is taken for something that somebody wrote about the patient.
_LEAST = 30
#: Narratives and what belongs to the format: read elsewhere, or not at all.
_NOT_WRITTEN = frozenset(
    {"text", "meta", "contained", "section", "div", "data", "url", "reference", "system", "display"}
)
_BREAK = re.compile(r"<(?:br|/p|/li|/tr|/div|/h\d)[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def texts_of(resource: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """Every written text of a resource with its path. Generated narratives only repeat the coded parts: left out."""
    for i, section in enumerate(resource.get("section") or []):
        yield from _section(section, f"{path}.section[{i}]")
    for i, content in enumerate(resource.get("content") or []):
        attachment = content.get("attachment") or {}
        if str(attachment.get("contentType", "")).startswith("text/") and attachment.get("data"):
            yield _decoded(str(attachment["data"])), f"{path}.content[{i}].attachment"
    for key, value in resource.items():
        if key not in _NOT_WRITTEN:
            yield from _written(value, f"{path}.{_shown(key)}")


def _written(value: Any, path: str) -> Iterator[tuple[str, str]]:
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


_NOTE = re.compile(r"\.note\[\d+\]\.text$")


def _section(section: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """The title goes with the text as its heading, in the form that notes are written in."""
    text = plain_text(str((section.get("text") or {}).get("div") or ""))
    if text:
        yield f"【{section.get('title') or ''}】\n{text}", path
    for i, inner in enumerate(section.get("section") or []):
        yield from _section(inner, f"{path}.section[{i}]")


def plain_text(xhtml: str) -> str:
    """XHTML without its tags; what a reader sees as a line is a line."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", xhtml))).strip()


def _decoded(data: str) -> str:
    try:
        return base64.b64decode(data).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
