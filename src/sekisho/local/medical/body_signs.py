"""What people say of a part of the body (頭が割れるように痛い, "my ankle is swollen"): part and sign make the symptom.

Both lists are data (`parts_and_signs.tsv`, `signs.tsv`); how a part and a sign are put together is here. It knows no
polarity: whoever reads asks of each hit whether it is denied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import ahocorasick

from sekisho.local.medical.fold import script
from sekisho.local.medical.lexicon import Hit

#: A kanji before a part in kanji makes it another word (人口), unless it says which one or when.
_MAY_PRECEDE = "右左両片日朝夜晩週月年頃後時今中急娘夫妻母父兄姉弟妹孫僕私俺"
#: Before a short part in hiragana, a word ends with one of these.
_ENDS = "のがはもとにでや"
#: Rows of the signs that are none: what stands between a part and its sign, and between an English sign and its part.
_BETWEEN, _BEFORE = "between", "before"
_FAR = 48


class _Sign:
    """One sign in both languages; its patterns are made when a text first needs them."""

    def __init__(self, words: tuple[str, str]) -> None:
        self._words = words

    @cached_property
    def japanese(self) -> re.Pattern[str]:
        return re.compile(self._words[0])

    @cached_property
    def english(self) -> re.Pattern[str]:
        return re.compile(f"(?<![a-z])(?:{self._words[1]})(?![a-z])")


class BodySigns:
    """The parts and signs, ready to be looked for."""

    __slots__ = ("_before", "_between", "_between_english", "_parts", "_signs")

    def __init__(self, parts: Iterable[tuple[str, Mapping[str, str]]], signs: Mapping[str, tuple[str, str]]) -> None:
        """`parts`: words of a part with `|` between, sign -> code. `signs`: sign -> patterns, Japanese and English."""
        self._between, self._between_english = map(re.compile, signs[_BETWEEN])
        self._before = re.compile(signs[_BEFORE][1])
        self._signs = {name: _Sign(words) for name, words in signs.items()}
        self._parts = ahocorasick.Automaton()
        found: dict[str, list[tuple[str, str]]] = {}
        for words, codes in parts:
            for word in words.split("|"):
                found.setdefault(word, []).extend(codes.items())
        for word, of_it in found.items():
            self._parts.add_word(word, (len(word), of_it))
        if found:
            self._parts.make_automaton()

    def scan(self, folded: str) -> Iterator[Hit]:
        """The signs in a folded text. A hit is where the sign stands, not the part."""
        if not len(self._parts):
            return
        reached = 0
        places = ((last + 1 - size, last + 1, of_it) for last, (size, of_it) in self._parts.iter(folded))
        for start, end, of_it in sorted(places, key=lambda place: (place[0], -place[1])):
            if start < reached or not _is_word(folded, start, end):
                continue
            reached = end
            for name, code in of_it:
                found = self._found(self._signs[name], folded, start, end)
                if found is not None:
                    yield Hit(code, *found)

    def _found(self, sign: _Sign, folded: str, start: int, end: int) -> tuple[int, int] | None:
        """Where the sign of a part stands: behind it, or in English before it. People mix both ("右earがitchy")."""
        for signs, between in ((sign.japanese, self._between), (sign.english, self._between_english)):
            for found in signs.finditer(folded, end):
                if found.start() - end > _FAR:
                    break
                if between.fullmatch(folded, end, found.start()):
                    return found.span()
        for found in sign.english.finditer(folded, max(0, start - _FAR), start):
            if self._before.fullmatch(folded, found.end(), start):
                return found.span()
        return None


def _is_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    kind = script(text[start])
    if kind == "latin":
        return not (before and script(before) == "latin") and not (after and script(after) == "latin")
    if not before or script(before) != kind:
        return True
    if kind == "hiragana":
        return end - start > 2 or before in _ENDS
    return before in _MAY_PRECEDE
