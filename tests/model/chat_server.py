"""A small real HTTP server that speaks the Chat Completions form, and keeps every byte that it is sent."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "tiny"
PATIENCE = 30.0
CHAT = "/v1/chat/completions"

#: What a model says to a request: its text, or a function that answers on the connection itself.
Brain = Callable[[dict[str, Any]], "str | Fault"]
Fault = Callable[[BaseHTTPRequestHandler], None]


def schema_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The schema that a server reads, under the key that OpenAI documents."""
    found: dict[str, Any] = body.get("response_format", {}).get("json_schema", {}).get("schema", {})
    return found


def ids_of(body: Mapping[str, Any]) -> list[str]:
    """The ids that may be chosen."""
    found: list[str] = schema_of(body)["properties"]["history"]["items"]["enum"]
    return found


def obedient(body: dict[str, Any]) -> str:
    """A model under an enforced schema: takes the nonce, the first two facts, or drafts nothing."""
    properties = schema_of(body).get("properties", {})
    if "word" in properties:
        return json.dumps({"word": properties["word"]["enum"][0]})
    if "history" in properties:
        return json.dumps({"history": ids_of(body)[:2], "risks": ids_of(body)[:1]})
    if "patient_context" in properties:
        return json.dumps(draft())
    return "1 2 3"


def saying(text: str | Callable[[dict[str, Any]], str]) -> Brain:
    """Obedient to the probe, and then this."""

    def brain(body: dict[str, Any]) -> str:
        if is_probe(body):
            return obedient(body)
        return text(body) if callable(text) else text

    return brain


def failing(fault: Fault) -> Brain:
    """Obedient to the probe, and then this fault."""
    return lambda body: obedient(body) if is_probe(body) else fault


def is_probe(body: Mapping[str, Any]) -> bool:
    """Whether a request holds nothing of a case."""
    properties = schema_of(body).get("properties", {})
    return not {"history", "patient_context"} & properties.keys()


def draft(**parts: list[str]) -> dict[str, Any]:
    """A draft in the article's shape; lists by the name of their key."""

    def listed(*names: str) -> dict[str, list[str]]:
        return {name: parts.get(name, []) for name in names}

    return {
        "patient_context": {
            "age_group": "",
            **listed("chronic_conditions", "allergies", "current_medications"),
        },
        "symptom_relevance": listed("related_history", "potential_interactions", "risk_factors"),
        "recommendations": parts.get("recommendations", []),
    }


@dataclass
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.raw)
        return found


@dataclass
class ChatServer:
    """What a test can set, and what came in."""

    brain: Brain = obedient
    models: list[str] = field(default_factory=lambda: [MODEL])
    #: Further JSON answers to GET, by path.
    pages: dict[str, Any] = field(default_factory=dict)
    finish_reason: str = "stop"
    usage: dict[str, Any] | None = field(
        default_factory=lambda: {"prompt_tokens": 100, "completion_tokens": 7, "total_tokens": 107}
    )
    received: list[Received] = field(default_factory=list)
    url: str = ""
    gone: threading.Event = field(default_factory=threading.Event)

    @property
    def asked(self) -> list[Received]:
        """The questions about a case."""
        return [r for r in self.received if r.path == CHAT and not is_probe(r.body)]

    def answer(self, text: str) -> bytes:
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": text},
            "finish_reason": self.finish_reason,
        }
        body: dict[str, Any] = {"id": "1", "object": "chat.completion", "model": MODEL, "choices": [choice]}
        if self.usage is not None:
            body["usage"] = self.usage
        return json.dumps(body).encode()


@contextmanager
def serving(host: str = "127.0.0.1", **settings: Any) -> Iterator[ChatServer]:
    """Serve on a free port until the block ends."""
    told = ChatServer(**settings)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing."""

        def do_GET(self) -> None:
            told.received.append(Received(self.path, dict(self.headers), b""))
            pages = {"/v1/models": {"data": [{"id": name} for name in told.models]}, **told.pages}
            page = pages.get(self.path)
            if callable(page):
                page(self)
            else:
                send(self, json.dumps(page).encode(), 200 if page is not None else 404)

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            request = Received(self.path, dict(self.headers), raw)
            told.received.append(request)
            said = told.brain(request.body)
            try:
                if callable(said):
                    said(self)
                else:
                    send(self, told.answer(said))
            except OSError:  # the caller has gone
                self.close_connection = True
                told.gone.set()

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

        def handle_error(self, request: object, client_address: object) -> None:
            """A caller that goes away is what is tested."""

    server = Server((host, 0), Handler)
    shown = f"[{host}]" if ":" in host else host
    told.url = f"http://{shown}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)


def send(handler: BaseHTTPRequestHandler, data: bytes, status: int = 200, **headers: str) -> None:
    """Answer with these bytes."""
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(data)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(data)


def raw(data: bytes, status: int = 200, **headers: str) -> Fault:
    """These bytes as the whole body."""
    return lambda handler: send(handler, data, status, **headers)


def until_gone(handler: BaseHTTPRequestHandler) -> None:
    """Hang until the caller closes the connection; then end as if the connection had broken."""
    handler.connection.settimeout(PATIENCE)
    if handler.connection.recv(1) == b"":
        raise BrokenPipeError


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """A byte at a time, for ever: each arrives long before any time limit for a single read."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    pause = threading.Event()
    while True:
        handler.wfile.write(b" ")
        handler.wfile.flush()
        pause.wait(0.02)


def endless(handler: BaseHTTPRequestHandler) -> None:
    """As much as the caller takes."""
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.close_connection = True
    while True:
        handler.wfile.write(b" " * 65536)


def lying(handler: BaseHTTPRequestHandler) -> None:
    """A content-length that is not kept."""
    handler.send_response(200)
    handler.send_header("Content-Length", "500")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')
    handler.close_connection = True


def resetting(handler: BaseHTTPRequestHandler) -> None:
    """A reset in the middle of the body."""
    handler.send_response(200)
    handler.send_header("Content-Length", "500")
    handler.end_headers()
    handler.wfile.write(b"{")
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    handler.connection.close()
    handler.close_connection = True
