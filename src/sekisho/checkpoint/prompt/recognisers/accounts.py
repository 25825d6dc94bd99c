"""Bank accounts: named ones, and IBANs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed

_ACCOUNT = re.compile(
    r"(?:口座(?:番号)?|普通預金|当座|(?<=銀行)普通|bank account|account (?:number|no\.?)"
    r"|sort code|routing number)[^\d。]{0,12}(\d[\d \-]{3,20}\d)",
    re.IGNORECASE,
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")


def find(typed: Typed) -> Iterator[Span]:
    """Spans of account numbers."""
    for found in _ACCOUNT.finditer(typed.plain):
        yield Span(found.start(1), found.end(1), Kind.NUMBER)
    for found in _IBAN.finditer(typed.plain):
        yield Span(found.start(), found.end(), Kind.NUMBER)
