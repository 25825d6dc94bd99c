"""Any long number: no symptom, dose or value has seven digits or more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed

_LONG = re.compile(
    r"(?<![\d.,])\d(?:-?\d){6,}(?!\d)|(?<!\d)\d{3,4}(?: \d{3,4}){2,}(?!\d)|(?<![A-Za-z0-9])[A-Z]{1,3}-?\d{5,}(?!\d)"
)


def find(typed: Typed) -> Iterator[Span]:
    """Spans of long numbers."""
    for found in _LONG.finditer(typed.plain):
        yield Span(found.start(), found.end(), Kind.NUMBER)
