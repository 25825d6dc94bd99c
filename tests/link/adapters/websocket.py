"""The WebSocket link: a real hub, real WebSockets, through a proxy that cuts them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from tests.engines.proxy import Proxy, proxy
from tests.link.adapters.station import Adapter, Station
from tests.link.hub_server import CALLERS, WORKERS, access_of, hub, url_of

from sekisho.link.exchange import CAPABILITIES, Limits
from sekisho.link.open import open_caller, open_worker
from sekisho.link.protocol import CallerLink, WorkerLink

_LEASE = 0.6


class HubStation:
    """A hub, and ends that come by one scheme."""

    lease_seconds = _LEASE

    def __init__(self, passing: Proxy, scheme: str) -> None:
        self._proxy = passing
        self._url = url_of(scheme, passing.port)
        self._ends: list[CallerLink | WorkerLink] = []

    async def caller(self) -> CallerLink:
        caller = open_caller(self._url, access_of(CALLERS))
        self._ends.append(caller)
        await caller.presence()
        return caller

    async def worker(self) -> WorkerLink:
        worker = open_worker(self._url, access_of(WORKERS))
        self._ends.append(worker)
        assert list(await worker.receive(1, 0)) == []
        return worker

    async def cut(self) -> None:
        await self._proxy.cut()

    async def leave(self) -> None:
        for end in self._ends:
            await end.close()


@asynccontextmanager
async def station(scheme: str) -> AsyncIterator[Station]:
    async with hub(Limits(lease_seconds=_LEASE, absence=1.0)) as (port, _), proxy(port) as passing:
        opened = HubStation(passing, scheme)
        try:
            yield opened
        finally:
            await opened.leave()


EXCEPTIONS = {
    "what_was_accepted_outlives_a_restart_of_the_engine": "the hub keeps its queue in memory; callers submit again"
}
ADAPTER = Adapter("websocket", CAPABILITIES, partial(station, "ws"), EXCEPTIONS)
