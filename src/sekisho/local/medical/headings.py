"""Cutting a note into parts by its headings, so that a bare list under 「処方」 is read as medicines that are taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from sekisho.local.medical.cues import headings

#: A part without a known heading.
NONE = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of folded text, where it starts, and what it is about.

    `topic` is allergy, medicines, stopped, family, history, problems, course, social, plan, or empty.
    """

    text: str
    start: int
    topic: str


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    topic: str
    boxed: bool


def parts_of(folded: str) -> Iterator[Part]:
    """The parts of a folded note, in order."""
    marks = sorted([*_marks(folded)], key=lambda m: m.start)
    reached, topic = 0, NONE
    boundaries = [*marks, _Mark(len(folded), len(folded), NONE, True)]
    boxed = True
    for mark in boundaries:
        if mark.start < reached:
            continue
        indent = 0 if boxed else _indent(folded, reached)
        yield from _lines(folded[reached : mark.start], reached, topic, boxed, indent)
        reached, topic, boxed = mark.end, mark.topic, mark.boxed


def _indent(folded: str, at: int) -> int:
    """How far the line of this place is indented."""
    line = folded[folded.rfind("\n", 0, at) + 1 :]
    return len(line) - len(line.lstrip(" \t"))


def _lines(text: str, start: int, topic: str, boxed: bool, indent: int) -> Iterator[Part]:
    """A boxed heading (【処方】) holds until a blank line, an open one (処方:) for its line and what is set in."""
    if topic == NONE:
        yield Part(text, start, NONE)
        return
    ends = _END_BOXED if boxed else re.compile(_END_OPEN.format(deeper="[ \\t]" * (indent + 1)))
    end = ends.search(text)
    if end is None:
        yield Part(text, start, topic)
        return
    yield Part(text[: end.start()], start, topic)
    yield Part(text[end.start() :], start + end.start(), NONE)


_END_BOXED = re.compile(r"(?<=\S)\s*\n[ \t]*\n")
_END_OPEN = r"(?<=\S)[ \t]*\n(?!{deeper}|[ \t]*[-・*※]|[ \t]*\d+[.)])"
_UNKNOWN_BOX = re.compile(r"【[^】\n]{1,20}】|^[ \t]*<[^>\n]{1,15}>|^[ \t]*[■●◆□◇][^:\n]{1,14}[::]", re.M)
_NUMBERED = re.compile(r"(?:^|(?<=\s))#\s?\d{0,2}[.)]?\s*", re.M)


def _marks(folded: str) -> Iterator[_Mark]:
    known = []
    for found in _known().finditer(folded):
        word = (found["boxed"] or found["open"] or found["bullet"]).strip()
        known.append((found.start(), found.end()))
        yield _Mark(found.start(), found.end(), _topics()[word], found["open"] is None)
    for found in _NUMBERED.finditer(folded):
        yield _Mark(found.start(), found.end(), "problems", False)
    for found in _UNKNOWN_BOX.finditer(folded):
        if not any(start < found.end() and found.start() < end for start, end in known):
            yield _Mark(found.start(), found.end(), NONE, True)


@cache
def _topics() -> dict[str, str]:
    return {word: topic for topic, words in headings().items() for word in words}


@cache
def _known() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(_topics(), key=len, reverse=True))
    boxed = rf"【\s*(?P<boxed>{words})\s*】[::]?"
    bullet = rf"^[ \t]*[■●◆□◇○・*<\[〈《]\s*(?P<bullet>{words})\s*(?=[\]>〉》::()\s])[\]>〉》]?\s*[::]?"
    # A single letter is a heading at the start of a line only (S) O) A) P)).
    longer = "|".join(re.escape(w) for w in sorted(_topics(), key=len, reverse=True) if len(w) > 1)
    single = "|".join(re.escape(w) for w in _topics() if len(w) == 1)
    word = rf"(?P<open>{longer}|(?<=\n)(?:{single})|(?<![\s\S])(?:{single}))"
    opened = rf"(?:^[ \t]*|(?<=[\s、。;,.」)])){word}\s*(?:[::)]|→)(?!\))"
    return re.compile(f"{boxed}|{bullet}|{opened}", re.M)
