"""Whether a Japanese sentence is made of listed words only: the whole of it, without a gap.

Japanese has no spaces, and single kana are particles and endings. So a name in hiragana (はなこ) could slip through
as a row of particles. Here an ending only follows a listed stem of its class, and a particle only what it can follow:
a row of words is known when it can be walked from state to state, from the first character to the last.

It knows no grammar beyond that, it finds no names, and what it does not know it does not guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

import ahocorasick

from sekisho.checkpoint.prompt.japanese_rules import CONTENT, HIRAGANA_FIRST, PLACEHOLDER_ARCS, mask
from sekisho.checkpoint.prompt.japanese_rules import arcs as rules

#: Between two states: (the states it may follow, the states it leaves).
_Arc = tuple[int, int]

_LONG_NUMBER = re.compile(r"\d{5,}|\d[\d,]{6,}")
_NO_END = mask("NUM NUMGAP PRE MIZ ADJ GODAN RENTAI KATEI ONBIN_T ONBIN_D")
_MAY_END = ~_NO_END
_START = mask("OPEN")
_PUNCTUATION = "。、・,.!?「」『』()[]【】〈〉…〜~ー－—-―:;/→←↑↓*#&\"'`“”’‘★☆♪♡♥※●○■□◆◇▲△▼▽＝=+%℃<>|＿_^ \n"
_OPEN = mask("OPEN")
#: Behind a bracket a particle may follow, as behind the noun before it: 「赤ちゃん（8か月）が」.
_CLOSED = mask("OPEN N T")
_CLOSING = ")」』]】〉"


class Japanese:
    """The lists as one automaton. Build it once."""

    __slots__ = ("_automaton",)

    def __init__(self, rows: Iterable[tuple[str, str]], nouns: Iterable[str] = ()) -> None:
        """`rows`: words with their class; `nouns`: further nouns (terms of the domain)."""
        arcs: dict[str, dict[_Arc, None]] = {}
        for word, name in rows:
            _add(arcs, word, name)
        for noun in nouns:
            _add(arcs, noun, "term")
        for follows, word, leaves in rules():
            arcs.setdefault(word, {})[(mask(follows), mask(leaves))] = None
        for sign in _PUNCTUATION:
            arcs.setdefault(sign, {})[(_MAY_END, _CLOSED if sign in _CLOSING else _OPEN)] = None
        for sign, (follows, leaves) in PLACEHOLDER_ARCS.items():
            arcs.setdefault(sign, {})[(mask(follows), mask(leaves))] = None
        self._automaton = ahocorasick.Automaton()
        for word, ways in arcs.items():
            self._automaton.add_word(word, (len(word), tuple(ways)))
        self._automaton.make_automaton()

    def is_known(self, text: str, pieces: Sequence[tuple[int, int, str]] = ()) -> bool:
        """Whether all of a folded text is known. `pieces`: places that something else vouches for, with their class."""
        if not text:
            return True
        if _LONG_NUMBER.search(text):
            return False
        reached = [0] * (len(text) + 1)
        reached[0] = _START
        steps: Iterable[tuple[int, tuple[int, tuple[_Arc, ...]]]] = self._automaton.iter(text)
        if pieces:
            steps = sorted([*steps, *_as_steps(text, pieces)], key=_end_of)
        for last, (size, ways) in steps:
            before = reached[last + 1 - size]
            if before:
                for follows, leaves in ways:
                    if before & follows:
                        reached[last + 1] |= leaves
        return bool(reached[-1] & _MAY_END)


def _end_of(step: tuple[int, object]) -> int:
    return step[0]


def _as_steps(text: str, pieces: Sequence[tuple[int, int, str]]) -> list[tuple[int, tuple[int, tuple[_Arc, ...]]]]:
    return [(end - 1, (end - start, _ways(text[start:end], name))) for start, end, name in pieces if end > start]


def _add(arcs: dict[str, dict[_Arc, None]], word: str, name: str) -> None:
    arcs.setdefault(word, {}).update(dict.fromkeys(_ways(word, name)))


@cache
def _ways(word: str, name: str) -> tuple[_Arc, ...]:
    if name == "noun" and all("\u3041" <= c <= "\u309f" or c == "ー" for c in word):
        name = "nounh"
    follows, leaves = CONTENT[name]
    if "\u3041" <= word[0] <= "\u309f":
        follows = HIRAGANA_FIRST.get(name, follows)
    return ((mask(follows), mask(leaves)),)
