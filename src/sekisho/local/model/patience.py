"""Waiting for code that cannot be told to hurry: it runs in a thread of its own, and the wait ends in time."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Generic, TypeVar

from sekisho.errors import Code, Refused, SetupError
from sekisho.local.model.runtime import Cancellation

T = TypeVar("T")

#: How long work that was told to stop is waited for. After that it is left to end by itself, unheard.
GRACE_SECONDS = 2.0
_TELL_AGAIN_SECONDS = 0.01


def within(
    deadline: float,
    cancelled: Cancellation,
    work: Callable[[], T],
    stop: Callable[[], object] = lambda: None,
) -> T:
    """What `work` gives, if it gives it in time; else `stop` is called until it has ended, or for a moment at most.

    Raises:
        SetupError: `model_timeout`.
        Refused: `cancelled`.
        Exception: What `work` raises.
    """
    job = _Job(work)
    take_back = cancelled.when_cancelled(job.woken.set)
    try:
        job.start()
        job.woken.wait(max(0.0, deadline - time.monotonic()))
    finally:
        take_back()
    if not job.is_over:  # a clock of coarse ticks may still be before the deadline
        _end(job, stop)
        raise Refused(Code.CANCELLED) if cancelled.is_cancelled else SetupError(Code.MODEL_TIMEOUT)
    return job.result()


def _end(job: _Job[T], stop: Callable[[], object]) -> None:
    """Tell it to stop, again and again: told too early, before it has begun, it would not hear it."""
    until = time.monotonic() + GRACE_SECONDS
    while job.is_alive() and time.monotonic() < until:
        stop()
        job.join(_TELL_AGAIN_SECONDS)


class _Job(Thread, Generic[T]):
    """Work in a thread, and what came of it."""

    def __init__(self, work: Callable[[], T]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._value: list[T] = []
        self._error: BaseException | None = None
        self.is_over = False
        self.woken = Event()

    def run(self) -> None:
        try:
            self._value.append(self._work())
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
            self._error = error
        finally:
            self.is_over = True
            self.woken.set()

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        return self._value[0]
