"""How often a queue is asked: often while something is going on, seldom while nothing is. Every question costs."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from dataclasses import dataclass

_RANDOM = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Paces:
    """Seconds between two questions: right after something came, and at most."""

    first: float = 0.05
    #: An idle worker asks every 2 seconds: 1.3 million questions a month.
    idle: float = 2.0
    #: A caller that waits for no answer asks every 10 seconds, for what came too late.
    nothing_expected: float = 10.0


class Pace:
    """The pace of one reader."""

    def __init__(self, paces: Paces) -> None:
        self._paces = paces
        self._next = paces.first
        self._hurry = asyncio.Event()

    def something(self) -> None:
        """Something came, or will soon: ask often."""
        self._next = self._paces.first
        self._hurry.set()

    async def rest(self, most: float | None = None) -> None:
        """Wait until it is time to ask again, a little longer each time."""
        pause = min(self._next, self._paces.idle if most is None else most) * _RANDOM.uniform(0.8, 1.2)
        self._next = min(self._next * 2, self._paces.nothing_expected)
        self._hurry.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._hurry.wait()
