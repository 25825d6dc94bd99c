"""What a person types is inspected before it leaves: it may not hold an identifier of the open case."""

from __future__ import annotations

import unicodedata

from sekisho.checkpoint.wall import Wall
from sekisho.errors import Code, InputError, Refused

MAX_CHARACTERS = 2000


def inspect_text(text: str, wall: Wall | None) -> str:
    """The text that may leave: as typed, in NFC, without control characters.

    Raises:
        InputError: `bad_symptoms` for no text or more than 2,000 characters.
        Refused: `identifier_found`.
    """
    cleaned = "".join(c for c in unicodedata.normalize("NFC", text) if c == "\n" or unicodedata.category(c)[0] != "C")
    cleaned = cleaned.strip()
    if not 1 <= len(cleaned) <= MAX_CHARACTERS:
        raise InputError(Code.BAD_SYMPTOMS)
    if wall is not None and wall.find(cleaned) is not None:
        raise Refused(Code.IDENTIFIER_FOUND)
    return cleaned
