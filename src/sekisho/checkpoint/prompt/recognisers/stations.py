"""Railway stations: a name before 駅 that is no ordinary word (最寄り駅)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed

_STATION = re.compile(r"(?:[一-龠々ヶケノ]{1,6}|[ァ-ヴー]{2,8})駅")


def find(typed: Typed) -> Iterator[Span]:
    """Spans of stations."""
    if "駅" not in typed.plain:
        return
    for found in _STATION.finditer(typed.plain):
        if not typed.is_ordinary(found[0][:-1]):
            yield Span(found.start(), found.end(), Kind.ADDRESS)
