"""Running text in FHIR resources: sections of a Composition, summaries, messages, conclusions, attached plain text."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator
from typing import Any

#: Keys of any resource that hold text which somebody wrote about the patient.
_WRITTEN = ("summary", "description", "conclusion", "contentString", "clinicalImpression")
_BREAK = re.compile(r"<(?:br|/p|/li|/tr|/div|/h\d)[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def texts_of(resource: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """Every written text of a resource with its path. Generated narratives only repeat the coded parts: left out."""
    for key in _WRITTEN:
        if isinstance(resource.get(key), str):
            yield resource[key], f"{path}.{key}"
    for i, section in enumerate(resource.get("section") or []):
        yield from _section(section, f"{path}.section[{i}]")
    for i, payload in enumerate(resource.get("payload") or []):
        if isinstance(payload.get("contentString"), str):
            yield payload["contentString"], f"{path}.payload[{i}].contentString"
    for i, content in enumerate(resource.get("content") or []):
        attachment = content.get("attachment") or {}
        if str(attachment.get("contentType", "")).startswith("text/") and attachment.get("data"):
            yield _decoded(str(attachment["data"])), f"{path}.content[{i}].attachment"


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
