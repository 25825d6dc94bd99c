"""Places in a typed text, and the text in the form in which recognisers look at it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.words import PromptWords

#: Hyphens and dashes that people type between digits.
_DASHES = dict.fromkeys("‐‑‒–—−", "-")


class Span(NamedTuple):
    """A place that points at a person."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Typed:
    """A text for recognisers.

    Attributes:
        plain: Half-width letters and digits, one kind of hyphen. Every character keeps its place.
        lower: The same in small letters.
        words: The lists.
        is_ordinary: Whether a piece of Japanese text is made of listed words only.
        is_japanese: Whether the text holds kana or kanji at all, so that a recogniser can be left out.
    """

    plain: str
    lower: str
    words: PromptWords
    is_ordinary: Callable[[str], bool]
    is_japanese: bool


#: Pictures and what changes their look: one of them says as little as another.
_STAR = "☆"


def _is_picture(character: str) -> bool:
    return (
        character > "\u2300"
        and not "\u3000" <= character <= "\u33ff"  # 〒, ㈱ and other signs with a meaning
        and unicodedata.category(character) in ("So", "Mn")
    )


@cache
def _plain(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    folded = _DASHES.get(folded, folded)
    if len(folded) == 1:
        return _STAR if _is_picture(folded) else folded
    return character


@cache
def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character


def plain(text: str) -> str:
    """Half-width letters and digits; as long as the text."""
    return text if text.isascii() else "".join(map(_plain, text))


def lower(text: str) -> str:
    """Small letters; as long as the text."""
    return text.lower() if text.isascii() else "".join(map(_lower, text))


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """The spans in order. Of those that overlap, one span of all of them, called after the longest."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            kind = last.kind if last.end - last.start >= span.end - span.start else span.kind
            merged[-1] = Span(last.start, max(last.end, span.end), kind)
        elif span.end > span.start:
            merged.append(span)
    return merged
