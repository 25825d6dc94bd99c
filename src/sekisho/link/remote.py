"""Both ends of a link whose broker is a hub elsewhere: each method is one request over a wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Protocol

from sekisho.errors import Code, Refused, SekishoError, SetupError
from sekisho.link import rpc
from sekisho.link.backoff import Backoff
from sekisho.link.exchange import CAPABILITIES
from sekisho.link.hub import held, pack_delay, seconds_of
from sekisho.link.protocol import Cancel, Capabilities, DeadLetter, Lease, Presence, Result, ResultKind, Task
from sekisho.link.rpc import Op
from sekisho.link.wire import pack_result, pack_task, unpack_result

#: Seconds that one request for results waits at the hub.
_WAIT = 20.0


class Wire(Protocol):
    """A way to a hub."""

    async def ask(self, op: Op, data: bytes, *, wait: float = 0.0, again: bool = True) -> bytes:
        """Ask the hub, which may take `wait` seconds to answer.

        With `again`, a request whose connection breaks is repeated on the next one.

        Raises:
            Refused: As the hub says.
            LeaseLost: As the hub says.
            SetupError: `link_down` when there is no connection for some time, or it broke; `link_denied`.
        """

    async def tell(self, op: Op, data: bytes) -> None:
        """Tell the hub something that needs no answer. Lost without a connection."""

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""

    async def close(self) -> None:
        """End every request, and leave."""


class _Shared:
    """What both ends do alike."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    @property
    def capabilities(self) -> Capabilities:
        """What this link can do."""
        return CAPABILITIES

    async def presence(self) -> Presence:
        """Who is there and how much waits."""
        return rpc.unpack_presence(await self._wire.ask(Op.PRESENCE, b""))

    async def dead(self, limit: int) -> Sequence[DeadLetter]:
        """The oldest dead letters."""
        return rpc.unpack_dead(await self._wire.ask(Op.DEAD, rpc.pack_wait(min(limit, 1000), 0)))

    async def redrive(self, task_id: bytes) -> bool:
        """Submit a dead letter again."""
        return await self._wire.ask(Op.REDRIVE, task_id) == b"\1"

    async def close(self) -> None:
        """Leave the link, saying so."""
        if not self._wire.closed:
            with suppress(SekishoError, TimeoutError):
                async with asyncio.timeout(2):
                    await self._wire.tell(Op.BYE, b"")
            await self._wire.close()

    async def _stream(self, op: Op, data: bytes) -> AsyncIterator[bytes]:
        """Items as the hub has them. After a broken connection the hub begins anew with what is not confirmed, and so
        it does after an answer that is none: a proxy may have put a page of its own in its place."""
        fresh = 1
        backoff = Backoff()
        while not self._wire.closed:
            try:
                answer = await self._wire.ask(op, rpc.pack_wait(fresh, _WAIT) + data, wait=_WAIT, again=False)
                items = list(rpc.unpack_list(answer))
            except (SetupError, Refused) as error:
                if error.code not in (Code.LINK_DOWN, Code.BAD_FRAME):
                    raise
                fresh = 1
                await asyncio.sleep(backoff.next())  # a wire may say so at once
                continue
            fresh = 0
            backoff.reset()
            for item in items:
                yield item


class RemoteCaller(_Shared):
    """The asking end."""

    async def submit(self, task: Task) -> None:
        """Hand a task over."""
        if len(task.body) > CAPABILITIES.largest_body:
            raise Refused(Code.TOO_LARGE)
        await self._wire.ask(Op.SUBMIT, pack_task(task))

    async def results(self, client: bytes) -> AsyncIterator[Result]:
        """Everything for this client, as it comes."""
        async for item in self._stream(Op.TAKE, client):
            try:
                result = unpack_result(item)
            except Refused:
                continue  # what is no result is as if it had not come
            yield result

    async def confirm(self, result: Result) -> None:
        """The answer has been taken."""
        await self._wire.ask(Op.CONFIRM, result.client + result.id)

    async def cancel(self, cancel: Cancel) -> None:
        """Nobody waits for the task any more."""
        with suppress(SekishoError):
            await self._wire.ask(Op.CANCEL, rpc.pack_cancel(cancel))


class RemoteWorker(_Shared):
    """The answering end."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        self._giving_back: set[asyncio.Task[None]] = set()

    async def receive(self, limit: int, wait: float) -> Sequence[Lease]:
        """Up to `limit` tasks."""
        asking = asyncio.create_task(
            self._wire.ask(Op.RECEIVE, rpc.pack_wait(min(limit, rpc.BATCH), wait), wait=wait, again=False)
        )
        try:
            answer = await asyncio.shield(asking)
        except asyncio.CancelledError:
            # The hub may hand out tasks all the same: they must not wait until their lease runs out.
            giving_back = asyncio.create_task(self._give_back(asking))
            self._giving_back.add(giving_back)
            giving_back.add_done_callback(self._giving_back.discard)
            raise
        return [rpc.unpack_lease(item) for item in rpc.unpack_list(answer)]

    async def extend(self, lease: Lease) -> Lease:
        """The same lease, as long as a new one."""
        seconds = seconds_of(await self._wire.ask(Op.EXTEND, held(lease.task.id, lease.receipt)))
        return Lease(lease.task, lease.attempt, seconds, lease.receipt)

    async def complete(self, lease: Lease, result: Result) -> None:
        """Publish the result; the hub ends the task by it."""
        assert lease.task.id == result.id
        await self._wire.ask(Op.PUBLISH, pack_result(result))

    async def publish(self, result: Result) -> None:
        """Publish a result."""
        if result.kind is ResultKind.EVENT:
            await self._wire.tell(Op.PUBLISH, pack_result(result))
        else:
            await self._wire.ask(Op.PUBLISH, pack_result(result))

    async def abandon(self, lease: Lease, delay: float) -> None:
        """Give the task back."""
        await self._wire.ask(Op.ABANDON, held(lease.task.id, lease.receipt) + pack_delay(delay))

    async def dead_letter(self, lease: Lease, reason: str) -> None:
        """Put the task aside."""
        await self._wire.ask(Op.DEAD_LETTER, held(lease.task.id, lease.receipt) + reason.encode())

    async def cancels(self) -> AsyncIterator[Cancel]:
        """Cancellations as they come."""
        async for item in self._stream(Op.CANCELS, b""):
            yield rpc.unpack_cancel(item)

    async def _give_back(self, asking: asyncio.Task[bytes]) -> None:
        with suppress(SekishoError):
            for item in rpc.unpack_list(await asking):
                await self.abandon(rpc.unpack_lease(item), 0)
