"""Places in a typed text, and the text in the form in which recognisers look at it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
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
        has_letters: Whether it holds Latin letters, for the same reason.
    """

    plain: str
    lower: str
    words: PromptWords
    is_ordinary: Callable[[str], bool]
    is_japanese: bool
    has_letters: bool


_TWO_KANJI = re.compile(r"[一-龠々]{2}")


def may_name(typed: Typed, word: str) -> bool:
    """Whether what stands where a name stands is one: no ordinary words, or two kanji that are on no list as a whole.

    Two kanji can nearly always be cut into listed words of one (見+時).
    """
    if _TWO_KANJI.fullmatch(word) and word not in typed.words.listed and word not in typed.words.clinical_ja:
        return True
    return not typed.is_ordinary(word)


#: Pictures and what changes their look: one of them says as little as another.
_STAR = "☆"


def _is_picture(character: str) -> bool:
    return (
        character > "\u2300"
        and not "\u3000" <= character <= "\u33ff"  # 〒, ㈱ and other signs with a meaning
        and unicodedata.category(character) in ("So", "Mn")
    )


class _Table(dict[int, str]):
    """A table for `str.translate` that works each character out once."""

    def __init__(self, of_one: Callable[[str], str]) -> None:
        self._of_one = of_one

    def __missing__(self, point: int) -> str:
        found = self[point] = self._of_one(chr(point))
        return found


def _plain(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    folded = _DASHES.get(folded, folded)
    if len(folded) == 1:
        return _STAR if _is_picture(folded) else folded
    return character


def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character


_TO_PLAIN, _TO_LOWER = _Table(_plain), _Table(_lower)


def plain(text: str) -> str:
    """Half-width letters and digits; as long as the text."""
    return text if text.isascii() else text.translate(_TO_PLAIN)


def lower(text: str) -> str:
    """Small letters; as long as the text."""
    return text.lower() if text.isascii() else text.translate(_TO_LOWER)


def near(sign: re.Pattern[str], pattern: re.Pattern[str], reach: int, text: str) -> Iterator[re.Match[str]]:
    """What `pattern.finditer` finds, looked for only where it can be.

    Args:
        sign: A part that every match has.
        pattern: The whole.
        reach: How far in front of its first sign a match can begin, in characters.
        text: The text.
    """
    reached = 0
    for seen in sign.finditer(text):
        if seen.start() >= reached and (found := pattern.search(text, max(reached, seen.start() - reach))):
            yield found
            reached = found.end()


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
