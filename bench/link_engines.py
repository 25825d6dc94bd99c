"""Links with their engines for measurements: each opens, gives a way to call, and knows its floor."""

from __future__ import annotations

import asyncio
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx2
from tests.engines.process import Server, free_port
from tests.link.faults import LinkUnderTest, Workers

from sekisho.link.call import Caller
from sekisho.link.envelope import Envelopes
from sekisho.link.keyring import save_keyring
from sekisho.link.open import Access, open_caller

Call = Callable[[bytes], Awaitable[bytes]]
Floor = Callable[[bytes], Awaitable[object]]


class Opener(Protocol):
    """Opens a fresh link whose workers do so many tasks at once."""

    def __call__(self, at_once: int) -> AbstractAsyncContextManager[OpenLink]: ...


@dataclass
class OpenLink:
    """A link with worker processes on it."""

    call: Call
    floor: Floor
    floor_name: str
    zone: Workers
    #: A second floor, and its name: the engine's own way to do what the link promises.
    durable: tuple[Floor, str] | None = None

    async def have_workers(self, count: int) -> None:
        """Start workers until there are so many, and go on when each of them has answered a question."""
        while len(self.zone.running) < count:
            self.zone.start()
            await asyncio.to_thread(self.zone.wait_for_the_last)
        answered: set[bytes] = set()
        async with asyncio.timeout(60):
            while len(answered) < count:
                asked = await asyncio.gather(*(self.call(b"who") for _ in range(count * 4)), return_exceptions=True)
                answered |= {answer for answer in asked if isinstance(answer, bytes)}
                if not answered:
                    await asyncio.sleep(0.2)


async def _nothing() -> None:
    return None


@asynccontextmanager
async def websocket(at_once: int) -> AsyncIterator[OpenLink]:
    """Agent -> POST -> gateway -> WebSocket -> worker, and back."""
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder:
        state, port = Path(folder), free_port()
        tokens = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        link = LinkUnderTest(
            f"ws://127.0.0.1:{port}/link", Access(tokens[0]), Access(tokens[1]), _nothing, lambda: None
        )
        zone = Workers(link, state, 0, 0, at_once=at_once).without_ledger()
        save_keyring(zone.keys.ring, state / "cloud.json")
        command: list[str | Path] = [sys.executable, "-m", "bench.link_hub", str(port), state, *tokens]
        server = Server(command, port, state / "hub.log")
        server.start()
        try:
            async with (
                ended(zone),
                httpx2.AsyncClient(trust_env=False, timeout=60, base_url=f"http://127.0.0.1:{port}") as http,
            ):
                yield OpenLink(
                    lambda body: _posted(http, "/call", body),
                    lambda body: _posted(http, "/echo", body),
                    "bare POST",
                    zone,
                )
        finally:
            await asyncio.to_thread(server.stop)


async def _posted(http: httpx2.AsyncClient, path: str, body: bytes) -> bytes:
    response = await http.post(path, content=body)
    assert response.status_code == 200
    return bytes(response.content)


@asynccontextmanager
async def over_broker(
    url: str,
    access: Access,
    at_once: int,
    floor: Floor,
    floor_name: str,
    durable: tuple[Floor, str] | None = None,
) -> AsyncIterator[OpenLink]:
    """Caller -> broker -> worker, and back."""
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder:
        link = LinkUnderTest(url, access, access, _nothing, lambda: None)
        zone = Workers(link, Path(folder), 0, 0, at_once=at_once).without_ledger()
        async with ended(zone), Caller(open_caller(url, access), Envelopes(zone.keys)) as caller:
            yield OpenLink(lambda body: caller.call(body, 60), floor, floor_name, zone, durable)


@asynccontextmanager
async def ended(zone: Workers) -> AsyncIterator[None]:
    """The worker processes of a zone end with the block."""
    try:
        yield
    finally:
        await asyncio.to_thread(zone.end)
