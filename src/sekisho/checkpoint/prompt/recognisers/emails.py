"""E-mail addresses, also glued to Japanese text, and spelled with "at" and "dot"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed

_PLAIN = re.compile(r"[A-Za-z0-9._%+\-]+ ?@ ?[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_SPELLED = re.compile(
    r"[a-z0-9._\-]{2,}\s*(?:\(at\)|\[at\]|<at>| at |アットマーク|アット|あっとまーく)\s*"
    r"[a-z0-9\-]+(?:\s*(?:\.|\(dot\)|\[dot\]| dot |ドット|どっと)\s*[a-z]{2,})+"
)


def find(typed: Typed) -> Iterator[Span]:
    """Spans of e-mail addresses."""
    if "@" in typed.plain:
        for found in _PLAIN.finditer(typed.plain):
            yield Span(found.start(), found.end(), Kind.EMAIL)
    if "at" in typed.lower or "っと" in typed.lower or "アット" in typed.lower:
        for found in _SPELLED.finditer(typed.lower):
            if "dot" in found[0] or "ドット" in found[0] or "どっと" in found[0] or " at " not in found[0]:
                yield Span(found.start(), found.end(), Kind.EMAIL)
