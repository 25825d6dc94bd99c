"""Brokers for measurements, and the floor of each: what the broker itself takes for a question and its answer."""

from __future__ import annotations

import asyncio
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.link_engines import Call, OpenLink, over_broker
from sekisho.link.open import Access

#: Answers core requests of NATS with what they hold.
_ECHO = """
import asyncio, sys, nats
async def main():
    there = await nats.connect(sys.argv[1])
    async def echo(message): await message.respond(message.data)
    await there.subscribe("floor", cb=echo)
    await there.flush()
    print("ready", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


class Nats:
    """A nats-server, and a core request on it."""

    def __init__(self, address: str, floor: Call) -> None:
        self._address = address
        self._floor = floor

    @asynccontextmanager
    async def link(self, workers: int, work: float, at_once: int = 1) -> AsyncIterator[OpenLink]:
        """A fresh link on it."""
        url = f"{self._address}/{secrets.token_hex(6)}"
        async with over_broker(url, Access(), workers, work, at_once) as link:
            yield OpenLink(link.call, self._floor, "NATS core request")


@asynccontextmanager
async def nats_broker() -> AsyncIterator[Nats]:
    """The real server.

    Raises:
        EngineMissingError: It is not on this machine.
    """
    import nats
    from tests.engines.links import nats_server

    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder:
        server = nats_server.nats_server(nats_server.any_version(), Path(folder))
        server.start()
        address = f"nats://127.0.0.1:{server.port}"
        echo = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _ECHO, address, stdout=asyncio.subprocess.PIPE
        )
        try:
            assert echo.stdout is not None
            await echo.stdout.readline()
            there = await nats.connect(address)

            async def floor(body: bytes) -> object:
                return await there.request("floor", body, timeout=10)

            yield Nats(address, floor)
            await there.close()
        finally:
            echo.kill()
            await echo.wait()
            await asyncio.to_thread(server.stop)
