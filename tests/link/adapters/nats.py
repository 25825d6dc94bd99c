"""The link over NATS JetStream, on the real nats-server."""

from __future__ import annotations

import asyncio
import secrets
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.engines.links import nats_server
from tests.engines.process import Server
from tests.engines.proxy import Proxy, proxy
from tests.engines.shared import shared
from tests.link.adapters.station import Adapter, Station

from sekisho.link.nats import NatsCaller, NatsWorker, open_caller, open_worker
from sekisho.link.nats.end import CAPABILITIES
from sekisho.link.open import Access


class NatsStation:
    """A link of a name of its own on the server that all tests of this process share."""

    lease_seconds = 0.6

    def __init__(self, server: Server, passing: Proxy) -> None:
        self._server = server
        self._proxy = passing
        self._url = f"nats://127.0.0.1:{passing.port}/{secrets.token_hex(6)}"
        self._access = Access(lease_seconds=self.lease_seconds)
        self._ends: list[NatsCaller | NatsWorker] = []

    async def caller(self) -> NatsCaller:
        caller = open_caller(self._url, self._access)
        self._ends.append(caller)
        await caller.presence()
        return caller

    async def worker(self) -> NatsWorker:
        worker = open_worker(self._url, self._access)
        self._ends.append(worker)
        await worker.presence()
        return worker

    async def cut(self) -> None:
        await self._proxy.cut()

    async def restart(self) -> None:
        await asyncio.to_thread(self._server.restart, signal.SIGKILL)

    async def close(self) -> None:
        for end in self._ends:
            await end.close()


@asynccontextmanager
async def station_on(name: str, binary: Callable[[], Path]) -> AsyncIterator[NatsStation]:
    """A station on the server of one version."""
    server = shared(name, lambda folder: nats_server.nats_server(binary(), folder))
    async with proxy(server.port) as passing:
        here = NatsStation(server, passing)
        try:
            yield here
        finally:
            await here.close()


@asynccontextmanager
async def station() -> AsyncIterator[Station]:
    async with station_on("nats-server", nats_server.any_version) as here:
        yield here


ADAPTER = Adapter("nats", CAPABILITIES, station)
