"""The link over Service Bus queues: the real SDK against a test server of ours, not Azure."""

from __future__ import annotations

import asyncio
import secrets
import types
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from azure.servicebus._pyamqp.aio import _client_async
from azure.servicebus.aio import _servicebus_receiver_async, _servicebus_sender_async
from tests.engines.links.service_bus.server import ServiceBus, Setup
from tests.engines.shared import shared
from tests.link.adapters.station import Adapter, Station

from sekisho.link.open import Access
from sekisho.link.service_bus import ServiceBusCaller, ServiceBusWorker, open_caller, open_worker
from sekisho.link.service_bus.end import CAPABILITIES

LEASE = 1.2
#: How the name of a link ends whose locks last longer: where a busy machine must not let one end.
PATIENT, PATIENT_LEASE = "-patient", 4.0


def _shorten_naps() -> None:
    """The SDK looks every 50 ms whether a line is open, and naps a second before it closes; here 20 times as often."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / 20)

    quick = types.ModuleType("asyncio")
    quick.__dict__.update(vars(asyncio))
    quick.sleep = sleep  # type: ignore[attr-defined]
    for module in (_client_async, _servicebus_receiver_async, _servicebus_sender_async):
        module.asyncio = quick  # type: ignore[attr-defined]


_shorten_naps()
SETUP = Setup(
    templates={
        PATIENT + "-tasks": {"lock": PATIENT_LEASE, "max_deliveries": 20, "duplicate_window": 600},
        "-tasks": {"lock": LEASE, "max_deliveries": 20, "duplicate_window": 600},
        "-results": {"lock": 30, "max_deliveries": 2000, "duplicate_window": 600, "sessions": True},
    }
)


def make(folder: Path) -> ServiceBus:
    """A namespace whose entities are made when they are first named."""
    return ServiceBus(folder, SETUP)


class ServiceBusStation:
    """A link of a name of its own on the server that all tests of this process share."""

    lease_seconds = LEASE

    def __init__(self, server: ServiceBus, path: str) -> None:
        self._server = server
        self._url = f"servicebus://127.0.0.1:{server.port}/{path}"
        self._access = Access(secret=server.connection_string(), lease_seconds=LEASE)
        self._ends: list[ServiceBusCaller | ServiceBusWorker] = []

    async def caller(self) -> ServiceBusCaller:
        caller = open_caller(self._url, self._access)
        self._ends.append(caller)
        return caller

    async def worker(self) -> ServiceBusWorker:
        worker = open_worker(self._url, self._access)
        self._ends.append(worker)
        return worker

    async def cut(self) -> None:
        self._server.cut()
        await asyncio.sleep(0.1)

    async def restart(self) -> None:
        # In an orderly way: what the service has accepted is on several disks, what this server has is in its memory.
        await asyncio.to_thread(self._server.restart)

    async def close(self) -> None:
        await asyncio.gather(*(end.close() for end in self._ends))


@asynccontextmanager
async def station() -> AsyncIterator[Station]:
    here = ServiceBusStation(shared("Service Bus", make), secrets.token_hex(6))
    try:
        yield here
    finally:
        await here.close()


_NO_PRESENCE = "who receives is known only to those who may manage the namespace"
_NO_CANCELS = "there is no way to a worker but the queue of tasks"

ADAPTER = Adapter(
    "service_bus",
    CAPABILITIES,
    station,
    {
        "tasks_arrive_in_order": "the service promises an order only within a session",
        "a_cancellation_reaches_the_worker": _NO_CANCELS,
        "a_call_that_is_given_up_releases_nothing": _NO_CANCELS,
        "a_question_from_outside_the_window_is_refused": "two ends read for one client at once, and a session is "
        "locked by one; test_service_bus.py does it one after the other",
        "without_a_worker_a_task_is_refused_at_once": _NO_PRESENCE,
        "the_workers_that_are_there_are_counted": _NO_PRESENCE,
    },
)
