"""A worker process for fault runs and measurements: `python -m tests.link.fault_worker JSON`.

It is the real worker side (link, envelopes, claims); only its handler is a stand-in. With a ledger it works for a
while, then asks whether it may release, and writes one line for each release, as for a ledger entry. Without
one, for measurements, it answers with the question; `sleep MS` makes it work so long, `who` is answered with its id.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from tests.link.echo import echo

from sekisho.link.claims import Claims
from sekisho.link.envelope import Envelopes, Header
from sekisho.link.keyring import KeyringFile
from sekisho.link.open import Access, open_worker
from sekisho.link.work import Emit, Worker, WorkLimits, may_release


async def main(given: dict[str, object]) -> None:
    """Work until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    ledger = os.open(str(given["ledger"]), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) if given["ledger"] else None
    low, high = float(str(given["low"])), float(str(given["high"]))

    def job(task_id: bytes) -> bool:
        time.sleep(random.uniform(low, high))
        if not may_release():
            return False
        assert ledger is not None
        os.write(ledger, task_id.hex().encode() + b"\n")
        return True

    async def answer(body: bytes, _: Emit, header: Header) -> bytes:
        if ledger is not None:
            done = await asyncio.to_thread(job, header.id)
            return body if done else b"held back"
        if body.startswith(b"{"):  # through a gateway
            await asyncio.sleep(0.005)
            return echo(body)
        if body.startswith(b"sleep "):
            await asyncio.sleep(int(body.split(b" ", 2)[1]) / 1000)
        if body == b"who":
            await asyncio.sleep(0.02)  # the others get some of the questions too
            return b"%d" % os.getpid()
        return body

    link = open_worker(str(given["url"]), Access(secret=given["secret"], lease_seconds=float(str(given["lease"]))))  # type: ignore[arg-type]
    claims = Claims(Path(str(given["state"])) / "link")
    envelopes = Envelopes(KeyringFile(Path(str(given["state"])) / "keyring.json"))
    limits = WorkLimits(at_once=int(str(given["at_once"])), attempts=20, wait=5)
    print("ready", flush=True)
    await Worker(link, envelopes, claims, answer, limits).run(stop)
    claims.close()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
