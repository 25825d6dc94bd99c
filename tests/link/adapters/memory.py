"""The link in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.link.adapters.station import Adapter, Station

from sekisho.link.exchange import CAPABILITIES, Exchange, Limits
from sekisho.link.memory import MemoryCaller, MemoryWorker


class MemoryStation:
    """An exchange; there is no connection that could be cut."""

    lease_seconds = 0.4

    def __init__(self) -> None:
        self.exchange = Exchange(Limits(lease_seconds=self.lease_seconds, absence=0.2))

    async def caller(self) -> MemoryCaller:
        return MemoryCaller(self.exchange)

    async def worker(self) -> MemoryWorker:
        worker = MemoryWorker(self.exchange)
        self.exchange.worker_is_here(worker.name)
        return worker

    async def cut(self) -> None:
        return None


@asynccontextmanager
async def station() -> AsyncIterator[Station]:
    yield MemoryStation()


ADAPTER = Adapter(
    "memory",
    CAPABILITIES,
    station,
    {"what_was_accepted_outlives_a_restart_of_the_engine": "nothing in memory outlives its process"},
)
