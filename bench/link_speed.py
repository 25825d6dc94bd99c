"""Calls over links: how long one takes, and how many pass.

Every call is the real thing but for MCP and the main job: sealed, claimed on disk, answered by a worker process and
opened. The floors are of the same run and take turns with the calls: a bare POST to the same server, a core request of
NATS, and what the SDK of each Azure service needs to pass one message through the same queue server. A call over a
broker is two messages; NATS stores both on the disk, and the same exchange by its bare client is a second floor. p50
and p99 are of one call at a time; the rates are of many at once, with workers that do one task at a time and need 0 or
50 ms for it. "Linear" is the rate of one worker, so many times.

Service Bus is a test server of ours and Azurite is Microsoft's emulator: their figures compare the link with the SDK
on the same server, and say nothing about Azure; nothing is aimed at there. The Storage Queue link polls; a call waits
for the polls of both ends.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack

from tests.engines.cache import EngineMissingError

from bench.link_brokers import azurite_broker, nats_broker, service_bus_broker
from bench.link_engines import Call, Opener, OpenLink, websocket
from bench.measure import Spread, time_async_calls
from bench.report import Row

BODY = b"sleep 0 " + b"x" * 1492
WORKING = b"sleep 50 " + b"x" * 1491
ROUNDS = 5
#: Seconds of one round of calls, and of its floor.
ROUND_SECONDS = 0.6
WORKERS = (1, 2, 4, 8)
RATE_SECONDS = 2.5
_BROKERS = (
    ("NATS", nats_broker, "at most 3x"),
    ("Service Bus (test server)", service_bus_broker, ""),
    ("Storage Queue (Azurite)", azurite_broker, ""),
)


def run() -> list[Row]:
    """All links whose engine is on this machine."""
    return asyncio.run(_all())


async def _all() -> list[Row]:
    rows = await _of("WebSocket", websocket, "at most 3x")
    for name, broker, aim in _BROKERS:
        async with AsyncExitStack() as stack:
            try:
                opener = await stack.enter_async_context(broker())
            except (EngineMissingError, ModuleNotFoundError):
                rows.append(Row(f"{name}: not on this machine", 0, "", "", None, ""))
            else:
                rows += await _of(name, opener, aim)
    return rows


async def _of(name: str, opener: Opener, aim: str) -> list[Row]:
    async with opener(4) as link:
        await link.have_workers(1)
        rows = await _latency(name, link, aim)
    rates: dict[tuple[int, int], float] = {}
    async with opener(1) as link:
        for count in WORKERS:
            await link.have_workers(count)
            for work, body in ((0, BODY), (50, WORKING)):
                rates[work, count] = await _rate(link.call, body, count * 4)
    for (work, count), rate in sorted(rates.items()):
        linear = rates[work, 1] * count if work and count > 1 else None
        what = f"{name}: workers {count}, work {work} ms"
        rows.append(Row(what, rate, "calls/s", "linear" if linear else "", linear, "1x" if linear and aim else ""))
    return rows


async def _latency(name: str, link: OpenLink, aim: str) -> list[Row]:
    ours: list[float] = []
    floor: list[float] = []
    durable: list[float] = []
    for _ in range(ROUNDS):
        ours += await _for_a_while(lambda: link.call(BODY))
        floor += await _for_a_while(lambda: link.floor(BODY))
        if link.durable is not None:
            durable += await _for_a_while(lambda: link.durable[0](BODY))  # type: ignore[index]
    spread, floors = Spread.of(ours), Spread.of(floor)
    rows = [
        Row(f"{name}: one call, p50", spread.p50, "ms", link.floor_name, floors.p50, aim),
        Row(f"{name}: one call, p99", spread.p99, "ms", link.floor_name, floors.p99, ""),
    ]
    if link.durable is not None:
        stored = Spread.of(durable)
        rows.append(Row(f"{name}: one call, p50", spread.p50, "ms", link.durable[1], stored.p50, ""))
        rows.append(Row(f"{name}: {link.durable[1]}, p50", stored.p50, "ms", link.floor_name, floors.p50, ""))
    return rows


async def _for_a_while(call: object) -> list[float]:
    """Durations of calls one after the other, for the time of a round."""
    durations: list[float] = []
    ends = time.perf_counter() + ROUND_SECONDS
    while time.perf_counter() < ends:
        durations += await time_async_calls(call, 1)  # type: ignore[arg-type]
    return durations


async def _rate(call: Call, body: bytes, at_once: int) -> float:
    """Calls a second."""
    ends = time.perf_counter() + RATE_SECONDS
    done = 0

    async def one() -> None:
        nonlocal done
        while time.perf_counter() < ends:
            await call(body)
            done += 1

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(at_once)))
    return done / (time.perf_counter() - began)
