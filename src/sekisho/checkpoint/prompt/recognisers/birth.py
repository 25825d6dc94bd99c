"""When somebody was born: a year, an era's year, an age group by birth."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed

_BORN = re.compile(
    r"(?:(?:昭和|平成|令和|大正|[shrt])\s?(?:\d{1,2}|元|[一二三四五六七八九十]{1,3})|(?:西暦)?(?:19"
    r"|20)\d\d)\s?年?(?=\s?(?:早)?生まれ|\s?生(?:$|[、。\s]))"
    r"|(?<=born in )(?:19|20)\d\d|(?<=born )(?:19|20)\d\d|(?<=year of birth )(?:19|20)\d\d"
    r"|(?<=dob )[\d./\-]{4,10}|(?<=生年は)(?:19|20)\d\d年?"
)
#: An age above 89 in kanji (45 CFR 164.514(b)(2)(i)(C)): 「満九十三歳」, 「九十四になりますが」.
_VERY_OLD = re.compile(
    r"(?<![一二三四五六七八九十百千])(?:九十[一二三四五六七八九]?|百[一二三四五六七八九十]?)(?=歳|才|になり|の(?:母|父|祖母|祖父|姑|舅))"
)


def find(typed: Typed) -> Iterator[Span]:
    """Spans of years of birth."""
    for found in _BORN.finditer(typed.lower):
        yield Span(found.start(), found.end(), Kind.DATE)
    for found in _VERY_OLD.finditer(typed.lower) if typed.is_japanese else ():
        yield Span(found.start(), found.end(), Kind.NUMBER)
