"""32 agents at once on one `sekisho gateway` over MCP, with two workers: what becomes of every call.

Gateway, workers and agents are processes and connections of their own. Each question is a text that comes back, so
that an answer which went to another caller is seen. Workers need 5 ms for a task and do four at once.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from tests.link.asking import until_healthy
from tests.link.crowd import Crowd, crowd
from tests.link.faults import Workers, gateway_process

from bench.link_engines import ended
from bench.report import Row

CALLERS, CALLS = 32, 60


def run() -> list[Row]:
    """The crowd."""
    counts, seconds = asyncio.run(_run())
    codes = ", ".join(f"{code} {number}" for code, number in sorted(counts.errors.items()))
    return [
        Row(f"asked by {CALLERS} callers at once", counts.asked, "", "", None, ""),
        Row("answered", counts.answered, "", "", None, ""),
        Row(f"closed errors ({codes})" if codes else "closed errors", sum(counts.errors.values()), "", "", None, ""),
        Row("answers to another's question", counts.crossed, "", "", None, "0"),
        Row("lost", counts.lost, "", "", None, "0"),
        Row("rate", counts.asked / seconds, "calls/s", "", None, ""),
    ]


async def _run() -> tuple[Crowd, float]:
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder:
        state = Path(folder)
        async with gateway_process(state) as (link, url):
            zone = Workers(link, state, 0, 0, keys=state / "gateway").without_ledger()
            async with ended(zone):
                for _ in range(2):
                    zone.start()
                await asyncio.to_thread(zone.wait_until_ready)
                await until_healthy(url)
                began = time.perf_counter()
                counts = await crowd(url, link.caller.secret or "", CALLERS, CALLS)
                return counts, time.perf_counter() - began
