"""The asking end of a Storage Queue link."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from sekisho.errors import Code, Refused, SetupError
from sekisho.link.protocol import Cancel, Result, Task
from sekisho.link.readers import Reader, Readers
from sekisho.link.storage_queue.account import Account
from sekisho.link.storage_queue.end import CAPABILITIES, MOST_TASKS, TASKS, End, results_of
from sekisho.link.storage_queue.pace import Pace, Paces
from sekisho.link.storage_queue.queues import PAGE, Message, NotOurs, Queues
from sekisho.link.wire import unpack_result

#: Seconds for which a count of the queue is good enough.
_COUNT_LASTS = 2.0


class StorageQueueCaller(End):
    """Sends tasks, and reads its client's results by polling."""

    def __init__(self, account: Account, paces: Paces | None = None) -> None:
        super().__init__(account, paces)
        self._counted = float("-inf")
        self._count = 0
        self._readers = Readers(lambda client: _Reader(self._queues, client, self._lease_seconds, self._paces))

    async def submit(self, task: Task) -> None:
        """Hand a task over."""
        if len(task.body) > CAPABILITIES.largest_body:
            raise Refused(Code.TOO_LARGE)
        now = asyncio.get_running_loop().time()
        if now - self._counted > _COUNT_LASTS:
            self._count, self._counted = await self._queues.count(TASKS), now
        if self._count >= MOST_TASKS:
            raise Refused(Code.BUSY)
        self._count += 1
        await self._put(task)
        if (reader := self._readers.of(task.client)) is not None:
            reader.expect(task)

    def results(self, client: bytes) -> AsyncIterator[Result]:
        """Everything for this client, as it is found."""
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


class _Reader(Reader[Message]):
    """Polls the queue of one client: often while an answer is expected, seldom otherwise."""

    def __init__(self, queues: Queues, client: bytes, hidden: int, paces: Paces) -> None:
        self._queues = queues
        self._hidden = hidden
        self._paces = paces
        self._pace = Pace(paces)
        #: Task -> until when its answer is expected.
        self._expected: dict[bytes, float] = {}
        super().__init__(client)

    def expect(self, task: Task) -> None:
        """An answer will come."""
        self._expected[task.id] = _now() + task.ttl
        self._pace.something()

    async def _take_away(self, delivery: Message) -> None:
        with contextlib.suppress(NotOurs, SetupError):
            await self._queues.delete(results_of(self._client), delivery)

    async def _read(self) -> None:
        while True:
            try:
                found = await self._queues.receive(results_of(self._client), PAGE, self._hidden)
            except SetupError as error:
                if error.code is not Code.LINK_DOWN:
                    self._fail(error)
                    return
                found = []
            for message in found:
                self._give(message)
            if found:
                self._pace.something()
            now = _now()
            self._expected = {task: until for task, until in self._expected.items() if until > now}
            await self._pace.rest(self._paces.idle if self._expected else self._paces.nothing_expected)

    def _give(self, message: Message) -> None:
        try:
            result = unpack_result(message.body, message.id)
        except Refused:
            return  # not one of ours: it ends by itself
        if result.client != self._client:
            return
        self._expected.pop(result.id, None)
        self._keep(result, message)


def _now() -> float:
    return asyncio.get_running_loop().time()
