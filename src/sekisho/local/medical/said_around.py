"""What the phrases around a term say of it: thousands of ways to say some twenty things, each way found once a note.

None of it decides alone. What is found is weighed with everything else that a mention shows (docs/NOTES.md).
Data: `data/said_around/*.tsv`, a file for each kind of fact.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import ahocorasick

from sekisho.local.medical.fold import script
from sekisho.local.medical.note_mentions import Mention
from sekisho.local.medical.tables import files_of, listed

TABLE = "said_around"
#: Characters within which a phrase says something of a term, on either side.
_REACH = 70
#: What ends a sentence.
_ENDS = re.compile(r"[。\n;]|(?<=[a-z)])[.!?](?=\s|$)")
#: Between the terms of a list nothing longer stands: 「A5mg、B」.
_LISTED = re.compile(
    r"[^。\n]{0,3}?(?:\d[\d.]*\s?(?:mg|μg|mcg|g|ml|錠|t|%|単位|c)?)?\s?(?:[、,・/+&]|と|や|及び|and|or)\s?"
)
#: Signs between what is said of one term and what is said of the next.
_PARTS = "、,)」"


class _Phrase(NamedTuple):
    """A phrase at a place of the note, and the group it is in on one side of one kind of term."""

    start: int
    end: int
    group: str


class SaidAround:
    """The phrases of one note, and where its terms stand between them."""

    def __init__(self, folded: str, mentions: Sequence[Mention]) -> None:
        """`mentions`: those that will be asked for, in the order of the note."""
        self._folded = folded
        self._sides = {side: _longest(found) for side, found in _phrases_in(folded).items()}
        self._starts = {side: [phrase.start for phrase in found] for side, found in self._sides.items()}
        self._breaks = [found.start() for found in _ENDS.finditer(folded)]
        self._of_kind: dict[str, list[tuple[int, int]]] = {}
        for mention in mentions:
            self._of_kind.setdefault(mention.kind, []).append((mention.start, mention.end))

    def of(self, mention: Mention) -> Iterator[str]:
        """What is said right behind it, further on, and before it; and what comes first on either side."""
        yield from self._behind(mention)
        yield from self._ahead(mention)

    def _behind(self, mention: Mention) -> Iterator[str]:
        at = bisect_left(self._breaks, mention.end)
        end = min(self._breaks[at] if at < len(self._breaks) else len(self._folded), mention.end + _REACH)
        found = self._between(f"{mention.kind}>", mention.end, end)
        edge = self._next(mention, end) if found else end
        for nth, phrase in enumerate(found):
            where = "after" if phrase.start < edge else "further"
            yield f"said={where}_{phrase.group}"
            if not nth:
                yield f"said=next_{phrase.group}"

    def _ahead(self, mention: Mention) -> Iterator[str]:
        at = bisect_left(self._breaks, mention.start)
        begin = max(self._breaks[at - 1] if at else 0, mention.start - _REACH)
        found = [p for p in self._between(f"{mention.kind}<", begin, mention.start) if p.end <= mention.start]
        edge = self._previous(mention, begin) if found else begin
        for nth, phrase in enumerate(reversed(found)):
            where = "before" if phrase.end > edge else "earlier"
            yield f"said={where}_{phrase.group}"
            if not nth:
                yield f"said=just_{phrase.group}"

    def _between(self, side: str, begin: int, end: int) -> list[_Phrase]:
        """The phrases that begin between two places."""
        starts = self._starts.get(side, [])
        return self._sides[side][bisect_left(starts, begin) : bisect_left(starts, end)] if starts else []

    def _next(self, mention: Mention, end: int) -> int:
        """Where the next term begins that is not of the same list."""
        places = self._of_kind[mention.kind]
        reached = mention.end
        for at in range(bisect_left(places, (reached, 0)), len(places)):
            start, beyond = places[at]
            if start >= end:
                break
            if _LISTED.fullmatch(self._folded, reached, start) is None:
                return start
            reached = beyond
        return end

    def _previous(self, mention: Mention, begin: int) -> int:
        """Where the term before it ends that is not of the same list."""
        places = self._of_kind[mention.kind]
        reached = mention.start
        for at in range(bisect_left(places, (reached, 0)) - 1, -1, -1):
            start, beyond = places[at]
            if beyond <= begin:
                break
            if beyond > reached:
                return reached
            if _LISTED.fullmatch(self._folded, beyond, reached) is None:
                # 「喘息(小児期、今なし)、貧血」: what stands before the comma is said of the other one.
                parted = max(self._folded.rfind(sign, beyond, reached) for sign in _PARTS)
                return max(beyond, parted)
            reached = start
        return begin


def _phrases_in(folded: str) -> dict[str, list[_Phrase]]:
    """By side (`medicine>`: behind a medicine): the phrases of a folded note."""
    found: dict[str, list[_Phrase]] = {}
    for last, (size, sides) in _automaton().iter(folded):
        start, end = last + 1 - size, last + 1
        if _is_whole(folded, start, end):
            for side, group in sides:
                found.setdefault(side, []).append(_Phrase(start, end, group))
    return found


def _longest(found: list[_Phrase]) -> list[_Phrase]:
    """In the order of the note, without what lies within a longer one."""
    kept: list[_Phrase] = []
    for phrase in sorted(found, key=lambda phrase: (phrase.start, -phrase.end)):
        if not kept or phrase.end > kept[-1].end:
            kept.append(phrase)
    return kept


def _is_whole(folded: str, start: int, end: int) -> bool:
    """Latin words stand for themselves only, not for a part of another."""
    if start and script(folded[start]) == script(folded[start - 1]) == "latin":
        return False
    return not (end < len(folded) and script(folded[end - 1]) == script(folded[end]) == "latin")


@cache
def _automaton() -> ahocorasick.Automaton:
    """Phrase -> its length, and the sides it stands on, each with its group."""
    sides: dict[str, tuple[tuple[str, str], ...]] = {}
    for name, rows in files_of(TABLE):
        kind = name.rpartition("/")[2].removesuffix(".tsv")
        for row in rows:
            side = (f"{kind}{'>' if row['side'] == 'after' else '<'}", row["group"])
            for phrase in listed(row["phrases"]):
                sides[phrase] = (*sides.get(phrase, ()), side)
    automaton = ahocorasick.Automaton()
    for phrase, of in sides.items():
        automaton.add_word(phrase, (len(phrase), of))
    automaton.make_automaton()
    return automaton
