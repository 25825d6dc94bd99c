"""A small HTTP proxy that only opens tunnels (CONNECT), as those of hospitals do, and keeps what it was asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class TunnelProxy:
    """What it saw. `refuses_with` is the status by which it says no to every request."""

    refuses_with: str = ""
    heads: list[bytes] = field(default_factory=list)
    #: Everything that went through its tunnels to the endpoint.
    carried: bytearray = field(default_factory=bytearray)
    url: str = ""

    @property
    def asked(self) -> list[str]:
        """Method and target of each request."""
        return [" ".join(head.decode("latin-1").split(" ")[:2]) for head in self.heads]


@contextmanager
def serving_proxy(proxy: TunnelProxy) -> Iterator[TunnelProxy]:
    """Serve until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    proxy.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    opened: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                opened.append(client)
                start(_serve, proxy, client, opened, start)

    def start(run: object, *given: object) -> None:
        thread = threading.Thread(target=run, args=given, daemon=True)  # type: ignore[arg-type]
        threads.append(thread)
        thread.start()

    start(accept)
    try:
        yield proxy
    finally:
        for open_socket in (listener, *opened):
            with suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
            open_socket.close()
        for thread in threads:
            thread.join(10)


def _serve(proxy: TunnelProxy, client: socket.socket, opened: list[socket.socket], start: object) -> None:
    head = b""
    with suppress(OSError):
        while b"\r\n\r\n" not in head and (piece := client.recv(4096)):
            head += piece
        if b"\r\n\r\n" not in head:
            return  # it went before it had asked, as one whose patience ended while it waited here
        proxy.heads.append(head)
        method, target, _ = head.split(b" ", 2)
        if proxy.refuses_with or method != b"CONNECT":
            status = proxy.refuses_with or "403 Forbidden"
            client.sendall(f"HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n".encode())
            client.close()
            return
        host, _, port = target.decode().rpartition(":")
        endpoint = socket.create_connection((host, int(port)), timeout=10)
        opened.append(endpoint)
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        start(_pump, endpoint, client, bytearray())  # type: ignore[operator]
        _pump(client, endpoint, proxy.carried)


def _pump(source: socket.socket, target: socket.socket, kept: bytearray) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            kept += data
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
