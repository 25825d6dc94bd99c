"""One device, few generations at a time: a bounded, fair queue in front of it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from sekisho.errors import Code, Refused, SetupError
from sekisho.local.model.runtime import Cancellation

#: Callers that may wait. More are told at once that the device is busy.
WAITING = 16


class Device:
    """Lets callers through in the order in which they came."""

    def __init__(self, at_once: int = 1, waiting: int = WAITING) -> None:
        self._at_once = at_once
        self._most_waiting = waiting
        self._at_work = 0
        self._line: deque[object] = deque()
        self._changed = Condition()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._line)

    @property
    def at_work(self) -> int:
        """How many are at work."""
        return self._at_work

    @contextmanager
    def turn(self, deadline: float, cancelled: Cancellation) -> Iterator[None]:
        """Wait for a turn and hold it.

        Raises:
            SetupError: `model_busy` where too many wait, or where the deadline passes in the queue.
            Refused: `cancelled`.
        """
        self._enter(deadline, cancelled)
        try:
            yield
        finally:
            with self._changed:
                self._at_work -= 1
                self._changed.notify_all()

    def _enter(self, deadline: float, cancelled: Cancellation) -> None:
        me = object()
        take_back = cancelled.when_cancelled(self._wake)
        try:
            with self._changed:
                is_free = self._at_work < self._at_once and not self._line
                if not is_free and len(self._line) >= self._most_waiting:
                    raise SetupError(Code.MODEL_BUSY)
                self._line.append(me)
                try:
                    self._wait_for_turn(me, deadline, cancelled)
                    self._at_work += 1
                finally:
                    self._line.remove(me)
                    self._changed.notify_all()
        finally:
            take_back()

    def _wait_for_turn(self, me: object, deadline: float, cancelled: Cancellation) -> None:
        while True:
            if cancelled.is_cancelled:
                raise Refused(Code.CANCELLED)
            if self._line[0] is me and self._at_work < self._at_once:
                return
            left = deadline - time.monotonic()
            if left <= 0:
                raise SetupError(Code.MODEL_BUSY)
            self._changed.wait(left)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
