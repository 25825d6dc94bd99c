"""One run as lines on the screen while it happens, and what is left of it at the end."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from sekisho.cli.on_screen import shown
from sekisho.local.background import STEPS
from sekisho.wording import Wording


class Restorer(Protocol):
    """Puts back what the question's placeholders stand for, on this side only, in a text that comes in pieces."""

    def feed(self, chunk: str) -> str:
        """What can be shown now."""
        ...

    def flush(self) -> str:
        """The rest, at the end."""
        ...


@dataclass(repr=False)
class Timeline:
    """Shows events as they come. Guidance streams as it is written; it may hold what a person typed, so this shows
    nothing of itself."""

    words: Wording
    show: bool = True
    #: The name of the cloud model; the offline stand-in where it is empty.
    model: str = ""
    restorer: Restorer | None = None
    guidance: str = ""
    disclosed: list[str] = field(default_factory=list)
    #: The whole outcome, as the last event has it.
    answer: dict[str, Any] = field(default_factory=dict)
    _in_guidance: bool = False

    def follow(self, events: Iterable[dict[str, Any]]) -> None:
        """Take all events of a run."""
        told = {
            "tool_progress": self._tool_progress,
            "tool_result": self._tool_result,
            "guidance": self._guidance,
            "finished": self._finished,
            "failed": self._failed,
        }
        for event in events:
            told.get(event["event"], self._step)(event)

    def _step(self, event: dict[str, Any]) -> None:
        self._line(event, f"steps.{event['event']}")

    def _tool_progress(self, event: dict[str, Any]) -> None:
        if event["step"] in STEPS:  # a worker of another version may have other words
            self._line(event, f"steps.{event['step']}")

    def _tool_result(self, event: dict[str, Any]) -> None:
        if event["text"].startswith('{"error":'):
            self._line(event, "steps.tool_refused", code=event["text"][10:-2])
        else:
            self._line(event, "steps.tool_result", size=event["size"])

    def _guidance(self, event: dict[str, Any]) -> None:
        if self.show and not self._in_guidance:
            self._line(event, "steps.guidance")
            title = (
                self.words.text("chat.guidance", model=self.model) if self.model else self.words.text("demo.guidance")
            )
            print(f"\n{title}\n{'─' * 60}")
        self._in_guidance = True
        text = shown(event["text"])
        self._say(text if self.restorer is None else self.restorer.feed(text))

    def _say(self, text: str) -> None:
        self.guidance += text
        if self.show:
            print(text, end="", flush=True)

    def _finished(self, event: dict[str, Any]) -> None:
        self.answer = answer = event["answer"]
        self.disclosed = answer["disclosed"]
        if self.restorer is not None:
            self._say(self.restorer.flush())
        if self.show:
            print(f"\n{'─' * 60}")
        self._line(event, "steps.finished")

    def _failed(self, event: dict[str, Any]) -> None:
        self._line(event, "steps.failed", code=event["code"])

    def _line(self, event: dict[str, Any], key: str, **values: object) -> None:
        if self.show:
            print(f"  {event['at_ms'] / 1000:7.3f} s  {shown(self.words.text(key, **values))}")
            sys.stdout.flush()
