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


def find(typed: Typed) -> Iterator[Span]:
    """Spans of years of birth."""
    for found in _BORN.finditer(typed.lower):
        yield Span(found.start(), found.end(), Kind.DATE)
