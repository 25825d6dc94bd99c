"""Web addresses, with and without a scheme."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed

_URL = re.compile(
    r"(?:https?://|ftp://|www\.)[!-~]+"
    r"|(?<![\w@.])(?:[a-z0-9\-]+\.)+(?:com|net|org|info|biz|jp|io|me|dev|app|co|uk|us|eu"
    r"|de|fr|tv|gov|edu)(?![a-z0-9\-])"
    r"(?:/[!-~]*)?"
)


def find(typed: Typed) -> Iterator[Span]:
    """Spans of web addresses; a full stop or bracket at the end is not part of one."""
    if "." not in typed.lower and "://" not in typed.lower:
        return
    for found in _URL.finditer(typed.lower):
        yield Span(found.start(), found.start() + len(found[0].rstrip(".,;:!?)]}'\"")), Kind.LINK)
