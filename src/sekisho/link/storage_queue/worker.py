"""The answering end of a Storage Queue link."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from sekisho.errors import Code, Refused
from sekisho.link.feed import Feed
from sekisho.link.protocol import Cancel, Lease, LeaseLost, Result, ResultKind
from sekisho.link.receipt import Receipt, held, now
from sekisho.link.storage_queue.account import Account
from sekisho.link.storage_queue.end import CAPABILITIES, TASKS, End, results_of
from sekisho.link.storage_queue.pace import Pace, Paces
from sekisho.link.storage_queue.queues import PATIENCE, Message, NotOurs
from sekisho.link.wire import pack_result, unpack_task

#: Deliveries after which a task is put aside, whatever kept it from being finished.
MOST_DELIVERIES = 20
#: Seconds for which an answer waits for its client.
_RESULT_SECONDS = 3600


class StorageQueueWorker(End):
    """Takes tasks from the queue by polling and sends results."""

    def __init__(self, account: Account, paces: Paces | None = None) -> None:
        super().__init__(account, paces)
        self._pace: Pace | None = None
        self._cancels: list[Feed[Cancel]] = []

    async def receive(self, limit: int, wait: float) -> Sequence[Lease]:
        """Up to `limit` tasks, as soon as a question finds one."""
        pace = self._pace = self._pace or Pace(self._paces)
        ends = now() + wait
        while True:
            asked = now()
            found = await self._queues.receive(TASKS, limit, self._lease_seconds, max(ends - asked, PATIENCE))
            if found:
                pace.something()
            if leases := [lease for message in found if (lease := await self._leased(message, asked)) is not None]:
                return leases
            if (left := ends - now()) <= 0:
                return []
            await pace.rest(min(left, self._paces.idle))

    async def extend(self, lease: Lease) -> Lease:
        """The same lease, as long as a new one."""
        receipt = held(lease)
        asked = now()
        try:
            await self._queues.hide(TASKS, receipt.message, self._lease_seconds)
        except NotOurs:
            raise LeaseLost from None
        receipt.ends = asked + self._lease_seconds
        return replace(lease, seconds=receipt.ends - now())

    async def complete(self, lease: Lease, result: Result) -> None:
        """Send the result, then delete the task."""
        assert lease.task.id == result.id
        await self.publish(result)
        await self._end(lease)

    async def publish(self, result: Result) -> None:
        """Send a result. This link has no events."""
        if result.kind is ResultKind.EVENT:
            return
        if len(result.body) > CAPABILITIES.largest_body:
            raise Refused(Code.TOO_LARGE)
        await self._queues.send(results_of(result.client), pack_result(result), _RESULT_SECONDS)

    async def abandon(self, lease: Lease, delay: float) -> None:
        """Show the task again, now or later."""
        with contextlib.suppress(LeaseLost, NotOurs):
            await self._queues.hide(TASKS, held(lease).message, int(-(-delay // 1)))

    async def dead_letter(self, lease: Lease, reason: str) -> None:
        """Put the task aside."""
        with contextlib.suppress(LeaseLost):
            held(lease)
            await self._bury(lease.task, reason, lease.attempt)
            await self._end(lease)

    def cancels(self) -> AsyncIterator[Cancel]:
        """None: this link has no cancellations."""
        feed: Feed[Cancel] = Feed()
        feed.end()
        return feed

    async def _end(self, lease: Lease) -> None:
        assert isinstance(lease.receipt, Receipt)
        with contextlib.suppress(NotOurs):
            await self._queues.delete(TASKS, lease.receipt.message)

    async def _leased(self, message: Message, asked: float) -> Lease | None:
        """The lease of a message, unless it is over, no task, or delivered too often."""
        receipt = Receipt(message, asked + self._lease_seconds)
        try:
            task = unpack_task(message.body)
        except Refused:
            task = None
        if task is None or task.ttl <= message.age:
            with contextlib.suppress(NotOurs):
                await self._queues.delete(TASKS, message)
            return None
        task = replace(task, ttl=task.ttl - message.age)
        lease = Lease(task, message.count, receipt.ends - now(), receipt)
        if message.count > MOST_DELIVERIES:
            await self.dead_letter(lease, Code.POISON.value)
            return None
        return lease
