"""Choices that were made before, in memory only: bounded, and forgotten after a while.

What is kept is ids, never text. The key holds all that a choice depends on; an answer from here passes the checkpoint
like any other and is a new disclosure in the ledger.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from sekisho.local.model.protocol import DraftReading

MOST_KEPT = 256
KEPT_SECONDS = 900.0


class Memory:
    """Choices by key, the least recently used forgotten first."""

    def __init__(
        self, most: int = MOST_KEPT, seconds: float = KEPT_SECONDS, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._now = now
        self._kept: OrderedDict[Hashable, tuple[float, DraftReading]] = OrderedDict()
        self._lock = Lock()

    def recall(self, key: Hashable) -> DraftReading | None:
        """The choice for a key, if it is not too old."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            if self._now() - kept[0] > self._seconds:
                del self._kept[key]
                return None
            self._kept.move_to_end(key)
            return kept[1]

    def keep(self, key: Hashable, reading: DraftReading) -> None:
        """Remember a choice."""
        with self._lock:
            self._kept[key] = (self._now(), reading)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def __len__(self) -> int:
        return len(self._kept)

    def __repr__(self) -> str:
        return "<Memory>"
