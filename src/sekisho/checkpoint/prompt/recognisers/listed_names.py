"""Names of the lists without a title: a family name with a given name, or alone where a particle follows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import ahocorasick

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed
from sekisho.checkpoint.prompt.words import PromptWords


class _Listed:
    """The lists of one domain, ready to look with: where a name could be, and what it looks like there."""

    def __init__(self, words: PromptWords) -> None:
        def listed(names: frozenset[str]) -> str:
            return "|".join(sorted(names, key=len, reverse=True))

        surname, given = listed(words.surnames), listed(words.given)
        self.hits = ahocorasick.Automaton()
        for name in words.surnames | words.given:
            self.hits.add_word(name, len(name))
        self.hits.make_automaton()
        self.pattern = re.compile(
            rf"(?<![一-龠々])(?:(?:{surname})[\s　]?(?:{given}|[一-龠々]{{1,3}}(?=[\s　、。はがをにのともで]"
            rf"|と申|です|$)"
            rf"|(?<=[\s　])[ぁ-んァ-ヴ]{{2,5}}(?=[、。\s]|と申|です|$))"
            rf"|(?:{surname}|{given})(?=[、。はがをにのともで「」\s]|と申|です|という|から|$))"
        )


@cache
def _listed(words: PromptWords) -> _Listed:
    return _Listed(words)


#: One-kanji given names where they are what everybody sees or feels: 「光がまぶしい」, 「光に過敏」.
_PHENOMENON = re.compile(
    r"光(?=が(?:まぶ|眩|見|目|チカ|ちか|チラ|ちら|つら|辛|差|走|強)|に(?:敏感|過敏|弱|反応|当)|を(?:見|浴|感|避|当))"
)


_LETTERS = re.compile(r"(?<![A-Za-z@.'’])[A-Za-z]{2,}(?![A-Za-z]|['’](?!s))")


def find(typed: Typed) -> Iterator[Span]:
    """Spans of names."""
    words, text = typed.words, typed.plain
    if typed.is_japanese and words.surnames:
        listed = _listed(words)
        for start in sorted({last + 1 - size for last, size in listed.hits.iter(text)}):
            found = listed.pattern.match(text, start)
            if found and not _PHENOMENON.match(text, start) and not typed.is_ordinary(found[0]):
                yield Span(found.start(), found.end(), Kind.NAME)
    for found in _LETTERS.finditer(text):
        name = found[0].lower()
        if name in words.romaji_names and name not in words.english:
            yield Span(found.start(), found.end(), Kind.NAME)
