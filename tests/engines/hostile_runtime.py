"""A server in the form of a local model's that does everything wrong, on purpose: raw bytes on real sockets.

To the probe it answers as a good one does, so that it is trusted with real questions. What it says then is up to the
test: any text, any finish reason, or one of the faults of `hostile_faults`.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

NAME = "hostile"

Body = dict[str, Any]


class Wire:
    """One connection with one question on it."""

    def __init__(self, connection: socket.socket, closing: threading.Event) -> None:
        self._connection = connection
        self._closing = closing

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def pause(self, seconds: float) -> bool:
        """Wait; False where the server is closing."""
        return not self._closing.wait(seconds)

    def reset(self) -> None:
        """End the connection as a crash does."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()

    def answer(
        self,
        body: bytes,
        status: str = "200 OK",
        kind: str = "application/json",
        length: int | None = None,
        more: str = "",
    ) -> None:
        """A whole HTTP response; `length` is what it says of its own length."""
        claimed = len(body) if length is None else length
        head = (
            f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {claimed}\r\n{more}connection: close\r\n\r\n"
        )
        self.send(head.encode() + body)

    def say(self, text: str, finish: str = "stop", **more: object) -> None:
        """An answer in the usual form."""
        self.answer(completion(text, finish, **more))


def completion(text: str, finish: str = "stop", **more: object) -> bytes:
    """The usual form of an answer."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "finish_reason": finish, "message": message}
    usage = {"prompt_tokens": 1, "completion_tokens": 1}
    return json.dumps({"choices": [choice], "usage": usage, **more}, ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )


Play = Callable[[Wire, Body], None]


class HostileRuntime(ThreadingTCPServer):
    """The server. `play` is what it does with the next questions."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, play: Play | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.play: Play = play or (lambda wire, _: wire.say("{}"))
        #: The questions that it was asked, as they came; those of the probe are not among them.
        self.received: list[bytes] = []
        #: Everything else that somebody asked it for, by path.
        self.paths: list[str] = []
        self.closing = threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def close(self) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is what these tests are about."""


class _Connection(BaseRequestHandler):
    server: HostileRuntime

    def handle(self) -> None:
        head, body = _read(self.request)
        path = head.split(b" ", 2)[1].decode("ascii", "replace")
        wire = Wire(self.request, self.server.closing)
        if path == "/v1/models":
            wire.answer(json.dumps({"object": "list", "data": [{"id": NAME, "object": "model"}]}).encode())
        elif path == "/v1/chat/completions":
            question = json.loads(body)
            if (word := _probed(question)) is not None:
                wire.say(json.dumps({"word": word}))
                return
            self.server.received.append(body)
            self.server.play(wire, question)
        else:
            self.server.paths.append(path)
            wire.answer(b"{}", "404 Not Found")


def _read(connection: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += (got := connection.recv(65536))
        if not got:
            raise ConnectionError
    head, _, body = data.partition(b"\r\n\r\n")
    wanted = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < wanted:
        body += connection.recv(65536)
    return head, body


def _probed(question: Body) -> str | None:
    """The word that the probe asks for."""
    properties = schema_of(question).get("properties", {})
    return str(properties["word"]["enum"][0]) if "word" in properties else None


def schema_of(question: Body) -> Body:
    """The schema of a question."""
    found: Body = question.get("response_format", {}).get("json_schema", {}).get("schema", {})
    return found


def offered(question: Body) -> list[str]:
    """The ids that a question of the mode `select` offers."""
    found: list[str] = schema_of(question).get("properties", {}).get("history", {}).get("items", {}).get("enum", [])
    return found
