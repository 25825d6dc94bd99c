"""The ways to look at a text in which an identifier may show: as it stands, backwards, decoded, joined, by initials.

A view is words of the wall's alphabet and how sure a match in it must be. It knows no identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sekisho.checkpoint.characters import words_of
from sekisho.checkpoint.decoders import decodings
from sekisho.checkpoint.needles import ACROSTIC, DECODED, DIGITS_ONLY, HIDDEN, JOINED, PLAIN, SPELLED, Least
from sekisho.checkpoint.numerals import with_digits

_NOT_DIGITS = re.compile(r"\D+")
_ROT13 = bytes.maketrans(b"abcdefghijklmnopqrstuvwxyz?", b"nopqrstuvwxyzabcdefghijklm ")


def _same(words: str) -> str:
    return words


def _backwards(words: str) -> str:
    return words[::-1]


def _rot13(words: str) -> str:
    return words.encode("ascii", "replace").translate(_ROT13).decode()


@dataclass(frozen=True, slots=True)
class View:
    """One way to look.

    Attributes:
        words: What is seen.
        least: How much of an identifier must be seen.
        disguise: How the words of an excused segment look in this view; None where nothing is excused.
        sounds: Whether other spellings of the same sound are looked for too.
    """

    words: str
    least: Least
    disguise: Callable[[str], str] | None = _same
    sounds: bool = True


def views_of(text: str) -> Iterator[View]:
    """Every view that can apply to a text, the cheap and likely ones first."""
    words = words_of(text)
    yield View(words, PLAIN)
    yield View(words[::-1], HIDDEN, _backwards, sounds=False)
    yield View(_rot13(words), HIDDEN, _rot13, sounds=False)
    yield from _by_numbers(words, _same)
    yield from _joined(text, words)
    for inner in decodings(text):
        seen = words_of(inner)
        yield View(seen, DECODED, None)
        yield View(seen[::-1], HIDDEN, None)
        yield View(_rot13(seen), HIDDEN, None)
        yield from _by_numbers(seen, None)
        yield from _joined(inner, seen)


def _by_numbers(words: str, disguise: Callable[[str], str] | None) -> Iterator[View]:
    spelled = with_digits(words)
    if spelled != words and any(map(spelled.__contains__, "0123456789")):
        yield View(spelled, SPELLED, with_digits if disguise else None, sounds=False)
    digits = _NOT_DIGITS.sub("", spelled)
    if len(digits) >= DIGITS_ONLY.digits:
        yield View(digits, DIGITS_ONLY, None, sounds=False)
        yield View(digits[::-1], DIGITS_ONLY, None, sounds=False)


def _joined(text: str, words: str) -> Iterator[View]:
    """What is split over words, lines, keys or values."""
    groups = _strings(text, words) if '"' in text else [words.split("\n")]
    for pieces in groups:
        if len(pieces) > 1:
            yield View(" ".join(pieces), JOINED, sounds=False)
            yield from _first_letters(pieces)
    yield from _first_letters(words.split())


def _strings(text: str, words: str) -> list[list[str]]:
    """The values and the keys of a JSON text, each in words.

    It goes by what follows a quotation mark, not by counting them: a stray mark must not swap inside and outside.
    """
    raw = text.split('"')
    pieces = words.split("\n")
    if len(pieces) != len(raw):
        pieces = [words_of(piece).replace("\n", " ") for piece in raw]
    keys: list[str] = []
    values: list[str] = []
    for piece, after in zip(pieces, [*raw[1:], ""], strict=True):
        if piece and not piece.isspace():
            (keys if after.lstrip()[:1] == ":" else values).append(piece)
    return [values, keys]


def _first_letters(pieces: list[str]) -> Iterator[View]:
    letters = "".join([piece.lstrip()[:1] for piece in pieces])
    if len(letters) > 2:
        yield View(letters, ACROSTIC, None, sounds=False)
