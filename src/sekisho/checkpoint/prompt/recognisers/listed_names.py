"""Names of the lists without a title: a family name with a given name, or alone where a particle follows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed
from sekisho.checkpoint.prompt.words import PromptWords

#: What follows a family name that is the beginning of a whole name.
_GIVEN_BEHIND = re.compile(
    r"[\s　]?[一-龠々]{1,3}(?=[\s　、。はがをにのともで]|と申|です|$)|[\s　][ぁ-んァ-ヴ]{2,5}(?=[、。\s]|と申|です|$)"
)
_ALONE = re.compile(r"(?=[、。はがをにのともで「」\s]|と申|です|という|から|$)")
_KANJI = re.compile(r"[一-龠々]")
_SPACES = " \u3000"


class _Listed:
    """The lists of one domain, ready to look with."""

    def __init__(self, words: PromptWords) -> None:
        self.surnames, self.given, self.behind = words.surnames, words.given, words.given_behind
        #: First character -> the lengths of the names that begin with it, longest first.
        self.sizes: dict[str, list[int]] = {}
        for name in self.surnames | self.given:
            found = self.sizes.setdefault(name[0], [])
            if len(name) not in found:
                found.append(len(name))
                found.sort(reverse=True)

    def end_of(self, text: str, start: int) -> int:
        """Where the name ends that begins here; `start` where none does."""
        sizes = self.sizes.get(text[start], ())
        for size in sizes:
            if text[start : start + size] in self.surnames and (end := self._whole(text, start + size)):
                return end
        for size in sizes:
            name, end = text[start : start + size], start + size
            if (name in self.surnames or name in self.given) and _ALONE.match(text, end):
                return end
        return start

    def _whole(self, text: str, end: int) -> int:
        """Where a whole name ends whose family name ends at `end`; 0 where it is none."""
        behind = end + 1 if text[end : end + 1] in _SPACES and end < len(text) else end
        for size in self.sizes.get(text[behind : behind + 1], ()):
            if text[behind : behind + size] in self.given:
                return behind + size
        for size in (4, 3, 2, 1):
            if text[behind : behind + size] in self.behind and _ALONE.match(text, behind + size):
                return behind + size
        found = _GIVEN_BEHIND.match(text, end)
        return found.end() if found else 0


@cache
def _listed(words: PromptWords) -> _Listed:
    return _Listed(words)


def _is_a_word(typed: Typed, name: str) -> bool:
    """Whether it is a word too. That it can be cut into a number and what it counts (千代) makes it none."""
    words = typed.words
    return name in words.listed or (not (name in words.given or name in words.surnames) and typed.is_ordinary(name))


#: One-kanji given names where they are what everybody sees or feels: 「光がまぶしい」, 「光に過敏」, 「海で泳ぐ」.
_PHENOMENON = re.compile(
    r"光(?=が(?:まぶ|眩|見|目|チカ|ちか|チラ|ちら|つら|辛|差|走|強)|に(?:敏感|過敏|弱|反応|当)|を(?:見|浴|感|避|当))"
    r"|海(?=で(?!す)|へ|に(?:行|い|入|潜|飛)|水|沿い|の(?:家|水|近|中))"
)
_LETTERS = re.compile(r"(?<![A-Za-z@.'’])[A-Za-z]{2,}(?![A-Za-z]|['’](?!s))")


def find(typed: Typed) -> Iterator[Span]:
    """Spans of names."""
    words, text = typed.words, typed.plain
    if typed.is_japanese and words.surnames:
        listed = _listed(words)
        for start, character in enumerate(text):
            if character not in listed.sizes or (start and _KANJI.match(text[start - 1])):
                continue
            end = listed.end_of(text, start)
            if end > start and not _PHENOMENON.match(text, start) and not _is_a_word(typed, text[start:end]):
                yield Span(start, end, Kind.NAME)
    for found in _LETTERS.finditer(text):
        name = found[0].lower()
        if name in words.romaji_names and name not in words.english:
            yield Span(found.start(), found.end(), Kind.NAME)
