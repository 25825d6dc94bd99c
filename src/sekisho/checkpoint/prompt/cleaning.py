"""A typed text in one plain form: NFC, no control or invisible characters, of a sane length."""

from __future__ import annotations

import unicodedata

from sekisho.errors import Code, InputError

MAX_CHARACTERS = 2000
#: Before cleaning. Normalising takes quadratic time on a hostile text, so a longer one is not even looked at.
_MAX_TYPED = 4 * MAX_CHARACTERS


def cleaned(text: str) -> str:
    """The text as typed, in NFC, without control characters (a tab parts words, like a space).

    Raises:
        InputError: `bad_symptoms` for no text or more than 2,000 characters.
    """
    if len(text) > _MAX_TYPED:
        raise InputError(Code.BAD_SYMPTOMS)
    plain = unicodedata.normalize("NFC", text)
    if not plain.isprintable():  # a line break is not, nor is any space but the ordinary one
        plain = "".join(map(_cleaned, plain))
    plain = plain.strip()
    if not 1 <= len(plain) <= MAX_CHARACTERS:
        raise InputError(Code.BAD_SYMPTOMS)
    return plain


def _cleaned(character: str) -> str:
    if character == "\n" or unicodedata.category(character)[0] != "C":
        return character
    return " " if character.isspace() else ""
