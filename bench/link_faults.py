"""2,000 tasks over 4 worker processes while everything is killed: workers (-9) and stopped (SIGSTOP), the gateway or
the broker killed and started again, connections cut. Each accepted task must end as an answer or a closed error code.
"""

from __future__ import annotations

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.engines.cache import EngineMissingError
from tests.engines.links import nats_server
from tests.engines.proxy import proxy
from tests.link.faults import Counts, LinkUnderTest, gateway_link, run_with_faults

from bench.report import Row
from sekisho.link.open import Access

TASKS = 2000


def run() -> list[Row]:
    """On the gateway's own link, and on NATS."""
    rows = []
    for name, opener in (("WebSocket", gateway_link), ("NATS", nats_link)):
        try:
            rows += _rows(name, asyncio.run(_run(opener)))
        except EngineMissingError:
            rows.append(Row(f"{name}: no server on this machine", 0, "", "", None, ""))
    return rows


async def _run(opener: object) -> Counts:
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder:
        async with opener(Path(folder)) as link:  # type: ignore[operator]
            return await run_with_faults(link, Path(folder), TASKS)


@asynccontextmanager
async def nats_link(state: Path) -> AsyncIterator[LinkUnderTest]:
    """A broker that can be killed, behind a proxy that cuts."""
    server = nats_server.nats_server(nats_server.any_version(), state)
    server.start()
    try:
        async with proxy(server.port) as passing:
            access = Access(lease_seconds=3)
            url = f"nats://127.0.0.1:{passing.port}/faults"
            yield LinkUnderTest(url, access, access, passing.cut, lambda: server.restart(signal.SIGKILL))
    finally:
        await asyncio.to_thread(server.stop)


def _rows(name: str, counts: Counts) -> list[Row]:
    faults = ", ".join(f"{kind} {number}" for kind, number in sorted(counts.faults.items()))
    codes = ", ".join(f"{code} {number}" for code, number in sorted(counts.errors.items()))
    figures = [
        (f"asked ({faults})", counts.asked, ""),
        ("accepted", counts.accepted, ""),
        ("answered", counts.answered, ""),
        (f"closed errors ({codes})" if codes else "closed errors", sum(counts.errors.values()), ""),
        ("lost", counts.lost, "0"),
        ("answered wrongly", counts.wrong, "0"),
        ("second disclosures", counts.second_releases, "0"),
    ]
    return [Row(f"{name}: {what}", value, "", "", None, aim) for what, value, aim in figures]
