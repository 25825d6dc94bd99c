"""Links with their engines for measurements: each opens, gives a way to call, and knows its floor."""

from __future__ import annotations

import asyncio
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from tests.engines.process import Server, free_port
from tests.link.faults import LinkUnderTest, Workers

from sekisho.link.call import Caller
from sekisho.link.envelope import Envelopes
from sekisho.link.keyring import save_keyring
from sekisho.link.open import Access, open_caller

Call = Callable[[bytes], Awaitable[object]]


@dataclass
class OpenLink:
    """A link with workers on it."""

    call: Call
    floor: Call
    floor_name: str


async def _nothing() -> None:
    return None


@asynccontextmanager
async def websocket(workers: int, work: float, at_once: int = 1) -> AsyncIterator[OpenLink]:
    """Agent -> POST -> gateway -> WebSocket -> worker, and back."""
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder:
        state, port = Path(folder), free_port()
        tokens = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        link = LinkUnderTest(
            f"ws://127.0.0.1:{port}/link", Access(tokens[0]), Access(tokens[1]), _nothing, lambda: None
        )
        zone = Workers(link, state, work, work, at_once=at_once).without_ledger()
        save_keyring(zone.keys.ring, state / "cloud.json")
        command: list[str | Path] = [sys.executable, "-m", "bench.link_hub", str(port), state, *tokens]
        server = Server(command, port, state / "hub.log")
        server.start()
        async with (
            running(zone, workers),
            httpx2.AsyncClient(trust_env=False, timeout=60, base_url=f"http://127.0.0.1:{port}") as http,
        ):
            try:
                await until_answered(lambda body: http.post("/call", content=body), workers)
                yield OpenLink(
                    lambda body: _posted(http, "/call", body), lambda body: _posted(http, "/echo", body), "bare POST"
                )
            finally:
                await asyncio.to_thread(server.stop)


async def _posted(http: httpx2.AsyncClient, path: str, body: bytes) -> bytes:
    response = await http.post(path, content=body)
    assert response.status_code == 200
    return response.content


@asynccontextmanager
async def over_broker(url: str, access: Access, workers: int, work: float, at_once: int = 1) -> AsyncIterator[OpenLink]:
    """Caller -> broker -> worker, and back."""
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder:
        link = LinkUnderTest(url, access, access, _nothing, lambda: None)
        zone = Workers(link, Path(folder), work, work, at_once=at_once).without_ledger()
        async with running(zone, workers), Caller(open_caller(url, access), Envelopes(zone.keys)) as caller:

            async def call(body: bytes) -> bytes:
                return await caller.call(body, 60)

            await until_answered(call, workers)
            yield OpenLink(call, call, "itself")


@asynccontextmanager
async def running(zone: Workers, workers: int) -> AsyncIterator[None]:
    """Worker processes."""
    for _ in range(workers):
        zone.start()
    try:
        await asyncio.to_thread(zone.wait_until_ready)
        yield
    finally:
        await asyncio.to_thread(zone.end)


async def until_answered(call: Call, workers: int) -> None:
    """Warm up every worker."""
    async with asyncio.timeout(60):
        while True:
            try:
                for _ in range(3):
                    await asyncio.gather(*(call(b"warm up") for _ in range(workers * 8)))
            except Exception:  # noqa: BLE001 - it is on its way up
                await asyncio.sleep(0.2)
            else:
                return
