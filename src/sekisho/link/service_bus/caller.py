"""The asking end of a Service Bus link."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from sekisho.errors import Code, Refused, SetupError
from sekisho.link.backoff import Backoff
from sekisho.link.protocol import Cancel, Result, ResultKind, Task
from sekisho.link.readers import Reader, Readers
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
        self._readers = Readers(self._reader_of)

    async def submit(self, task: Task) -> None:
        """Hand a task over."""
        await self._put(task, task.id.hex())

    def results(self, client: bytes) -> AsyncIterator[Result]:
        """Everything for this client, as it comes. A session is locked: one end has it at a time."""
        return self._readers.feed(client)

    async def confirm(self, result: Result) -> None:
        """The answer has been taken."""
        await self._readers.confirm(result)

    async def cancel(self, cancel: Cancel) -> None:
        """This link has no cancellations."""

    async def close(self) -> None:
        """Leave the link."""
        await self._readers.stop()
        await super().close()

    def _reader_of(self, client: bytes) -> _Reader:
        return _Reader(self._lines.receiver(self._namespace.results, client.hex()), client)


class _Reader(Reader[Received]):
    """Holds the session of one client for as long as it is read."""

    def __init__(self, line: Line, client: bytes) -> None:
        self._line = line
        super().__init__(client)

    async def stop(self) -> None:
        """End the feeds, and let the session go."""
        await super().stop()
        await self._line.close()

    async def _read(self) -> None:
        backoff = Backoff()
        while True:
            try:
                for received in await self._line.use(self._ask, attempt=_QUESTION + 8.0):
                    await self._give(received)
                backoff.reset()
            except SetupError as error:
                if error.code is not Code.LINK_DOWN:
                    self._fail(error)
                    return
            except (Refused, *LOST):  # it has too much to do, or gave the session to somebody else
                await self._line.close()
                await asyncio.sleep(backoff.next())

    async def _ask(self, receiver: Any) -> list[Received]:
        until = receiver.session.locked_until_utc
        if until is None or (until - datetime.now(UTC)).total_seconds() < _QUESTION / _RENEW_AT:
            await receiver.session.renew_lock()
        found = await receiver.receive_messages(max_message_count=1, max_wait_time=_QUESTION)
        return [Received(message, receiver) for message in found]

    async def _give(self, received: Received) -> None:
        try:
            result = unpack_result(received.body, received.message.sequence_number or 0)
        except Refused:
            result = None
        if result is not None and result.client == self._client and result.kind is not ResultKind.EVENT:
            self._keep(result, received)
            return
        if result is not None and result.client == self._client:
            self._tell(result)
        with contextlib.suppress(SetupError, *LOST):
            await self._complete(received)

    async def _take_away(self, delivery: Received) -> None:
        with contextlib.suppress(SetupError, Refused, *LOST):
            await self._complete(delivery)

    async def _complete(self, received: Received) -> None:
        await self._line.settle(received, lambda receiver: receiver.complete_message(received.message))
