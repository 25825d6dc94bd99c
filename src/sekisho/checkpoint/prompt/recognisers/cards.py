"""Payment card numbers: 13 to 19 digits in groups, with the Luhn check digit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.recognisers.checksums import luhn
from sekisho.checkpoint.prompt.spans import Span, Typed

_CARD = re.compile(r"(?<!\d)\d(?:[ \-]?\d){12,18}(?!\d)")


def find(typed: Typed) -> Iterator[Span]:
    """Spans of card numbers."""
    for found in _CARD.finditer(typed.plain):
        if luhn(re.sub(r"\D", "", found[0])):
            yield Span(found.start(), found.end(), Kind.NUMBER)
