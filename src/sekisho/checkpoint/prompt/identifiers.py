"""Places of a text that hold an identifier: of the open case first, then whatever the recognisers know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sekisho.checkpoint.prompt.kinds import KIND_OF_IDENTIFIER, Kind
from sekisho.checkpoint.prompt.known import is_japanese, is_ordinary
from sekisho.checkpoint.prompt.recognising import RECOGNISERS
from sekisho.checkpoint.prompt.spans import Span, Typed, lower, plain, without_overlaps
from sekisho.checkpoint.prompt.words import PromptWords
from sekisho.checkpoint.wall import Wall

_LETTERS = re.compile(r"[a-zà-ÿ]")


def looked_at(text: str, words: PromptWords) -> Typed:
    """A text in the form in which recognisers look at it."""
    as_plain = plain(text)
    small = lower(as_plain)
    return Typed(
        plain=as_plain,
        lower=small,
        words=words,
        is_ordinary=lambda piece: is_ordinary(lower(piece), words),
        is_japanese=is_japanese(text),
        has_letters=_LETTERS.search(small) is not None,
    )


def identifiers_in(text: str, words: PromptWords, wall: Wall | None) -> list[Span]:
    """The spans in order, without overlaps."""
    typed = looked_at(text, words)
    spans = _without_eponyms(dict.fromkeys(span for find in RECOGNISERS for span in find(typed)), typed)
    spans = [_with_given_name(span, typed.plain, words) for span in spans]
    if wall is not None:
        spans += _of_the_case(text, typed.plain, words, wall)
    return without_overlaps(spans)


_GIVEN = re.compile(r"[ \u3000]([一-龠々ぁ-ん]{1,4})(?=[、。はがをにのともで「」\s]|と申|です|という|から|$)")


_FAMILY = re.compile(r"(?:^|[、。「のは私\s])([一-龠々ヶ]{1,4})[ \u3000]$")


def _with_given_name(span: Span, text: str, words: PromptWords) -> Span:
    """A name with its other half on the other side of a space, which may be an ordinary word too (夏目 力)."""
    if span.kind is not Kind.NAME:
        return span
    given = _GIVEN.match(text, span.end)
    if given is not None and _is_given(given[1], words):
        return span._replace(end=given.end())
    family = _FAMILY.search(text, 0, span.start) if _is_given(text[span.start : span.end], words) else None
    return span if family is None or family[1] in words.loose_words else span._replace(start=family.start(1))


def _is_given(name: str, words: PromptWords) -> bool:
    return name in words.given or name in words.given_behind


#: How far a term reaches beyond the name in it (Bell's palsy, 福山型先天性筋ジストロフィー).
_TERM = 24


def _without_eponyms(spans: Iterable[Span], typed: Typed) -> list[Span]:
    """Without names that are a proper part of a term (Bell's palsy)."""
    return [span for span in spans if span.kind is not Kind.NAME or not _is_eponym(span, typed)]


def _is_eponym(span: Span, typed: Typed) -> bool:
    shift = max(0, span.start - _TERM)
    around = typed.words.terms_in(typed.plain[shift : span.end + _TERM])
    return any(s + shift <= span.start and span.end <= e + shift and e - s > span.end - span.start for s, e in around)


def _of_the_case(text: str, as_plain: str, words: PromptWords, wall: Wall) -> Iterator[Span]:
    """Identifiers of the open case, unless they are a proper part of a term (a patient 川崎, the disease 川崎病)."""
    found = wall.spans(text)
    terms = words.terms_in(as_plain) if found else ()
    for start, end, kind in found:
        if not any(s <= start and end <= e and e - s > end - start for s, e in terms):
            yield Span(start, end, KIND_OF_IDENTIFIER[kind])
