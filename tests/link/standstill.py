"""Whether this process stood still: on a machine that others use too, it may for seconds."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self

_TICK = 0.02


class Watch:
    """Measures, in a thread of its own, the longest time in which nothing of this process went on, in seconds."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _tick(self) -> None:
        last = time.monotonic()
        while not self._over.wait(_TICK):
            now = time.monotonic()
            self.longest = max(self.longest, now - last - _TICK)
            last = now
