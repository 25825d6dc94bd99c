"""The answering end of a NATS link."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import nats.errors
from nats.aio.msg import Msg
from nats.js.errors import APIError

from sekisho.errors import Code, Refused, SetupError
from sekisho.link.feed import Feed
from sekisho.link.nats.address import Address
from sekisho.link.nats.client import Client
from sekisho.link.nats.end import CAPABILITIES, End
from sekisho.link.nats.pull import Arrived, ConsumerGone, Pull
from sekisho.link.protocol import ID_BYTES, Cancel, Lease, LeaseLost, Result, ResultKind
from sekisho.link.receipt import Receipt, held, now
from sekisho.link.wire import pack_result, unpack_task

#: Deliveries after which a task is put aside, whatever kept it from being finished.
MOST_DELIVERIES = 20
_TOO_OFTEN = Code.POISON.value


class NatsWorker(End):
    """Takes tasks from the work queue and publishes results."""

    def __init__(self, address: Address) -> None:
        super().__init__(address, "worker")
        self._name = secrets.token_bytes(ID_BYTES)
        self._pull: Pull | None = None
        self._cancels: list[Feed[Cancel]] = []
        self._connection.add(self._start)

    async def receive(self, limit: int, wait: float) -> Sequence[Lease]:
        """Up to `limit` tasks, as soon as there is one."""
        ends = now() + wait
        while True:
            try:
                arrived = await self._connection.call(lambda _: self._take(limit, ends - now()), max(wait, 1.0) + 1.0)
                leases = [lease for message in arrived if (lease := await self._leased(message)) is not None]
            except APIError:  # a stream or the consumer is gone, or is full
                raise SetupError(Code.LINK_DOWN) from None
            if leases:
                return leases
            if now() >= ends:
                return []

    async def extend(self, lease: Lease) -> Lease:
        """The same lease, as long as a new one."""
        receipt = held(lease)
        asked = now()
        try:
            await self._settle(receipt, Msg.Ack.Progress, receipt.ends - asked)
        except SetupError as error:
            if error.code is Code.LINK_DOWN and now() >= receipt.ends:
                raise LeaseLost from None
            raise
        receipt.ends = asked + self._lease
        return replace(lease, seconds=receipt.ends - now())

    async def complete(self, lease: Lease, result: Result) -> None:
        """Publish the result, then acknowledge the task."""
        assert lease.task.id == result.id
        await self.publish(result)
        assert isinstance(lease.receipt, Receipt)
        reply = lease.receipt.message.reply
        # Not waited for: a task that comes again because this was lost is answered with the result that is there.
        with contextlib.suppress(SetupError, APIError):
            await self._connection.call(lambda client: client.publish(reply, Msg.Ack.Ack))

    async def publish(self, result: Result) -> None:
        """Publish a result."""
        body = pack_result(result)
        if result.kind is ResultKind.EVENT:
            if (client := self._connection.now) is not None:
                with contextlib.suppress(nats.errors.Error, OSError):
                    await client.publish(self._layout.event_subject(result.client), body)
            return
        if len(result.body) > CAPABILITIES.largest_body:
            raise Refused(Code.TOO_LARGE)
        subject = self._layout.result_subject(result.client)
        headers = {"Nats-Msg-Id": f"{result.id.hex()}.{result.kind}"}
        try:
            await self._connection.call(lambda client: client.js.publish(subject, body, headers=headers))
        except APIError:
            raise SetupError(Code.LINK_DOWN) from None

    async def abandon(self, lease: Lease, delay: float) -> None:
        """Give the task back."""
        with contextlib.suppress(LeaseLost):
            receipt = held(lease)
            later = b" " + json.dumps({"delay": int(delay * 1e9)}).encode() if delay > 0 else b""
            await self._settle(receipt, Msg.Ack.Nak + later)

    async def dead_letter(self, lease: Lease, reason: str) -> None:
        """Put the task aside."""
        with contextlib.suppress(LeaseLost):
            receipt = held(lease)
            await self._dead.add(lease.task, receipt.message.metadata.sequence.stream, reason, lease.attempt)
            await self._settle(receipt, Msg.Ack.Ack)

    def cancels(self) -> AsyncIterator[Cancel]:
        """Cancellations as they come."""
        feed: Feed[Cancel] = Feed()
        self._cancels.append(feed)
        return feed

    async def close(self) -> None:
        """Leave the link; what came and nobody took goes back."""
        if self._pull is not None:
            await self._pull.stop()
        for feed in self._cancels:
            feed.end()
        await super().close()

    async def _start(self, client: Client) -> None:
        pull = Pull(client, self._layout)
        await pull.start()
        await client.subscribe(self._layout.roll_call_subject, cb=self._on_roll_call)
        await client.subscribe(self._layout.cancel_subject, cb=self._on_cancel)
        self._pull = pull

    async def _take(self, limit: int, wait: float) -> list[Arrived]:
        assert self._pull is not None
        try:
            return await self._pull.take(limit, wait)
        except ConsumerGone:
            await self._make(await self._connection.ready())
            raise SetupError(Code.LINK_DOWN) from None

    async def _leased(self, arrived: Arrived) -> Lease | None:
        """The lease of what arrived, unless it is over, too old, or delivered too often."""
        receipt = Receipt(arrived.message, arrived.at + self._lease)
        metadata = arrived.message.metadata
        if now() >= receipt.ends:
            return None  # nobody asked for it in time: it comes again
        try:
            task = unpack_task(arrived.message.data)
        except Refused:
            await self._settle(receipt, Msg.Ack.Term)
            return None
        task = replace(task, ttl=task.ttl - await self._clock.age(metadata.timestamp))
        lease = Lease(task, metadata.num_delivered, receipt.ends - now(), receipt)
        if task.ttl <= 0:
            await self._settle(receipt, Msg.Ack.Ack)
            return None
        if lease.attempt > MOST_DELIVERIES:
            await self.dead_letter(lease, _TOO_OFTEN)
            return None
        return lease

    async def _settle(self, receipt: Receipt[Msg], how: bytes, patience: float = 5.0) -> None:
        """Tell the server about a delivery, and hear that it was told."""
        reply = receipt.message.reply
        await self._connection.call(lambda client: client.request(reply, how, timeout=2), patience)

    async def _on_roll_call(self, message: Msg) -> None:
        with contextlib.suppress(nats.errors.Error, OSError):
            await message.respond(self._name)

    async def _on_cancel(self, message: Msg) -> None:
        if len(message.data) > ID_BYTES:
            cancel = Cancel(bytes(message.data[:ID_BYTES]), bytes(message.data[ID_BYTES:]))
            for feed in self._cancels:
                feed.put(cancel)
