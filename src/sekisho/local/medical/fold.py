"""The form in which words of a record and of the vocabulary are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_SAME = ({**dict.fromkeys("‐‑–—−", "-"), "’": "'", "，": "、", "\t": " ", "\u3000": " "}).items()
_TAG = re.compile(r"\s*\((?:disorder|finding|situation|procedure|substance|product|event|morphologic abnormality)\)")


def fold(text: str) -> str:
    """NFKC, lower case, one kind of hyphen and space. Usually as long as the text, so that places stay the same."""
    return fold_keeping_case(text).lower()


def fold_keeping_case(text: str) -> str:
    """As `fold`, with the case as written: an abbreviation in capitals is not the word in small letters."""
    folded = unicodedata.normalize("NFKC", text)
    for written, same in _SAME:  # most stand in no text: faster than looking up every character
        folded = folded.replace(written, same)
    return folded


class Places(NamedTuple):
    """Where the characters of a folded text stand in the text as written: 「ｶﾞ」 is one folded, 「㎎」 two.

    Attributes:
        starts: Where what became a folded character begins, by its place.
        ends: Where it ends.
    """

    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A span of the folded text in the text as written; an empty one stays empty."""
        if start >= end or end > len(self.ends):
            return 0, 0
        return self.starts[start], self.ends[end - 1]


def places_of(text: str, folded: str = "") -> Places:
    """The places of a text. `folded`: it is folded already."""
    folded = folded or fold(text)
    if len(folded) == len(text) and all(map(_stays_apart, set(text))):
        return Places(range(len(text)), range(1, len(text) + 1))
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for piece in _PIECE.findall(text):
        width, end = _width(piece), at + len(piece)
        starts += [at] * width
        ends += [end] * width
        at = end
    if len(starts) != len(folded):  # a script whose letters join in other ways: all of it is the place
        return Places([0] * len(folded), [len(text)] * len(folded))
    return Places(starts, ends)


#: A character with the marks and letters behind it that may become one with it.
_PIECE = re.compile(
    "(?s:.)[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20f0\u302a-\u302f\u3099\u309a\ufe20-\ufe2f\uff9e\uff9f\u1160-\u11ff\uffa0-\uffdc]*"
)


@lru_cache(maxsize=1 << 14)
def _width(piece: str) -> int:
    return len(fold(piece))


@lru_cache(maxsize=1 << 14)
def _stays_apart(character: str) -> bool:
    """Whether it folds to one character that changes places with no other, as marks do."""
    folded = fold(character)
    return len(folded) == 1 and not unicodedata.combining(folded)


def is_abbreviation(name: str) -> bool:
    """Whether a name is a short word in capitals (RA, GAVE) that in small letters could be another word."""
    return len(name) <= 5 and name.isascii() and name.isupper() and name.isalpha()


def key_of(name: str) -> str:
    """The form in which a name of the vocabulary is looked up: folded, single spaces, no SNOMED tag."""
    key = fold(name)
    if "(" in key:
        key = _TAG.sub("", key)
    return " ".join(key.split())


#: Letters of a first word that is joined by a hyphen to a single other one.
_SHORT = 4
#: First words that nobody joins to the next.
_APART = frozenset(
    {
        "s/p", "h/o", "hx", "history", "prior", "previous", "past", "status", "state", "after", "post",
        "recent", "old", "known", "chronic", "acute", "severe", "mild", "recurrent", "left", "right", "l", "r",
        "bilateral", "had", "on", "has", "in", "no", "the", "a",
    }
)  # fmt: skip


def spellings(name: str) -> set[str]:
    """The ways in which the same name is commonly spelled: with and without hyphens and middle dots.

    A hyphen joins the first two words where a third follows or the first is short: "iron-deficiency anemia", "x-ray".
    """
    key = key_of(name)
    ways = {key, key.replace("-", " "), key.replace("-", ""), key.replace("・", "")}
    first, *others = key.split(" ")
    if others and (len(others) > 1 or len(first) <= _SHORT) and first not in _APART:
        ways.add(key.replace(" ", "-", 1))
    if key.isascii():
        ways.discard("")
    else:
        ways.add(key.replace(" ", ""))
    return {way for way in ways if way}


def script(character: str) -> str:
    """`latin` (letters and digits), `kanji`, `katakana`, `hiragana` or `other`."""
    if character.isascii():
        return "latin" if character.isalnum() else "other"
    point = ord(character)
    if 0x4E00 <= point <= 0x9FFF or character in "々〆":
        return "kanji"
    if 0x30A1 <= point <= 0x30FA or character == "ー":
        return "katakana"
    if 0x3041 <= point <= 0x309F:
        return "hiragana"
    return "latin" if character.isalpha() else "other"
