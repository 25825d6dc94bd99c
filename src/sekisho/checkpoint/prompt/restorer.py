"""Putting values back into an answer that streams: a placeholder may be split over any number of pieces."""

from __future__ import annotations

from typing import final

from sekisho.checkpoint.prompt.placeholder_form import BEGUN
from sekisho.checkpoint.prompt.placeholders import Placeholders


@final
class Restorer:
    """Holds back what may be the beginning of a placeholder, and nothing else."""

    __slots__ = ("_held", "_memory")

    def __init__(self, memory: Placeholders) -> None:
        self._memory = memory
        self._held = ""

    def feed(self, chunk: str) -> str:
        """What can be shown now."""
        text = self._held + chunk
        begun = BEGUN.search(text)
        end = begun.start() if begun else len(text)
        self._held = text[end:]
        return self._memory.restore(text[:end])

    def flush(self) -> str:
        """The rest, at the end of the answer."""
        rest, self._held = self._held, ""
        return self._memory.restore(rest)

    def __repr__(self) -> str:
        return "<Restorer>"
