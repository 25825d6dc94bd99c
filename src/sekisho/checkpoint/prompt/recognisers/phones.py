"""Telephone numbers: Japanese with any grouping, abroad with a country code, North American, in kanji or in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed

_SEP = r"[-\s.()・ー~のノ]{0,2}"
_JAPANESE = re.compile(rf"(?<![\d.])\(?(?:\+?81{_SEP}(?:\(0\))?|0)(?:{_SEP}\d){{8,11}}(?!\d)")
_AMERICAN = re.compile(r"(?<!\d)(?:\+?1[-.\s]?)?\(?\d{3}\)?[-.\s]\d{3}[-.\s]\d{4}(?!\d)")
_ABROAD = re.compile(r"\+\d(?:[\s\-().]{0,2}\d){7,14}(?!\d)")
_LOCAL = re.compile(r"(?<![\d/])\d{2,4}-\d{4}(?!\d)")
_KANJI = re.compile(r"[〇零一二三四五六七八九](?:[のノ\-ー・\s]?[〇零一二三四五六七八九]){8,10}")
_SPELLED = re.compile(
    r"\b(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|double|triple)"
    r"(?:[ ,\-]{1,2}(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|double|triple)){3,}\b"
)
_NAMED = re.compile(
    r"(?:電話|でんわ|携帯|ケータイ|tel|phone|fax|ファックス|連絡先|call me at|cell|mobile)(?:番号"
    r"| number)?[^\d。+(]{0,10}(\+?\(?\d[\d\-\s.()]{4,16}\d)"
)
#: Inside a house: 「内線4471まで」, "ext. 204".
_EXTENSION = re.compile(
    r"(?:内線|ないせん|(?<![a-z])ext(?:ension)?(?![a-z])\.?)(?:番号| number| no\.?)?"
    r"(?:は|が|:|=|is|の|\s){0,3}(\d[\d\-]{1,6})"
)


def find(typed: Typed) -> Iterator[Span]:
    """Spans of telephone numbers."""
    text = typed.plain
    for pattern in (_JAPANESE, _AMERICAN, _ABROAD):
        for found in pattern.finditer(text):
            start = found.start() + (len(found[0]) - len(found[0].lstrip()))
            yield Span(start, start + len(found[0].strip()), Kind.PHONE)
    for found in _LOCAL.finditer(text):
        yield Span(found.start(), found.end(), Kind.PHONE)
    for found in chain(_NAMED.finditer(typed.lower), _EXTENSION.finditer(typed.lower)):
        yield Span(found.start(1), found.end(1), Kind.PHONE)
    for found in _SPELLED.finditer(typed.lower) if typed.has_letters else ():
        yield Span(found.start(), found.end(), Kind.PHONE)
    if typed.is_japanese:
        for found in _KANJI.finditer(text):
            yield Span(found.start(), found.end(), Kind.PHONE)
