"""A day of calls in some minutes: at least 50,000 over the gateway's own link, with two workers that never rest.

Memory of the gateway and of a worker is looked at all along; it must be flat: the last quarter as the second.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from pathlib import Path

import psutil
from tests.link.faults import Workers, gateway_link

from bench.link_engines import OpenLink, ended
from bench.report import Row
from sekisho.link.call import Caller
from sekisho.link.envelope import Envelopes
from sekisho.link.open import open_caller

CALLS = 50_000
AT_ONCE = 32


def run() -> list[Row]:
    """The soak."""
    return asyncio.run(_run())


async def _run() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder:
        state = Path(folder)
        async with gateway_link(state) as link:
            zone = Workers(link, state, 0, 0).without_ledger()
            async with (
                ended(zone),
                Caller(open_caller(link.url, link.caller), Envelopes(zone.keys)) as caller,
            ):

                async def call(body: bytes) -> bytes:
                    return await caller.call(body, 60)

                await OpenLink(call, call, "", zone).have_workers(2)
                gateway = next(
                    process
                    for process in psutil.Process().children()
                    if "gateway" in process.cmdline() and process.is_running()
                )
                watched = {
                    "gateway": gateway,
                    "worker": psutil.Process(zone.running[0].pid),
                    "caller": psutil.Process(),
                }
                memory = await _soak(call, watched)
    rows = [Row("calls", CALLS, "", "", None, "at least 50,000")]
    for name, sizes in memory.items():
        quarter = len(sizes) // 4
        early, late = statistics.median(sizes[quarter : 2 * quarter]), statistics.median(sizes[-quarter:])
        rows.append(Row(f"{name}: memory in the last quarter", late, "MB", "second quarter", early, "flat"))
    return rows


async def _soak(call: object, watched: dict[str, psutil.Process]) -> dict[str, list[float]]:
    memory: dict[str, list[float]] = {name: [] for name in watched}
    left = CALLS

    async def one() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            question = b"%d" % left
            assert await call(question) == question  # type: ignore[operator]

    async def look() -> None:
        while True:
            for name, process in watched.items():
                memory[name].append(process.memory_info().rss / 1e6)
            await asyncio.sleep(0.5)

    looking = asyncio.create_task(look())
    await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    looking.cancel()
    return memory
