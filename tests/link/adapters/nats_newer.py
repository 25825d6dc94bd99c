"""The link over NATS JetStream, on a newer nats-server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.engines.links import nats_server
from tests.link.adapters.nats import station_on
from tests.link.adapters.station import Adapter, Station

from sekisho.link.nats.end import CAPABILITIES


@asynccontextmanager
async def station() -> AsyncIterator[Station]:
    async with station_on(f"nats-server {nats_server.NEWER}", nats_server.newer) as here:
        yield here


ADAPTER = Adapter("nats_newer", CAPABILITIES, station)
