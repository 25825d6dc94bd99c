"""The time as a seam: a protocol, the system's clock, and a twin for tests."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time of day and a monotonic time."""

    def now(self) -> datetime:
        """The time, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()


@dataclass
class FixedClock:
    """A clock for tests that moves only when told to."""

    at: datetime
    seconds: float = 0.0

    def now(self) -> datetime:
        """The set time."""
        return self.at

    def monotonic(self) -> float:
        """The set seconds."""
        return self.seconds
