"""A text in sentences. Joined together again, they are the text; what ends a sentence belongs to it."""

from __future__ import annotations

import re

_END = re.compile(r"(?:[。！？!?]|(?<!\d)．|．(?!\d))+[」』）)\"'”’]*\s*|(?<=[A-Za-z0-9\]\)\"'])\.(?=\s|$)\s*|\n+")
#: A full stop behind one of these ends no sentence.
_SHORT = re.compile(
    r"(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|vs|etc|e\.g|i\.e|approx|No|Rev|(?<!\d )[A-Z]|a\.m"
    r"|p\.m|Inc|Ltd|Co)$",
    re.IGNORECASE,
)


def sentences(text: str) -> list[str]:
    """The sentences in order, with the spaces behind them."""
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        if end[0].startswith(".") and _SHORT.search(text[start : end.start()]) and end.end() < len(text):
            continue
        found.append(text[start : end.end()])
        start = end.end()
    if start < len(text):
        found.append(text[start:])
    return found
