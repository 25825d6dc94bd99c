"""Figures of the runs since the app was opened, for the charts. Numbers only, in memory only."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from sekisho.console.run import Picture
from sekisho.console.stays import Stays
from sekisho.local.background import STEPS

#: Steps whose time is shown, in their order.
TIMED = ("inspect", "zone", "question_sent", "tool_requested", *STEPS, "tool_result", "guidance")
#: Runs that are remembered.
KEPT = 200


@dataclass(frozen=True, slots=True)
class Figures:
    """One finished run.

    Attributes:
        steps: Seconds by step.
        disclosed, withheld: How many facts of each kind left, and how many stayed.
        record_tokens, summary_tokens: About how many tokens the whole record has, and what left of it.
    """

    number: int
    steps: Mapping[str, float]
    disclosed: Mapping[str, int]
    withheld: Mapping[str, int]
    record_tokens: int
    summary_tokens: int


def figures_of(run: Picture, stays: Stays | None) -> Figures:
    """The figures of a run; without `stays` only its times."""
    ends = [step.at for step in run.steps[1:]] + [run.seconds]
    seconds: dict[str, float] = {}
    for step, end in zip(run.steps, ends, strict=True):
        if step.key in TIMED:
            seconds[step.key] = seconds.get(step.key, 0.0) + end - step.at
    facts = stays.facts if stays else ()
    return Figures(
        run.number,
        seconds,
        Counter(fact.kind for fact in facts if fact.is_released),
        Counter(fact.kind for fact in facts if not fact.is_released),
        stays.record_tokens if stays else 0,
        stays.released_tokens if stays else 0,
    )


@dataclass
class History:
    """The figures, oldest first."""

    _runs: deque[Figures] = field(default_factory=lambda: deque(maxlen=KEPT))
    _lock: Lock = field(default_factory=Lock)

    def add(self, figures: Figures) -> None:
        """A run has ended."""
        with self._lock:
            self._runs.append(figures)

    def all(self) -> list[Figures]:
        """All runs that are remembered."""
        with self._lock:
            return list(self._runs)
