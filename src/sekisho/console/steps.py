"""The steps of a run, as they are shown: who does it, what it is, when it began, how long it took."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sekisho.wording import Wording

#: Parts the words of a step: which zone, and what it does.
_GAP = re.compile(r"\s{2,}")


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `key` is its word in the wording (`steps.record`); `at` counts seconds from the start of the run."""

    key: str
    at: float
    size: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step in words. `seconds` is how long it took, or has taken so far."""

    zone: str
    text: str
    at: float
    seconds: float
    is_over: bool


def shown(steps: tuple[Step, ...], now: float, is_over: bool, words: Wording) -> list[ShownStep]:
    """The steps so far; the last one goes on until the run is over."""
    ends = [step.at for step in steps[1:]] + [now]
    lines = []
    for number, (step, end) in enumerate(zip(steps, ends, strict=True), 1):
        values = {"size": step.size, "code": step.code}
        zone, _, text = _GAP.sub("\n", words.text(f"steps.{step.key}", **values)).partition("\n")
        done = is_over or number < len(steps)
        if not text:
            zone, text = "", zone
        lines.append(ShownStep(zone, text, step.at, max(0.0, end - step.at), done))
    return lines
