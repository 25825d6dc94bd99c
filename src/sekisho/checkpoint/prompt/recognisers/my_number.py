"""The Japanese individual number (マイナンバー): twelve digits with a right check digit, or named as such."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.recognisers.checksums import my_number
from sekisho.checkpoint.prompt.spans import Span, Typed

_TWELVE = re.compile(r"(?<!\d)\d{4}[ \-]?\d{4}[ \-]?\d{4}(?!\d)")
_NAMED = re.compile(
    r"(?:マイナンバー|個人番号|my number|individual number)[^\d。.]{0,12}(\d[\d \-]{3,16}\d)", re.IGNORECASE
)


def find(typed: Typed) -> Iterator[Span]:
    """Spans of individual numbers."""
    for found in _TWELVE.finditer(typed.plain):
        if my_number(re.sub(r"\D", "", found[0])):
            yield Span(found.start(), found.end(), Kind.NUMBER)
    for found in _NAMED.finditer(typed.plain):
        yield Span(found.start(1), found.end(1), Kind.NUMBER)
