"""The operator's desk: what a private zone tells the app that started it, and what the app decides. Over pipes only.

One JSON object a line. Out: `call` (a call has ended: facts of the envelope), `frame` (one passed over the link: facts
of its envelope), `review` (something waits for a decision), `review_over` (nobody decided in time). In:
`{"review": N, "without": [line numbers]}` releases, `{"review": N, "refuse": true}` refuses. When the input ends,
whoever waits is refused and the zone is told to stop: nothing goes on behind the back of a closed app.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from threading import Condition
from typing import IO, TYPE_CHECKING, Any, Literal

from sekisho.checkpoint.approval import Proposal
from sekisho.errors import Code, Refused
from sekisho.local.seen import Seen

if TYPE_CHECKING:
    from sekisho.link.watched import PassedFrame

#: When the operator is asked: not at all, about each case until it was released whole, or every time.
Asking = Literal["never", "first", "always"]
ASKING: tuple[Asking, ...] = ("never", "first", "always")


@dataclass(slots=True)
class _Waiting:
    """One review that waits: its lines, and the decision when it has come."""

    lines: frozenset[int]
    decision: frozenset[int] | None = None
    is_decided: bool = False


@dataclass(slots=True)
class Desk:
    """One app's desk in one private zone. `review` is called from the threads that answer, `listen` from its own.

    Attributes:
        sink: Where lines to the app go.
        asking: When the operator is asked.
    """

    sink: IO[str]
    asking: Asking = "never"
    _numbers: count[int] = field(default_factory=lambda: count(1))
    _waiting: dict[int, _Waiting] = field(default_factory=dict)
    _approved: set[str] = field(default_factory=set)
    _changed: Condition = field(default_factory=Condition)
    _is_closed: bool = False

    def review(self, proposal: Proposal) -> frozenset[int] | None:
        """Ask the operator and wait. See `Approval`."""
        if self.asking == "never" or (self.asking == "first" and proposal.case in self._approved):
            return None
        number = next(self._numbers)
        waiting = _Waiting(frozenset(line.number for line in proposal.lines))
        with self._changed:
            if self._is_closed:
                raise Refused(Code.NOT_APPROVED)
            self._waiting[number] = waiting
        try:
            self._tell(_as_plain(number, proposal))
            with self._changed:
                self._changed.wait_for(lambda: waiting.is_decided or self._is_closed, proposal.seconds)
        finally:
            with self._changed:
                del self._waiting[number]
        if not waiting.is_decided and not self._is_closed:
            self._tell({"event": "review_over", "review": number})
            raise Refused(Code.APPROVAL_LATE)
        if waiting.decision is None:
            raise Refused(Code.NOT_APPROVED)
        if not waiting.decision:  # what was taken out once would leave unseen the next time
            self._approved.add(proposal.case)
        return waiting.decision

    def call_ended(self, seen: Seen) -> None:
        """Tell the app about a call."""
        self._tell({"event": "call", **seen.as_plain()})

    def frame_passed(self, frame: PassedFrame) -> None:
        """Tell the app about a frame of the link."""
        self._tell({"event": "frame", **frame.as_plain()})

    def listen(self, source: IO[str], stop: Callable[[], None]) -> None:
        """Take decisions until the input ends, or is no text; then refuse whoever waits, and call `stop`."""
        with suppress(OSError, ValueError):
            for line in source:
                self._decide(line)
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        stop()

    def _decide(self, line: str) -> None:
        """A line that is no decision about something that waits changes nothing."""
        try:
            given: Any = json.loads(line)
            number, without = given["review"], given.get("without")
            refused = given.get("refuse") is True
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return
        with self._changed:
            waiting = self._waiting.get(number) if type(number) is int else None
            if waiting is None or waiting.is_decided:
                return
            if not refused:
                if not isinstance(without, list) or not all(type(n) is int for n in without):
                    return
                if not waiting.lines.issuperset(without):
                    return
                waiting.decision = frozenset(without)
            waiting.is_decided = True
            self._changed.notify_all()

    def _tell(self, event: dict[str, object]) -> None:
        try:
            self.sink.write(json.dumps(event) + "\n")
            self.sink.flush()
        except (OSError, ValueError):
            with self._changed:  # the app has gone
                self._is_closed = True
                self._changed.notify_all()


def _as_plain(number: int, proposal: Proposal) -> dict[str, object]:
    return {
        "event": "review",
        "review": number,
        "case": proposal.case,
        "seconds": proposal.seconds,
        "withheld": dict(proposal.withheld),
        "lines": [
            {"number": line.number, "key": line.key, "text": line.text, "facts": list(line.facts)}
            for line in proposal.lines
        ],
    }
