"""What waits for the operator's word: shown lines, a countdown, one decision each."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

#: Sends one decision to the zone that asked.
Send = Callable[[dict[str, object]], None]


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One line that would leave."""

    number: int
    key: str
    text: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """One review. `until` is on the scale of the clock; None where nobody waits with a deadline."""

    number: int
    case: str
    lines: tuple[ReviewLine, ...]
    withheld: Mapping[str, int]
    until: float | None


@dataclass
class Reviews:
    """The reviews that wait. The zone itself keeps the deadline: what is shown here is only told to be in time."""

    clock: Callable[[], float] = time.monotonic
    _waiting: dict[int, tuple[Review, Send]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def arrived(self, event: Mapping[str, Any], send: Send) -> None:
        """A zone asks."""
        seconds = event["seconds"]
        lines = tuple(ReviewLine(x["number"], x["key"], x["text"], tuple(x["facts"])) for x in event["lines"])
        until = None if seconds is None else self.clock() + seconds
        review = Review(event["review"], event["case"], lines, event["withheld"], until)
        with self._lock:
            self._waiting[review.number] = (review, send)

    def over(self, number: int) -> None:
        """The zone no longer waits for this one."""
        with self._lock:
            self._waiting.pop(number, None)

    def clear(self) -> None:
        """The zone has gone."""
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[Review]:
        """What can still be decided, oldest first."""
        now = self.clock()
        with self._lock:
            return [review for review, _ in self._waiting.values() if review.until is None or review.until > now]

    def seconds_left(self, review: Review) -> float | None:
        """How long the decision may still take."""
        return None if review.until is None else max(0.0, review.until - self.clock())

    def release(self, number: int, without: frozenset[int]) -> bool:
        """Let it leave without these lines. False where it is too late, or somebody else has decided."""
        return self._decide(number, {"review": number, "without": sorted(without)})

    def refuse(self, number: int) -> bool:
        """Let nothing of it leave."""
        return self._decide(number, {"review": number, "refuse": True})

    def refuse_case(self, case: str) -> None:
        """Let nothing leave about a case for which nobody waits any more."""
        for review in self.waiting():
            if review.case == case:
                self.refuse(review.number)

    def _decide(self, number: int, decision: dict[str, object]) -> bool:
        with self._lock:
            review, send = self._waiting.pop(number, (None, None))
        if review is None or send is None or (review.until is not None and review.until <= self.clock()):
            return False
        send(decision)
        return True
