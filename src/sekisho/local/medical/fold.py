"""The form in which words of a record and of the vocabulary are compared."""

from __future__ import annotations

import re
import unicodedata

_SAME = str.maketrans({**dict.fromkeys("‐‑–—−", "-"), "’": "'", "，": "、", "\t": " ", "\u3000": " "})
_TAG = re.compile(r"\s*\((?:disorder|finding|situation|procedure|substance|product|event|morphologic abnormality)\)")


def fold(text: str) -> str:
    """NFKC, lower case, one kind of hyphen and space. Usually as long as the text, so that places stay the same."""
    return fold_keeping_case(text).lower()


def fold_keeping_case(text: str) -> str:
    """As `fold`, with the case as written: an abbreviation in capitals is not the word in small letters."""
    return unicodedata.normalize("NFKC", text).translate(_SAME)


def is_abbreviation(name: str) -> bool:
    """Whether a name is a short word in capitals (RA, GAVE) that in small letters could be another word."""
    return len(name) <= 5 and name.isascii() and name.isupper() and name.isalpha()


def key_of(name: str) -> str:
    """The form in which a name of the vocabulary is looked up: folded, single spaces, no SNOMED tag."""
    key = fold(name)
    if "(" in key:
        key = _TAG.sub("", key)
    return " ".join(key.split())


def spellings(name: str) -> set[str]:
    """The ways in which the same name is commonly spelled: with and without hyphens and middle dots."""
    key = key_of(name)
    ways = {key, key.replace("-", " "), key.replace("-", ""), key.replace("・", ""), key.replace(" ", "-")}
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
