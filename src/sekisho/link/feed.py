"""What an adapter hands to whoever iterates: items as they come, then an end, or the reason why no more will come."""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar

from sekisho.errors import SetupError

Item = TypeVar("Item")


class Feed(Generic[Item]):
    """An iterator that somebody else fills. It never makes whoever fills it wait."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Item | SetupError | None] = asyncio.Queue()

    def put(self, item: Item) -> None:
        """One more."""
        self._queue.put_nowait(item)

    def end(self) -> None:
        """No more after what is there already."""
        self._queue.put_nowait(None)

    def fail(self, error: SetupError) -> None:
        """No more, for this reason, after what is there already."""
        self._queue.put_nowait(error)

    @property
    def behind(self) -> int:
        """How many items wait to be read."""
        return self._queue.qsize()

    def __aiter__(self) -> Feed[Item]:
        return self

    async def __anext__(self) -> Item:
        item = await self._queue.get()
        if item is None or isinstance(item, SetupError):
            self._queue.put_nowait(item)  # whoever asks again is told again
            if item is None:
                raise StopAsyncIteration
            raise item
        return item
