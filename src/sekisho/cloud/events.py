"""What happened in one run, as typed events for a live timeline. Times are milliseconds since its start."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import ClassVar, Literal

from sekisho.cloud.usage import Usage
from sekisho.errors import Code


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that left for the cloud model in its turn `turn`, the first time that it left."""

    turn: int
    kind: Literal["instructions", "tool", "question", "summary", "error"]
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one question.

    `disclosed` holds the exact bytes of each summary that left, in order; it is empty when no tool was called
    or the tool answered with an error code.
    """

    guidance: str
    disclosed: tuple[bytes, ...]
    sent: tuple[Sent, ...]
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class QuestionReceived:
    """The question passed the guard and is on its way to the cloud model."""

    name: ClassVar[str] = "question_received"
    at_ms: float
    text: str


@dataclass(frozen=True, slots=True)
class ToolRequested:
    """The cloud model decided to call the tool, with these arguments."""

    name: ClassVar[str] = "tool_requested"
    at_ms: float
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ToolProgress:
    """The private zone is at step `progress` of `total`. `step` is its fixed word for the step, or empty."""

    name: ClassVar[str] = "tool_progress"
    at_ms: float
    progress: float
    total: float | None
    step: str


@dataclass(frozen=True, slots=True)
class ToolResult:
    """The tool answered with a summary or an error code: its size in bytes, its SHA-256 and the text."""

    name: ClassVar[str] = "tool_result"
    at_ms: float
    size: int
    sha256: str
    text: str


@dataclass(frozen=True, slots=True)
class GuidanceChunk:
    """The next piece of the guidance."""

    name: ClassVar[str] = "guidance"
    at_ms: float
    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The run is over; the whole answer."""

    name: ClassVar[str] = "finished"
    at_ms: float
    answer: Answer


@dataclass(frozen=True, slots=True)
class Failed:
    """The run ended without an answer: the code, what it is about (a host, an extra), and the exit status of it."""

    name: ClassVar[str] = "failed"
    at_ms: float
    code: Code
    place: str = ""
    status: int = 3


Event = QuestionReceived | ToolRequested | ToolProgress | ToolResult | GuidanceChunk | Finished | Failed
Emit = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """Counts milliseconds on the monotonic clock from when it was made."""

    _started: float = field(default_factory=time.monotonic)

    def ms(self) -> float:
        """Milliseconds until now, to the microsecond."""
        return round((time.monotonic() - self._started) * 1000, 3)


def as_plain(event: Event) -> dict[str, object]:
    """The event as plain JSON data, its name under `event`; disclosed bytes become text."""
    plain = {"event": event.name, **asdict(event)}
    if isinstance(event, Finished):
        plain["answer"]["disclosed"] = [data.decode() for data in event.answer.disclosed]
    return plain
