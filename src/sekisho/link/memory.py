"""`memory://NAME`: a link inside one process, for tests. Every end that names the same exchange meets there."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence

from sekisho.errors import Code, SetupError
from sekisho.link.exchange import CAPABILITIES, Exchange
from sekisho.link.feed import Feed
from sekisho.link.open import Access
from sekisho.link.protocol import Cancel, Capabilities, DeadLetter, Lease, Presence, Result, Task

_EXCHANGES: dict[str, Exchange] = {}


class _Shared:
    """What both ends do alike."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._readers: list[Feed[Result] | Feed[Cancel]] = []
        self._closed = False

    @property
    def capabilities(self) -> Capabilities:
        """What this link can do."""
        return CAPABILITIES

    async def presence(self) -> Presence:
        """Who is there and how much waits."""
        return self._exchange.presence()

    async def dead(self, limit: int) -> Sequence[DeadLetter]:
        """The oldest dead letters."""
        return self._exchange.dead(limit)

    async def redrive(self, task_id: bytes) -> bool:
        """Submit a dead letter again."""
        return self._exchange.redrive(task_id)

    async def close(self) -> None:
        """Leave the link."""
        self._closed = True
        for reader in self._readers:
            self._exchange.leave(reader)

    def _open(self) -> Exchange:
        if self._closed:
            raise SetupError(Code.LINK_DOWN)
        return self._exchange


class MemoryCaller(_Shared):
    """The asking end of an exchange in the same process."""

    async def submit(self, task: Task) -> None:
        """Hand a task over."""
        self._open().submit(task)

    def results(self, client: bytes) -> AsyncIterator[Result]:
        """Everything for this client, as it comes."""
        reader = self._open().read_results(client)
        self._readers.append(reader)
        return reader

    async def confirm(self, result: Result) -> None:
        """The answer has been taken."""
        self._open().confirm(result.client, result.id)

    async def cancel(self, cancel: Cancel) -> None:
        """Nobody waits for the task any more."""
        self._open().cancel(cancel)


class MemoryWorker(_Shared):
    """The answering end of an exchange in the same process."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange)
        self.name = secrets.token_bytes(16)

    async def receive(self, limit: int, wait: float) -> Sequence[Lease]:
        """Up to `limit` tasks."""
        return await self._open().receive(self.name, limit, wait)

    async def extend(self, lease: Lease) -> Lease:
        """The same lease, as long as a new one."""
        assert isinstance(lease.receipt, bytes)
        seconds = self._open().extend(lease.task.id, lease.receipt)
        return Lease(lease.task, lease.attempt, seconds, lease.receipt)

    async def complete(self, lease: Lease, result: Result) -> None:
        """Publish the result and end the task."""
        assert lease.task.id == result.id
        self._open().publish(result)

    async def publish(self, result: Result) -> None:
        """Publish a result."""
        self._open().publish(result)

    async def abandon(self, lease: Lease, delay: float) -> None:
        """Give the task back."""
        assert isinstance(lease.receipt, bytes)
        self._open().abandon(lease.task.id, lease.receipt, delay)

    async def dead_letter(self, lease: Lease, reason: str) -> None:
        """Put the task aside."""
        assert isinstance(lease.receipt, bytes)
        self._open().dead_letter(lease.task.id, lease.receipt, reason)

    def cancels(self) -> AsyncIterator[Cancel]:
        """Cancellations as they come."""
        reader = self._open().read_cancels()
        self._readers.append(reader)
        return reader

    async def close(self) -> None:
        """Leave the link, saying so."""
        await super().close()
        self._exchange.worker_went(self.name, goodbye=True)


def open_caller(url: str, _: Access) -> MemoryCaller:
    """The caller's end of the exchange that the URL names."""
    return MemoryCaller(exchange_of(url))


def open_worker(url: str, _: Access) -> MemoryWorker:
    """The worker's end of the exchange that the URL names."""
    return MemoryWorker(exchange_of(url))


def exchange_of(url: str) -> Exchange:
    """The exchange of a name, made when it is first named."""
    return _EXCHANGES.setdefault(url, Exchange())
