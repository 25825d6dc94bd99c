"""The answering end of a Service Bus link."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from azure.servicebus import ServiceBusMessage

from sekisho.errors import Code, Refused, SetupError
from sekisho.link.feed import Feed
from sekisho.link.protocol import Cancel, Lease, LeaseLost, Result, ResultKind
from sekisho.link.receipt import Receipt, held, now
from sekisho.link.service_bus.end import CAPABILITIES, End
from sekisho.link.service_bus.lines import LOST, Received
from sekisho.link.service_bus.namespace import Namespace
from sekisho.link.wire import pack_result, unpack_task

#: Seconds for which an answer waits for its client, and an event.
_RESULT_LIVES = timedelta(hours=1)
_EVENT_LIVES = timedelta(minutes=1)
#: Seconds that one question for a task lasts at most: it cannot be taken back.
_QUESTION = 5.0


class ServiceBusWorker(End):
    """Takes tasks under the service's locks and sends results to their clients' sessions."""

    def __init__(self, namespace: Namespace) -> None:
        super().__init__(namespace)
        self._from_tasks = self._lines.receiver(namespace.tasks)
        self._to_results = self._lines.sender(namespace.results)
        #: The question that is open; whoever asked it may have stopped waiting.
        self._asking: asyncio.Task[list[Received]] | None = None
        self._later: set[asyncio.Task[None]] = set()

    async def receive(self, limit: int, wait: float) -> Sequence[Lease]:
        """One task, as soon as there is one: asking for more makes the SDK wait for the others."""
        assert limit >= 1
        ends = now() + wait
        while True:
            if self._asking is None:
                self._asking = asyncio.create_task(self._ask(min(max(ends - now(), 0.05), _QUESTION)))
            try:
                found = await asyncio.shield(self._asking)
            except (SetupError, Refused):
                self._asking = None
                raise
            self._asking = None
            if leases := [lease for one in found if (lease := await self._leased(one)) is not None]:
                return leases
            if now() >= ends:
                return []

    async def extend(self, lease: Lease) -> Lease:
        """The same lease, as long as a new one."""
        receipt = held(lease)
        message = receipt.message.message
        try:
            until = await self._from_tasks.use(lambda receiver: receiver.renew_message_lock(message))
        except LOST:
            raise LeaseLost from None
        receipt.ends = now() + _seconds_until(until)
        return replace(lease, seconds=receipt.ends - now())

    async def complete(self, lease: Lease, result: Result) -> None:
        """Send the result, then complete the task."""
        assert lease.task.id == result.id
        await self.publish(result)
        assert isinstance(lease.receipt, Receipt)
        message = lease.receipt.message.message
        with contextlib.suppress(*LOST, SetupError):
            await self._from_tasks.settle(lease.receipt.message, lambda receiver: receiver.complete_message(message))

    async def publish(self, result: Result) -> None:
        """Send a result to its client's session."""
        event = result.kind is ResultKind.EVENT
        if len(result.body) > CAPABILITIES.largest_body:
            if event:
                return
            raise Refused(Code.TOO_LARGE)
        message = ServiceBusMessage(
            pack_result(result),
            session_id=result.client.hex(),
            message_id=None if event else f"{result.id.hex()}.{result.kind}",
            time_to_live=_EVENT_LIVES if event else _RESULT_LIVES,
        )
        try:
            await self._to_results.use(lambda sender: sender.send_messages(message), 0.0 if event else 10.0)
        except Refused:
            if not event:
                raise SetupError(Code.LINK_DOWN) from None
        except SetupError:
            if not event:
                raise

    async def abandon(self, lease: Lease, delay: float) -> None:
        """Give the task back. The service cannot give it to others later, so it stays with us until then."""
        try:
            receipt = held(lease)
        except LeaseLost:
            return
        if delay <= 0:
            await self._give_back(receipt, 0)
            return
        later = asyncio.create_task(self._give_back(receipt, delay))
        self._later.add(later)
        later.add_done_callback(self._later.discard)

    async def dead_letter(self, lease: Lease, reason: str) -> None:
        """Put the task aside."""
        with contextlib.suppress(LeaseLost, *LOST):
            received = held(lease).message
            await self._from_tasks.settle(
                received,
                lambda receiver: receiver.dead_letter_message(received.message, reason=reason, error_description=""),
            )

    def cancels(self) -> AsyncIterator[Cancel]:
        """None: this link has no cancellations."""
        feed: Feed[Cancel] = Feed()
        feed.end()
        return feed

    async def close(self) -> None:
        """Leave the link; what comes now goes back."""
        for later in list(self._later):
            later.cancel()
        if self._asking is not None:
            self._asking.cancel()
            with contextlib.suppress(asyncio.CancelledError, SetupError, Refused):
                for received in await self._asking:
                    await self._give_back(Receipt(received, now() + 1), 0)
        await super().close()

    async def _ask(self, wait: float) -> list[Received]:
        async def ask(receiver: Any) -> list[Received]:
            found = await receiver.receive_messages(max_message_count=1, max_wait_time=wait)
            return [Received(message, receiver) for message in found]

        return await self._from_tasks.use(ask, attempt=wait + 8.0)

    async def _give_back(self, receipt: Receipt[Received], delay: float) -> None:
        await asyncio.sleep(min(delay, max(receipt.ends - now(), 0.0)))
        message = receipt.message.message
        with contextlib.suppress(*LOST, SetupError, Refused):
            await self._from_tasks.settle(receipt.message, lambda receiver: receiver.abandon_message(message))

    async def _leased(self, received: Received) -> Lease | None:
        """The lease of a message, unless it is no task or its time is over."""
        message = received.message
        receipt = Receipt(received, now() + _seconds_until(message.locked_until_utc))
        try:
            task = unpack_task(received.body)
        except Refused:
            task = None
        since = message.enqueued_time_utc
        age = max((datetime.now(UTC) - since).total_seconds(), 0.0) if since is not None else 0.0
        if task is None or task.ttl <= age:
            with contextlib.suppress(*LOST):
                await self._from_tasks.settle(received, lambda receiver: receiver.complete_message(message))
            return None
        task = replace(task, ttl=task.ttl - age)
        return Lease(task, (message.delivery_count or 0) + 1, receipt.ends - now(), receipt)


def _seconds_until(locked: datetime | None) -> float:
    """How long a lock lasts by our clock, which the SDK goes by too."""
    return max((locked - datetime.now(UTC)).total_seconds(), 0.0) if locked is not None else 0.0
