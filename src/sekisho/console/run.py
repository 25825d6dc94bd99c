"""One question on its way: its steps, its guidance, how it ended. One thread writes it, any number of views read it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from typing import Any

from sekisho.cli.costs import Costs
from sekisho.cloud.summary import read_error
from sekisho.console.steps import Step
from sekisho.errors import Code
from sekisho.local.background import STEPS


class Phase(StrEnum):
    """Where a run is."""

    AT_WORK = "at_work"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A run at one moment. It holds what was typed, so it shows nothing of itself."""

    number: int
    case: str
    language: str
    phase: Phase
    steps: tuple[Step, ...]
    sent: str
    guidance: str
    disclosed: tuple[str, ...]
    code: Code | None
    place: str
    #: Seconds since the epoch at the start.
    began: float
    #: Seconds since the start; they stop with the run.
    seconds: float
    #: Which step of how many the private zone is at.
    progress: tuple[int, int]
    costs: Costs | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens."""
        return self.phase is not Phase.AT_WORK

    @property
    def refusal(self) -> Code | None:
        """Why the private zone released nothing, where the cloud went on without a summary."""
        said = next((step.code for step in self.steps if step.key == "tool_refused"), "")
        return next((code for code in Code if code.value == said), None)


@dataclass(repr=False)
class Run:
    """A run. `clock` counts seconds and never goes back."""

    number: int
    case: str
    language: str
    clock: Callable[[], float] = time.monotonic
    restore: Callable[[str], str] = field(default=lambda text: text)
    _steps: list[Step] = field(default_factory=list)
    _guidance: list[str] = field(default_factory=list)
    _disclosed: tuple[str, ...] = ()
    _sent: str = ""
    _phase: Phase = Phase.AT_WORK
    _code: Code | None = None
    _place: str = ""
    _ended: float = 0.0
    _costs: Costs | None = None
    _lock: Lock = field(default_factory=Lock)
    #: Told after every change.
    on_change: Callable[[], None] = field(default=lambda: None)

    def __post_init__(self) -> None:
        self._began, self._began_at = self.clock(), time.time()

    def begin(self, key: str, size: int | None = None, code: str = "") -> None:
        """A step begins. After the end of the run nothing is added."""
        with self._lock:
            if self._phase is Phase.AT_WORK:
                self._steps.append(Step(key, self.clock() - self._began, size, code))
        self.on_change()

    def leaves(self, text: str) -> None:
        """This is what leaves of what was typed."""
        with self._lock:
            self._sent = text
        self.begin("question_sent", len(text.encode()))

    def take(self, event: dict[str, Any]) -> None:
        """One event of the cloud zone (`cloud.events`)."""
        name = event["event"]
        if name == "tool_progress":
            if event["step"] in STEPS:
                self.begin(event["step"])
        elif name == "tool_result":
            code = read_error(event["text"])
            self.begin("tool_refused" if code else "tool_result", event["size"], code.value if code else "")
        elif name == "guidance":
            if not self._guidance:
                self.begin("guidance")
            with self._lock:
                self._guidance.append(event["text"])
            self.on_change()
        elif name == "finished":
            with self._lock:
                self._disclosed = tuple(event["answer"]["disclosed"])
            self.begin("finished")
        elif name in ("question_received", "tool_requested"):
            self.begin(name)

    def finish(self, costs: Costs) -> None:
        """It has been answered."""
        with self._lock:
            self._costs = costs
        self._end(Phase.DONE)

    def fail(self, code: Code, place: str = "") -> None:
        """It ended without an answer."""
        self.begin("failed", code=code.value)
        with self._lock:
            if self._phase is Phase.AT_WORK:
                self._code, self._place = code, place
        self._end(Phase.FAILED)

    def cancel(self) -> None:
        """Whoever asked no longer waits."""
        self.begin("failed", code=Code.CANCELLED.value)
        self._end(Phase.CANCELLED)

    def _end(self, phase: Phase) -> None:
        with self._lock:
            if self._phase is not Phase.AT_WORK:
                return
            self._phase, self._ended = phase, self.clock()
        self.on_change()

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens."""
        return self._phase is not Phase.AT_WORK

    def picture(self) -> Picture:
        """The run as it is now."""
        with self._lock:
            keys = [step.key for step in self._steps]
            reached = max((STEPS.index(key) + 1 for key in keys if key in STEPS), default=0)
            return Picture(
                self.number,
                self.case,
                self.language,
                self._phase,
                tuple(self._steps),
                self._sent,
                self.restore("".join(self._guidance)),
                self._disclosed,
                self._code,
                self._place,
                self._began_at,
                (self._ended or self.clock()) - self._began,
                (reached, len(STEPS)),
                self._costs,
            )
