"""Documents inside FHIR resources: base64 with a type. Plain text and markup are read, everything else is left."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from sekisho.local.records.fhir_markup import plain_text

#: Characters of the longest document that is read as a note about somebody; a year of notes has fewer.
MAX_CHARACTERS = 1_000_000
_MARKUP = frozenset({"text/html", "application/xhtml+xml"})
#: Encodings that hospitals declare -> those that read them. Others are not guessed.
_ENCODINGS = {
    "": "utf-8-sig",
    "utf-8": "utf-8-sig",
    "us-ascii": "ascii",
    "iso-8859-1": "cp1252",
    "windows-1252": "cp1252",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "windows-31j": "cp932",
    "cp932": "cp932",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    "utf-16": "utf-16",
}


def document_text(attachment: dict[str, Any]) -> str | None:
    """The text of an Attachment or a Binary; None where it is no text that can be read (a scan, a PDF, too long)."""
    kind, _, rest = str(attachment.get("contentType") or "").lower().partition(";")
    kind = kind.strip()
    if kind != "text/plain" and kind not in _MARKUP:
        return None
    encoding = _ENCODINGS.get(_charset(rest))
    data = str(attachment.get("data") or "")
    if encoding is None or len(data) > 6 * MAX_CHARACTERS:  # base64 of a text in three bytes a letter has four
        return None
    try:
        text = base64.b64decode(data).decode(encoding)
    except (binascii.Error, ValueError):
        return None
    if len(text) > MAX_CHARACTERS or "\0" in text:
        return None
    return plain_text(text) if kind in _MARKUP else text.strip()


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            return value.strip().strip("\"'")
    return ""
