"""The asking end of a Service Bus link."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from sekisho.errors import Code, Refused, SetupError
from sekisho.link.feed import Feed
from sekisho.link.protocol import Cancel, Result, ResultKind, Task
from sekisho.link.service_bus.end import End
from sekisho.link.service_bus.lines import LOST, Line, Received
from sekisho.link.service_bus.namespace import Namespace
from sekisho.link.wire import unpack_result

#: Seconds that one question for results lasts: between two, the lock of the session is renewed.
_QUESTION = 2.0
#: Renewed when it lasts less than this part of what it lasted when it was new.
_RENEW_AT = 0.5


class ServiceBusCaller(End):
    """Sends tasks, and reads its client's session of results."""

    def __init__(self, namespace: Namespace) -> None:
        super().__init__(namespace)
        self._readers: dict[bytes, _Reader] = {}

    async def submit(self, task: Task) -> None:
        """Hand a task over."""
        await self._put(task, task.id.hex())

    def results(self, client: bytes) -> AsyncIterator[Result]:
        """Everything for this client, as it comes. A session is locked: one end has it at a time."""
        if client not in self._readers:
            self._readers[client] = _Reader(self._lines.receiver(self._namespace.results, client.hex()), client)
        return self._readers[client].feed()

    async def confirm(self, result: Result) -> None:
        """The answer has been taken."""
        if (reader := self._readers.get(result.client)) is not None:
            await reader.confirm(result)

    async def cancel(self, cancel: Cancel) -> None:
        """This link has no cancellations."""

    async def close(self) -> None:
        """Leave the link."""
        await asyncio.gather(*(reader.stop() for reader in self._readers.values()))
        await super().close()


class _Reader:
    """Holds the session of one client for as long as it is read."""

    def __init__(self, line: Line, client: bytes) -> None:
        self._feeds: list[Feed[Result]] = []
        self._line = line
        self._client = client
        #: What was given and not confirmed, by its number in the queue: after a cut it comes again.
        self._given: dict[int, tuple[Result, Received]] = {}
        self._task = asyncio.create_task(self._read())

    def feed(self) -> Feed[Result]:
        """What is not confirmed, and everything from now on."""
        feed: Feed[Result] = Feed()
        for result, _ in self._given.values():
            feed.put(result)
        self._feeds.append(feed)
        return feed

    async def confirm(self, result: Result) -> None:
        """Complete an answer that this reader gave."""
        if isinstance(result.receipt, int) and (given := self._given.get(result.receipt)) is not None:
            # Whatever comes of it: then the answer comes again.
            with contextlib.suppress(SetupError, Refused, *LOST):
                await self._complete(given[1])
            self._given.pop(result.receipt, None)

    async def stop(self) -> None:
        """End the feed, and let the session go."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await self._line.close()
        for feed in self._feeds:
            feed.end()

    async def _read(self) -> None:
        while True:
            try:
                for received in await self._line.use(self._ask, attempt=_QUESTION + 8.0):
                    await self._give(received)
            except SetupError as error:
                if error.code is not Code.LINK_DOWN:
                    for feed in self._feeds:
                        feed.fail(error)
                    return
            except (Refused, *LOST):
                await self._line.close()

    async def _ask(self, receiver: Any) -> list[Received]:
        until = receiver.session.locked_until_utc
        if until is None or (until - datetime.now(UTC)).total_seconds() < _QUESTION / _RENEW_AT:
            await receiver.session.renew_lock()
        found = await receiver.receive_messages(max_message_count=1, max_wait_time=_QUESTION)
        return [Received(message, receiver) for message in found]

    async def _give(self, received: Received) -> None:
        number = received.message.sequence_number or 0
        known = number in self._given
        try:
            result = unpack_result(received.body, number)
        except Refused:
            result = None
        if result is None or result.client != self._client or result.kind is ResultKind.EVENT:
            with contextlib.suppress(SetupError, *LOST):
                await self._complete(received)
        else:
            self._given[number] = (result, received)
        if result is not None and result.client == self._client and not known:
            for feed in self._feeds:
                feed.put(result)

    async def _complete(self, received: Received) -> None:
        await self._line.settle(received, lambda receiver: receiver.complete_message(received.message))
