"""Results waiting for one client: answers until they are confirmed, events only while somebody reads."""

from __future__ import annotations

import time

from sekisho.link.feed import Feed
from sekisho.link.protocol import Result, ResultKind

#: Events that a slow reader may be behind; further ones are dropped.
_MOST_EVENTS = 256


class Mailbox:
    """One client's results, in memory."""

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[Result, float]] = {}
        self.readers: set[Feed[Result]] = set()

    def put(self, result: Result) -> None:
        """Deliver a result. The first answer of a task counts."""
        if result.kind is ResultKind.EVENT:
            for reader in self.readers:
                if reader.behind < _MOST_EVENTS:
                    reader.put(result)
        elif result.id not in self._kept:
            self._kept[result.id] = (result, time.monotonic())
            for reader in self.readers:
                reader.put(result)

    def confirm(self, task_id: bytes) -> None:
        """Forget an answer."""
        self._kept.pop(task_id, None)

    def forget(self, before: float) -> None:
        """Forget the answers that nobody took since then."""
        for task_id in [task_id for task_id, (_, since) in self._kept.items() if since < before]:
            del self._kept[task_id]

    @property
    def idle(self) -> bool:
        """Whether nobody reads and nothing is kept."""
        return not self._kept and not self.readers

    def read(self) -> Feed[Result]:
        """A reader of what is kept, and then of everything as it comes."""
        reader: Feed[Result] = Feed()
        for kept, _ in self._kept.values():
            reader.put(kept)
        self.readers.add(reader)
        return reader
