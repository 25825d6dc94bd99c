"""Calls over links: how long one takes, and how many pass.

Every call is the real thing but for MCP and the main job: sealed, claimed on disk, answered by a worker process and
opened. The floors are of the same run: a bare POST to the same server, and a core request of NATS. p50 and p99 are of
one call at a time; the rates are of many at once, with workers that do one task at a time and need 0 or 50 ms for it.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from tests.engines.cache import EngineMissingError

from bench.link_brokers import nats_broker
from bench.link_engines import Call, OpenLink, websocket
from bench.measure import Spread, time_async_calls
from bench.report import Row

BODY = b"x" * 1500
CALLS, ROUNDS = 150, 4
WORKERS = (1, 2, 4, 8)
SECONDS = 3.0


class Opener(Protocol):
    """Opens a link with so many workers, each so long at a task and so many tasks at once."""

    def __call__(self, workers: int, work: float, at_once: int = 1) -> AbstractAsyncContextManager[OpenLink]: ...


def run() -> list[Row]:
    """All links whose engine is on this machine."""
    return asyncio.run(_all())


async def _all() -> list[Row]:
    rows = await _of("WebSocket", websocket)
    try:
        async with nats_broker() as broker:
            rows += await _of("NATS", broker.link)
    except EngineMissingError:
        rows.append(Row("NATS: no server on this machine", 0, "", "", None, ""))
    return rows


async def _of(name: str, opener: Opener) -> list[Row]:
    rows = []
    async with opener(1, 0.0, 4) as link:
        ours: list[float] = []
        floor: list[float] = []
        for _ in range(ROUNDS):
            ours += await time_async_calls(lambda: link.call(BODY), CALLS)
            floor += await time_async_calls(lambda: link.floor(BODY), CALLS)
        spread, floors = Spread.of(ours), Spread.of(floor)
        rows.append(Row(f"{name}: one call, p50", spread.p50, "ms", link.floor_name, floors.p50, "at most 3x"))
        rows.append(Row(f"{name}: one call, p99", spread.p99, "ms", link.floor_name, floors.p99, ""))
    for work in (0.0, 0.05):
        one = 0.0
        for count in WORKERS:
            async with opener(count, work) as link:
                rate = await _rate(link.call, count * 4)
            one = one or rate
            linear = one * count if work and count > 1 else None
            what = f"{name}: workers {count}, work {work * 1000:.0f} ms"
            rows.append(Row(what, rate, "calls/s", "linear" if linear else "", linear, "1x" if linear else ""))
    return rows


async def _rate(call: Call, at_once: int) -> float:
    """Calls a second."""
    ends = time.perf_counter() + SECONDS
    done = 0

    async def one() -> None:
        nonlocal done
        while time.perf_counter() < ends:
            await call(BODY)
            done += 1

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(at_once)))
    return done / (time.perf_counter() - began)
