"""Employers, schools and facilities in English: capitals with a word for such a place, or behind "work at"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.dates import DAYS, MONTHS
from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed

_KIND = (
    "Hospital|Clinic|Clinics|Medical Cent(?:er|re)|Health Cent(?:er|re)|Surgery|University"
    "|College|High School|Elementary School|Middle School|Primary School|School|Kindergarten"
    "|Nursery|Academy|Institute|Inc|Ltd|LLC|Corp|Corporation|Company|Co|Bank|Pharmacy|Church"
    "|Industries|Motors|Electronics|Holdings|Group|Hotel|Supermarket|Library|Gym|Logistics"
    "|Insurance"
)
_NAMED = re.compile(rf"\b(?:[A-Z][\w'&\-]*\.?\s+(?:of |the |and |& )?){{1,5}}(?:{_KIND})\b\.?")
_UNIVERSITY = re.compile(r"\b(?:University|College|Bank|Church|Hospital|School) of (?:the )?[A-Z]\w+(?: [A-Z]\w+)*")
#: A house of guests before a Japanese name, in English sentences: any word may be its name.
_HOUSE = re.compile(
    r"\b(?:Hotel|Inn|Ryokan|Onsen|Café|Cafe|Restaurant|Villa|Maison|Heights|Mansion|Court) +([一-龠々ァ-ヴーぁ-ん]+)"
)
_WORKS = re.compile(
    r"\b(?:work|works|working|worked|job|employed|study|studies|studying|studied|student"
    r"|intern|teach|teaches|patient|admitted|treated|seen|go|goes|enrolled) (?:at|for|by"
    r"|with) (?:the )?((?:[A-Z][\w'&.\-]*)(?: (?:of |and |& )?[A-Z][\w'&.\-]*)*)"
)
_NO_EMPLOYER = frozenset(["i", *DAYS, *MONTHS])


def find(typed: Typed) -> Iterator[Span]:
    """Spans of organisations."""
    if not typed.has_letters:
        return
    text = typed.plain
    for pattern in (_NAMED, _UNIVERSITY):
        for found in pattern.finditer(text):
            start, name = found.start(), found[0]
            first = re.split(r"\s", name)[0]
            if (
                first.lower() in typed.words.english
                and (start == 0 or text[start - 2 : start - 1] in ".!?")
                and len(name.split()) > 2
            ):
                start += len(first) + 1  # 「The Riverside Clinic」, "At Riverside Clinic"
            yield Span(start, found.end(), Kind.ORGANISATION)
    for found in _HOUSE.finditer(text):
        yield Span(found.start(1), found.end(1), Kind.ORGANISATION)
    for found in _WORKS.finditer(text):
        if found[1].split(" ")[0].lower() not in _NO_EMPLOYER and not found[1].isupper():
            yield Span(found.start(1), found.start(1) + len(found[1].rstrip(".")), Kind.ORGANISATION)
