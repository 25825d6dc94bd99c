"""Postal codes: Japanese, British, North American behind a state or the word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed

_CODE = re.compile(
    r"〒\s?\d{3}[-\s]?\d{4}(?!\d)|(?<![\d-])\d{3}-\d{4}(?![\d-])"
    r"|\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]"
    r"|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]) \d{5}(?:-\d{4})?\b"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|(?:(?<=zip )|(?<=zip code )|(?<=postcode ))\d{5}\b"
    r"|(?:郵便番号[はが:]?\s*)\d{7}"
)


def find(typed: Typed) -> Iterator[Span]:
    """Spans of postal codes."""
    for found in _CODE.finditer(typed.plain):
        yield Span(found.start(), found.end(), Kind.ADDRESS)
