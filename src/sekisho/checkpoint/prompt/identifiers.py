"""Places of a text that hold an identifier: of the open case first, then whatever the recognisers know."""

from __future__ import annotations

from collections.abc import Iterator

from sekisho.checkpoint.prompt.kinds import KIND_OF_IDENTIFIER, Kind
from sekisho.checkpoint.prompt.known import is_japanese, is_ordinary
from sekisho.checkpoint.prompt.recognising import RECOGNISERS
from sekisho.checkpoint.prompt.spans import Span, Typed, lower, plain, without_overlaps
from sekisho.checkpoint.prompt.words import PromptWords
from sekisho.checkpoint.wall import Wall


def identifiers_in(text: str, words: PromptWords, wall: Wall | None) -> list[Span]:
    """The spans in order, without overlaps."""
    as_plain = plain(text)
    typed = Typed(as_plain, lower(as_plain), words, lambda piece: is_ordinary(lower(piece), words), is_japanese(text))
    spans = _without_eponyms([span for find in RECOGNISERS for span in find(typed)], typed)
    if wall is not None:
        spans += _of_the_case(text, as_plain, words, wall)
    return without_overlaps(spans)


def _without_eponyms(spans: list[Span], typed: Typed) -> list[Span]:
    """Without names that are a proper part of a term (Bell's palsy)."""
    if not any(span.kind is Kind.NAME for span in spans):
        return spans
    terms = typed.words.terms_in(typed.plain)
    return [
        span
        for span in spans
        if span.kind is not Kind.NAME
        or not any(s <= span.start and span.end <= e and e - s > span.end - span.start for s, e in terms)
    ]


def _of_the_case(text: str, as_plain: str, words: PromptWords, wall: Wall) -> Iterator[Span]:
    """Identifiers of the open case, unless they are a proper part of a term (a patient 川崎, the disease 川崎病)."""
    found = wall.spans(text)
    terms = words.terms_in(as_plain) if found else ()
    for start, end, kind in found:
        if not any(s <= start and end <= e and e - s > end - start for s, e in terms):
            yield Span(start, end, KIND_OF_IDENTIFIER[kind])
