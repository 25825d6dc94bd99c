"""The link over Azure Storage queues, on Azurite: Microsoft's emulator, not Azure."""

from __future__ import annotations

import asyncio
import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.engines.links.azurite import ACCOUNT, azurite, connection_string
from tests.engines.process import Server
from tests.engines.proxy import Proxy, proxy
from tests.engines.shared import shared
from tests.link.adapters.station import Adapter, Station

from sekisho.link.open import Access
from sekisho.link.storage_queue import StorageQueueCaller, StorageQueueWorker
from sekisho.link.storage_queue.account import account_of
from sekisho.link.storage_queue.end import CAPABILITIES
from sekisho.link.storage_queue.pace import Paces

#: Nobody pays for these questions.
PACES = Paces(first=0.02, idle=0.05, nothing_expected=0.1)


class StorageQueueStation:
    """A link of a name of its own on the emulator that all tests of this process share."""

    lease_seconds = 1.0

    def __init__(self, server: Server, passing: Proxy) -> None:
        self._server = server
        self._proxy = passing
        access = Access(secret=connection_string(passing.port), lease_seconds=self.lease_seconds)
        self._account = account_of(f"azurequeue://{ACCOUNT}/{secrets.token_hex(6)}", access)
        self._ends: list[StorageQueueCaller | StorageQueueWorker] = []

    async def caller(self) -> StorageQueueCaller:
        caller = StorageQueueCaller(self._account, PACES)
        self._ends.append(caller)
        return caller

    async def worker(self) -> StorageQueueWorker:
        worker = StorageQueueWorker(self._account, PACES)
        self._ends.append(worker)
        return worker

    async def cut(self) -> None:
        await self._proxy.cut()

    async def restart(self) -> None:
        await asyncio.to_thread(self._server.restart, signal.SIGKILL)

    async def close(self) -> None:
        for end in self._ends:
            await end.close()


@asynccontextmanager
async def station() -> AsyncIterator[Station]:
    server = shared("Azurite", azurite)
    async with proxy(server.port) as passing:
        here = StorageQueueStation(server, passing)
        try:
            yield here
        finally:
            await here.close()


_NO_EVENTS = "there is no way back to a caller but a message that costs a question to find"
_NO_PRESENCE = "nobody can know who polls a queue"

ADAPTER = Adapter(
    "storage_queue",
    CAPABILITIES,
    station,
    {
        "tasks_arrive_in_order": "the service promises no order",
        "a_task_that_is_submitted_twice_is_delivered_once": "the service detects no duplicates",
        "what_happens_on_the_way_reaches_the_client_before_the_answer": _NO_EVENTS,
        "what_a_worker_tells_comes_in_order_before_the_answer": _NO_EVENTS,
        "a_call_that_is_given_up_releases_nothing": "there is no way to a worker but the queue of tasks",
        "what_was_accepted_outlives_a_restart_of_the_engine": "the emulator writes its index to the disk every few "
        "seconds; test_storage_queue.py ends it in an orderly way",
        "a_cancellation_reaches_the_worker": "there is no way to a worker but the queue of tasks",
        "without_a_worker_a_task_is_refused_at_once": _NO_PRESENCE,
        "the_workers_that_are_there_are_counted": _NO_PRESENCE,
    },
)
