"""Two texts side by side in a terminal, Japanese included."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from itertools import zip_longest

#: Below this many columns, side by side is harder to read than one after the other.
_LEAST_WIDTH = 100


def width_of(text: str) -> int:
    """How many terminal cells a text takes: wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrap(text: str, width: int) -> list[str]:
    """Cut a line into pieces of at most `width` cells. Nothing is dropped or added, so bytes stay countable."""
    lines, line, used = [], "", 0
    for character in text:
        cells = width_of(character)
        if used + cells > width:
            lines.append(line)
            line, used = "", 0
        line += character
        used += cells
    return [*lines, line]


def side_by_side(left_title: str, left: Sequence[str], right_title: str, right: Sequence[str]) -> list[str]:
    """Both texts as lines: in two columns where the terminal is wide enough, else one after the other."""
    total = terminal_width()
    if total < _LEAST_WIDTH:
        return [left_title, "─" * total, *_wrapped(left, total), "", right_title, "─" * total, *_wrapped(right, total)]
    half = (total - 3) // 2
    rows = zip_longest(
        [left_title, "─" * half, *_wrapped(left, half)], [right_title, "─" * half, *_wrapped(right, half)], fillvalue=""
    )
    return [f"{a}{' ' * (half - width_of(a))} │ {b}" for a, b in rows]


def terminal_width() -> int:
    """Columns of the terminal; 120 where there is none (a pipe, a log)."""
    try:
        return os.get_terminal_size().columns
    except OSError:
        return 120


def _wrapped(lines: Sequence[str], width: int) -> list[str]:
    return [piece for line in lines for piece in wrap(line, width)]
