"""Addresses in English: house number and street, room, town behind "live in"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.dates import DAYS, MONTHS
from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed

_TYPES = (
    "Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl"
    "|Terrace|Close|Square|Sq|Crescent|Highway|Hwy|Parkway|Pkwy|Circle|Gardens|Mews|Row"
    "|Hill|Park"
)
_STREET = re.compile(
    rf"(?<![\w/])\d{{1,5}}[A-Za-z]?[, ]\s?(?:(?:[A-Z][\w'.\-]*|\d{{1,3}}(?:st|nd|rd|th))\s+){{1,4}}(?:{_TYPES})\b\.?"
    r"(?:,?\s*(?:Apt|Apartment|Unit|Suite|Flat|Room|#)\.?\s*[\w\-]+)?(?:,\s*[A-Z][\w.\-]+(?: [A-Z][\w.\-]+)*)*"
)
_SMALL = re.compile(
    r"(?<![\w/])\d{1,5} (?:[a-z]+ ){1,3}(?:street|avenue|road|lane|drive|boulevard|court"
    r"|terrace|crescent|close)\b(?:,? (?:apt|apartment|unit|suite|flat|room|#)\.? ?[\w\-]+)?"
)
_ROOM = re.compile(r"\b(?:Apt|Apartment|Flat|Unit|Suite)\.?\s*#?\d+[A-Za-z]?\b|\bP\.?\s?O\.? Box \d+", re.IGNORECASE)
_LIVES = re.compile(
    r"\b(?:(?:live|lives|living|lived|reside|resides|based|located|moved|born|raised|stay"
    r"|staying|work|works|working|grew up|moving|returned|travell?ed|flew|trip|visit(?:ed"
    r"|ing)?|come|came|am|is|are|was|were|back|driving|went) (?:in|at|to|near|from|around)"
    r"|from|near|visiting) "
    r"((?:[A-Z][a-z'\-]+)(?:(?:,? )[A-Z][A-Za-z'\-]+)*)"
)
_JAPANESE = re.compile(
    r"\b\d{1,3}(?:-\d{1,3}){1,3},? [A-Z][a-z]+(?:-(?:ku|shi|cho|machi|ken|to|fu))?(?:,? [A-Z][a-z]+(?:-(?:ku"
    r"|shi|cho|machi|ken|to|fu))?)*|\b[A-Z][a-z]+-(?:ku|shi|cho|machi|ken|fu|mura|gun)\b"
)
#: What may follow "from" in capitals and is no place.
_NO_PLACE = frozenset(["i", *DAYS, *MONTHS, "christmas", "easter", "covid", "er", "gp", "icu", "the", "my", "ibs"])


def find(typed: Typed) -> Iterator[Span]:
    """Spans of addresses."""
    if not typed.has_letters:
        return
    text = typed.plain
    for pattern in (_STREET, _ROOM, _JAPANESE):
        for found in pattern.finditer(text):
            yield Span(found.start(), found.start() + len(found[0].rstrip(". ")), Kind.ADDRESS)
    for found in _SMALL.finditer(typed.lower):
        yield Span(found.start(), found.end(), Kind.ADDRESS)
    for found in _LIVES.finditer(text):
        first = re.split(r"[ ,]", found[1])[0].lower()
        if first not in _NO_PLACE and not first.startswith("i'") and first not in typed.words.english:
            yield Span(found.start(1), found.end(1), Kind.ADDRESS)
