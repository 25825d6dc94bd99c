"""Bounded work: a few calls at once, a short queue, and an immediate `busy` beyond it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from anyio import CapacityLimiter, WouldBlock, move_on_after

from sekisho.checkpoint.outcome import Outcome, Refusal
from sekisho.errors import Code
from sekisho.local.background import DEADLINE_SECONDS


class Turnstile:
    """Lets a few through at once and keeps a short queue; whoever finds the queue full is told so at once."""

    def __init__(self, at_work: int, waiting: int, patience: float = DEADLINE_SECONDS) -> None:
        """`patience`: seconds that one may wait for its turn."""
        self._limiter: CapacityLimiter | None = None
        self._at_work = at_work
        self._most = at_work + waiting
        self._patience = patience
        self._inside = 0

    async def through(self, work: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """Do the work when it is its turn, or refuse with `busy`."""
        if self._inside >= self._most:
            return Refusal(Code.BUSY)
        if self._limiter is None:  # made here, because a limiter belongs to a running loop
            self._limiter = CapacityLimiter(self._at_work)
        self._inside += 1
        try:
            if not await self._admitted(self._limiter):
                return Refusal(Code.BUSY)
            try:
                return await work()
            finally:
                self._limiter.release()
        finally:
            self._inside -= 1

    async def _admitted(self, limiter: CapacityLimiter) -> bool:
        """Take a place, at once where one is free; False when the patience is over."""
        try:
            limiter.acquire_nowait()
        except WouldBlock:
            with move_on_after(self._patience) as waiting:
                await limiter.acquire()
            return not waiting.cancelled_caught
        return True
