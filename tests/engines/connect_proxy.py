"""A small HTTP proxy on loopback: it connects to what it is asked for (CONNECT), or refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def connect_proxy(refuses_with: str = "") -> AsyncIterator[tuple[int, list[str]]]:
    """The port of a proxy that does CONNECT, and what it was asked for; one that says no, with this status."""
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
        if refuses_with:
            writer.write(f"HTTP/1.1 {refuses_with}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
            writer.close()
            return
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
