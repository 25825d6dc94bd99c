"""A loopback proxy that adds the bearer token: the public suite cannot send a header of ours.

It changes three header lines of a request and nothing else: the token is added, the connection is closed after one
answer, and the proxy's own address in `Host` and `Origin` becomes the server's, because the server insists on its own.
Any other `Host` or `Origin` goes through untouched, so that the suite's attack with a foreign one reaches the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_CHUNK = 65536


class _Proxy:
    def __init__(self, port: int, token: str) -> None:
        self.server_port = port
        self.own_port = 0
        self.token = token

    async def serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pumps: list[asyncio.Task[None]] = []
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.server_port)
            up_writer.write(self.changed(head))
            pumps = [asyncio.create_task(_pump(reader, up_writer)), asyncio.create_task(_pump(up_reader, writer))]
            # Whoever hangs up first ends both ways: the server must notice a client that goes away.
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            up_writer.close()
        except (OSError, EOFError, asyncio.LimitOverrunError):
            pass
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def changed(self, head: bytes) -> bytes:
        lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
        kept = [self._address(line) for line in lines if not line.lower().startswith(b"connection:")]
        added = [b"Authorization: Bearer " + self.token.encode(), b"Connection: close"]
        return b"\r\n".join([*kept, *added, b"", b""])

    def _address(self, line: bytes) -> bytes:
        if not line.lower().startswith((b"host:", b"origin:")):
            return line
        for name in (b"127.0.0.1", b"localhost"):
            line = line.replace(b"%b:%d" % (name, self.own_port), b"%b:%d" % (name, self.server_port))
        return line


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(_CHUNK):
            sink.write(data)
            await sink.drain()


@contextmanager
def token_proxy(port: int, token: str) -> Iterator[int]:
    """Run the proxy in a thread; gives its own port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    proxy = _Proxy(port, token)

    async def start() -> asyncio.Server:
        return await asyncio.start_server(proxy.serve_one, "127.0.0.1", 0)

    async def stop(server: asyncio.Server) -> None:
        server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    proxy.own_port = server.sockets[0].getsockname()[1]
    try:
        yield proxy.own_port
    finally:
        asyncio.run_coroutine_threadsafe(stop(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
