"""Regular endings: a word as it stands in a list -> the forms in which it is written. English, and Japanese sounds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_DOUBLES = re.compile(r"[^aeiou][aeiou][bdgklmnprtvz]$")


def english_forms(kind: str, words: Iterable[str]) -> frozenset[str]:
    """All forms of all words of a kind: `noun`, `verb` or `adj`."""
    forms = {"noun": _noun, "verb": _verb, "adj": _adjective}[kind]
    return frozenset(form for word in words for form in forms(word))


def _noun(word: str) -> Iterator[str]:
    yield from (word, _plural(word))


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "z", "ch", "sh", "o")):
        return word + ("s" if word.endswith(("oo", "io", "to")) and not word.endswith("to") else "es")
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def _verb(word: str) -> Iterator[str]:
    yield from (word, _plural(word))
    if word.endswith("e"):
        yield from (word + "d", (word if word.endswith(("ee", "ye", "oe")) else word[:-1]) + "ing")
    elif word.endswith("y") and word[-2:-1] not in "aeiou":
        yield from (word[:-1] + "ied", word + "ing")
    else:
        yield from (word + "ed", word + "ing")
        if _DOUBLES.search(word):
            yield from (word + word[-1] + "ed", word + word[-1] + "ing")


def _adjective(word: str) -> Iterator[str]:
    yield from (word, word + "ly", word + "ness")
    if word.endswith("y"):
        yield from (word[:-1] + "ier", word[:-1] + "iest", word[:-1] + "ily", word[:-1] + "iness")
    elif word.endswith("e"):
        yield from (word + "r", word + "st", word[:-1] + "y")
    elif len(word) < 8:
        yield from (word + "er", word + "est", word + "ish")
    if word.endswith("ic"):
        yield word + "ally"


#: Hiragana to katakana, one sign for one sign.
_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


def sound_forms(kind: str, stem: str) -> Iterator[str]:
    """All forms of a sound in both kana: ずきずき, ズキッと of the `double` ずき; ぎゅーっと of the `short` ぎゅ."""
    if kind == "double":
        forms = [stem * 2, stem * 2 + "と", f"{stem}っと", f"{stem}んと", f"{stem}りと", f"{stem}ん{stem}ん"]
    else:
        forms = [f"{stem}{middle}{end}" for middle in ("ー", "う", "ーー", "") for end in ("っと", "んと")]
    for form in forms:
        yield form
        yield form.translate(_KATAKANA)
        if form.endswith("と"):  # ズキッと: the particle stays in hiragana
            yield form[:-1].translate(_KATAKANA) + "と"
