"""Who reads the results of a client from a queue that hands them out again until they are taken away.

Each client has one reader, however many iterate: it keeps what was given and not confirmed, so that whoever begins
later gets that too, and what the engine hands out a second time is given once.
"""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

from sekisho.errors import SetupError
from sekisho.link.feed import Feed
from sekisho.link.protocol import Result

Delivery = TypeVar("Delivery")


class Reader(ABC, Generic[Delivery]):
    """Reads for one client until it is stopped. Make it where a loop runs."""

    def __init__(self, client: bytes) -> None:
        self._client = client
        self._feeds: list[Feed[Result]] = []
        #: What was given and not confirmed, by the receipt of the result.
        self._given: dict[object, tuple[Result, Delivery]] = {}
        self._failed: SetupError | None = None
        self._task = asyncio.create_task(self._read())

    def feed(self) -> Feed[Result]:
        """What is not confirmed, and everything from now on."""
        feed: Feed[Result] = Feed()
        for result, _ in self._given.values():
            feed.put(result)
        self._feeds.append(feed)
        if self._failed is not None:
            feed.fail(self._failed)
        return feed

    async def confirm(self, result: Result) -> None:
        """Take an answer away that this reader gave. Where that fails it comes again."""
        if (given := self._given.get(result.receipt)) is not None:
            await self._take_away(given[1])
            self._given.pop(result.receipt, None)

    async def stop(self) -> None:
        """End the feeds."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        for feed in self._feeds:
            feed.end()

    @abstractmethod
    async def _read(self) -> None:
        """Read until cancelled, or until there is no use in it any more."""

    @abstractmethod
    async def _take_away(self, delivery: Delivery) -> None:
        """Tell the engine that this need not come again. Never raises for what the engine says."""

    def _keep(self, result: Result, delivery: Delivery) -> None:
        """Hand on an answer, unless this is its second coming, and keep the newest way to take it away."""
        known = result.receipt in self._given
        self._given[result.receipt] = (result, delivery)
        if not known:
            self._tell(result)

    def _tell(self, result: Result) -> None:
        for feed in self._feeds:
            feed.put(result)

    def _fail(self, error: SetupError) -> None:
        """Nothing will come any more."""
        self._failed = error
        for feed in self._feeds:
            feed.fail(error)


AnyReader = TypeVar("AnyReader", bound=Reader)  # type: ignore[type-arg]


class Readers(Generic[AnyReader]):
    """The readers of one end of a link, by client."""

    def __init__(self, make: Callable[[bytes], AnyReader]) -> None:
        self._make = make
        self._readers: dict[bytes, AnyReader] = {}

    def feed(self, client: bytes) -> Feed[Result]:
        """What comes for this client."""
        if client not in self._readers:
            self._readers[client] = self._make(client)
        return self._readers[client].feed()

    def of(self, client: bytes) -> AnyReader | None:
        """The client's reader, where somebody reads."""
        return self._readers.get(client)

    async def confirm(self, result: Result) -> None:
        """Take an answer away."""
        if (reader := self.of(result.client)) is not None:
            await reader.confirm(result)

    async def stop(self) -> None:
        """End all."""
        await asyncio.gather(*(reader.stop() for reader in self._readers.values()))
