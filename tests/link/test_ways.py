"""Ways to the gateway: TLS with a private authority, a proxy that was asked for, and none that was not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.engines.certificates import make
from tests.link.hub_server import CALLERS, hub, url_of

from sekisho.errors import Code, InputError, SetupError
from sekisho.link import polling, websocket
from sekisho.link.exchange import Limits
from sekisho.link.open import Access, open_caller
from sekisho.link.rpc import Op

BOTH = pytest.mark.parametrize("scheme", ["ws", "http"])
SECURE = {"ws": "wss", "http": "https"}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "PATIENCE", 1.0)
    monkeypatch.setattr(polling, "PATIENCE", 1.0)


async def reaches(url: str, access: Access) -> bool:
    """Whether a caller gets there."""
    caller = open_caller(url, access)
    try:
        return (await caller.presence()).workers == 0
    except SetupError as error:
        if error.code is not Code.LINK_DOWN:
            raise
        return False
    finally:
        await caller.close()


@BOTH
def test_a_private_authority_is_trusted_when_it_is_named_and_only_then(tmp_path: Path, scheme: str) -> None:
    certificates = make(tmp_path)

    async def run() -> None:
        async with hub(Limits(), certificates) as (port, _):
            url = url_of(SECURE[scheme], port).replace("127.0.0.1", "localhost")
            secret = CALLERS.reveal()
            assert await reaches(url, Access(secret=secret, ca_file=certificates.authority))
            assert not await reaches(url, Access(secret=secret))
            assert not await reaches(url_of(scheme, port), Access(secret=secret)), "not without TLS either"

    asyncio.run(run())


@asynccontextmanager
async def connect_proxy() -> AsyncIterator[tuple[int, list[str]]]:
    """A proxy that does CONNECT, and the targets that it was asked for."""
    asked: list[str] = []
    tasks: set[asyncio.Task[None]] = set()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.transport.abort()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        head = await reader.readuntil(b"\r\n\r\n")
        method, target = head.split(b" ")[:2]
        asked.append(f"{method.decode()} {target.decode()}")
        host, _, port = target.decode().removeprefix("http://").partition("/")[0].rpartition(":")
        there, away = await asyncio.open_connection(host, int(port))
        if method == b"CONNECT":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        else:
            away.write(head)
        try:
            await asyncio.gather(pump(reader, away), pump(there, writer), return_exceptions=True)
        finally:
            away.transport.abort()
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], asked
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@BOTH
def test_a_proxy_is_used_when_it_is_named_and_only_then(
    tmp_path: Path, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = make(tmp_path)

    async def run() -> None:
        async with hub(Limits(), certificates) as (port, _), connect_proxy() as (through, asked):
            address = f"http://127.0.0.1:{through}"
            for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
                monkeypatch.setenv(name, address)
            url = url_of(SECURE[scheme], port)
            known = {"secret": CALLERS.reveal(), "ca_file": certificates.authority}
            assert await reaches(url, Access(**known))  # type: ignore[arg-type]
            assert asked == []
            assert await reaches(url, Access(**known, proxy=address))  # type: ignore[arg-type]
            assert asked
            assert all(target == f"CONNECT 127.0.0.1:{port}" for target in asked)

    asyncio.run(run())


@BOTH
def test_without_tls_it_goes_to_this_machine_only(scheme: str) -> None:
    for host in ("example.org", "10.0.0.1", "127.0.0.1.example.org"):
        with pytest.raises(InputError) as error:
            open_caller(f"{scheme}://{host}/link", Access())
        assert error.value.code is Code.BAD_LINK


@BOTH
def test_a_wrong_token_is_told_at_once(scheme: str) -> None:
    async def run() -> None:
        async with hub(Limits()) as (port, _):
            caller = open_caller(url_of(scheme, port), Access(secret="wrong"))
            with pytest.raises(SetupError) as error:
                await caller.presence()
            assert error.value.code is Code.LINK_DENIED
            with pytest.raises(SetupError) as again:
                await anext(caller.results(bytes(16)))
            assert again.value.code is Code.LINK_DENIED
            await caller.close()

    asyncio.run(run())


@BOTH
def test_a_link_that_is_not_there_is_told(scheme: str) -> None:
    assert not asyncio.run(reaches(f"{scheme}://127.0.0.1:1/link", Access()))


def test_a_connection_that_breaks_under_every_request_does_not_hold_up_the_rest() -> None:
    class Broken:
        async def send(self, _: bytes) -> None:
            raise ConnectionError

    async def run() -> None:
        wire = websocket.WebSocketWire("ws://127.0.0.1:1/link", Access())

        async def broken() -> object:
            return Broken()

        wire._connect = broken  # type: ignore[method-assign, assignment]
        asking = asyncio.create_task(wire.ask(Op.PRESENCE, b""))
        async with asyncio.timeout(5):
            for _ in range(20):
                await asyncio.sleep(0.01)
        await wire.close()
        with pytest.raises(SetupError):
            await asking

    asyncio.run(run())
