"""What a person types is inspected before it leaves: it may not hold an identifier of the open case."""

from __future__ import annotations

import unicodedata

from sekisho.checkpoint.wall import Wall
from sekisho.errors import Code, InputError, Refused

MAX_CHARACTERS = 2000
#: Before cleaning. Normalising takes quadratic time on a hostile text, so a longer one is not even looked at.
_MAX_TYPED = 4 * MAX_CHARACTERS


def inspect_text(text: str, wall: Wall | None) -> str:
    """The text that may leave: as typed, in NFC, without control characters (a tab parts words, like a space).

    Raises:
        InputError: `bad_symptoms` for no text or more than 2,000 characters.
        Refused: `identifier_found`.
    """
    if len(text) > _MAX_TYPED:
        raise InputError(Code.BAD_SYMPTOMS)
    cleaned = "".join(_cleaned(c) for c in unicodedata.normalize("NFC", text)).strip()
    if not 1 <= len(cleaned) <= MAX_CHARACTERS:
        raise InputError(Code.BAD_SYMPTOMS)
    if wall is not None and wall.find(cleaned) is not None:
        raise Refused(Code.IDENTIFIER_FOUND)
    return cleaned


def _cleaned(character: str) -> str:
    if character == "\n" or unicodedata.category(character)[0] != "C":
        return character
    return " " if character.isspace() else ""
