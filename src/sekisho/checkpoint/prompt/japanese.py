"""Whether a Japanese sentence is made of listed words only: the whole of it, without a gap.

Japanese has no spaces, and single kana are particles and endings. So a name in hiragana (はなこ) could slip through
as a row of particles. Here an ending only follows a listed stem of its class, and a particle only what it can follow:
a row of words is known when it can be walked from state to state, from the first character to the last.

It knows no grammar beyond that, it finds no names, and what it does not know it does not guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sekisho.checkpoint.prompt.japanese_rules import CONTENT, HIRAGANA_FIRST, PLACEHOLDER_ARCS, mask
from sekisho.checkpoint.prompt.japanese_rules import arcs as rules

#: Between two states: (the states it may follow, the states it leaves).
_Arc = tuple[int, int]

LONG_NUMBER = re.compile(r"\d{5,}|\d[\d,]{6,}")
_NO_END = mask("NUM NUMGAP PRE MIZ ADJ GODAN RENTAI KATEI ONBIN_T ONBIN_D")
MAY_END = ~_NO_END
START = mask("OPEN")
_PUNCTUATION = "。、・,.!?「」『』()[]【】〈〉…〜~ー－—-―:;/→←↑↓*#&\"'`“”’‘★☆♪♡♥※●○■□◆◇▲△▼▽＝=+%℃<>|＿_^ \n"
_OPEN = mask("OPEN")
#: Behind a bracket a particle may follow, as behind the noun before it: 「赤ちゃん（8か月）が」.
_CLOSED = mask("OPEN N T")
_CLOSING = ")」』]】〉"


def compiled(rows: Iterable[tuple[str, str]], nouns: Iterable[str] = ()) -> dict[str, Any]:
    """The lists as plain tables, which load without being built.

    Args:
        rows: Words with their class.
        nouns: Further nouns (terms of the domain).
    """
    arcs: dict[str, dict[_Arc, None]] = {}
    for word, name in rows:
        arcs.setdefault(word, {}).update(dict.fromkeys(_ways(word, name)))
    for noun in nouns:
        arcs.setdefault(noun, {}).update(dict.fromkeys(_ways(noun, "term")))
    for follows, word, leaves in rules():
        arcs.setdefault(word, {})[(mask(follows), mask(leaves))] = None
    for sign in _PUNCTUATION:
        arcs.setdefault(sign, {})[(MAY_END, _CLOSED if sign in _CLOSING else _OPEN)] = None
    for sign, (follows, leaves) in PLACEHOLDER_ARCS.items():
        arcs.setdefault(sign, {})[(mask(follows), mask(leaves))] = None
    ways: dict[tuple[_Arc, ...], int] = {}
    words = {word: ways.setdefault(tuple(found), len(ways)) for word, found in arcs.items()}
    sizes: dict[str, set[int]] = {}
    for word in words:
        sizes.setdefault(word[:2], set()).add(len(word))
    for head, found_sizes in sizes.items():
        if len(head) == 2 and head[0] in words:
            found_sizes.add(1)
    return {"words": words, "ways": list(ways), "sizes": {head: tuple(sorted(found)) for head, found in sizes.items()}}


class Japanese:
    """The lists, ready to be walked through."""

    __slots__ = ("_moves", "_sizes", "_ways", "_words")

    def __init__(self, tables: Mapping[str, Any]) -> None:
        """`tables`: what `compiled` made."""
        self._words: dict[str, int] = tables["words"]
        self._ways: list[tuple[_Arc, ...]] = tables["ways"]
        #: For each of the ways: the states that it was reached in -> those that it leaves, as far as it was asked.
        self._moves: list[dict[int, int]] = [{} for _ in self._ways]
        #: First two characters (one, for words of one) -> the lengths of the words that begin so.
        self._sizes: dict[str, tuple[int, ...]] = tables["sizes"]

    def is_known(self, text: str, pieces: Sequence[tuple[int, int, str]] = ()) -> bool:
        """Whether all of a folded text is known. `pieces`: places that something else vouches for, with their class."""
        if not text:
            return True
        if LONG_NUMBER.search(text):
            return False
        words, moves, sizes, end = self._words, self._moves, self._sizes, len(text)
        further: dict[int, list[tuple[int, tuple[_Arc, ...]]]] = {}
        for start, stop, name in pieces:
            if stop > start:
                further.setdefault(start, []).append((stop, _ways(text[start:stop], name)))
        reached = [0] * (end + 1)
        reached[0] = START
        word_at, sizes_at = words.get, sizes.get
        for at in range(end):
            before = reached[at]
            if not before:
                continue
            for size in sizes_at(text[at : at + 2]) or sizes_at(text[at], ()):
                stop = at + size
                number = word_at(text[at:stop])
                if number is not None and stop <= end:
                    left = moves[number].get(before)
                    reached[stop] |= self._moved(number, before) if left is None else left
            if at in further:
                for stop, found in further[at]:
                    for follows, leaves in found:
                        if before & follows:
                            reached[stop] |= leaves
        return bool(reached[end] & MAY_END)

    def _moved(self, number: int, before: int) -> int:
        left = 0
        for follows, leaves in self._ways[number]:
            if before & follows:
                left |= leaves
        self._moves[number][before] = left
        return left

    def steps(self, text: str, at: int) -> list[tuple[int, tuple[_Arc, ...]]]:
        """The listed words that begin at a place: where each ends, and its ways."""
        sizes = self._sizes.get(text[at : at + 2]) or self._sizes.get(text[at], ())
        ends = [at + size for size in sizes]
        found = ((end, self._words.get(text[at:end])) for end in ends if end <= len(text))
        return [(end, self._ways[number]) for end, number in found if number is not None]


@cache
def _ways(word: str, name: str) -> tuple[_Arc, ...]:
    if name == "noun" and all("\u3041" <= c <= "\u309f" or c == "ー" for c in word):
        name = "nounh"
    if name in ("noun", "term") and len(word) == 1 and "一" <= word <= "龠":
        name = "noun1"
    if name == "time" and len(word) == 1 and "一" <= word <= "龠":
        name = "time1"
    if name == "rentai" and len(word) == 1:
        name = "prefix"  # 本+田 is a family name
    follows, leaves = CONTENT[name]
    if "\u3041" <= word[0] <= "\u309f":
        follows = HIRAGANA_FIRST.get(name, follows)
    return ((mask(follows), mask(leaves)),)


def piece_ways(word: str, name: str) -> tuple[_Arc, ...]:
    """The ways of a word that something else vouches for."""
    return _ways(word, name)
