"""A local server that speaks the wire forms of cloud models: Chat Completions and Responses, as OpenAI, Azure OpenAI
and Foundry serve them, streaming and not, with their errors.

It is written from public documentation and not verified against Azure. It is no model: it asks for the tool once and
then says fixed words. It records every request, byte for byte, so that a test can look at what was on the wire.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.engines.cloud_wire_forms import Turn, answer_chat, answer_responses, stream_chat, stream_responses

KEY = "wire-key-0123456789"
MODEL = "wire-model"
AGENT = "wire-agent"
GUIDANCE = ("めまいと動悸は", "甲状腺の病気と関係するかもしれません。", "医師に相談してください。")

#: Error bodies as the services document them: status, headers, body.
ERRORS: dict[str, tuple[int, dict[str, str], dict[str, Any]]] = {
    "wrong_key": (401, {}, {"error": {"code": "invalid_api_key", "message": "Incorrect API key provided: wire-***"}}),
    "denied": (403, {}, {"error": {"code": "PermissionDenied", "message": "The principal lacks the data action."}}),
    "unknown_deployment": (
        404,
        {},
        {"error": {"code": "DeploymentNotFound", "message": "The API deployment for this resource does not exist."}},
    ),
    "unknown_model": (404, {}, {"error": {"code": "model_not_found", "message": "The model does not exist."}}),
    "wrong_path": (404, {}, {"error": {"code": "404", "message": "Resource not found"}}),
    "quota": (429, {}, {"error": {"code": "insufficient_quota", "message": "You exceeded your current quota."}}),
    "too_many": (429, {"retry-after": "0"}, {"error": {"code": "RateLimitReached", "message": "Retry after 0 s."}}),
    "content_filter": (
        400,
        {},
        {
            "error": {
                "code": "content_filter",
                "message": "filtered",
                "innererror": {"code": "ResponsibleAIPolicyViolation"},
            }
        },
    ),
    "bad_request": (400, {}, {"error": {"code": "invalid_request_error", "message": "echo: めまい"}}),
    "broken": (500, {}, {"error": {"code": "server_error", "message": "echo: めまい"}}),
    "unavailable": (503, {"retry-after": "0"}, {"error": {"code": "unavailable", "message": "later"}}),
    "redirect": (307, {"location": "http://127.0.0.1:1/elsewhere"}, {}),
}


@dataclass(frozen=True)
class Recorded:
    """One request as it was on the wire."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


@dataclass
class Wire:
    """What the server says. A test sets these between requests."""

    key: str = KEY
    guidance: tuple[str, ...] = GUIDANCE
    #: How many questions it asks the tool about, in turn: None asks once a question.
    arguments: Mapping[str, str] | None = None
    calls: bool = True
    #: It asks the tool twice at once.
    twice: bool = False
    thinks: bool = False
    talks_first: bool = False
    #: Name of an error of `ERRORS`, and for how many requests it lasts (after `spare` good ones).
    error: str = ""
    times: int = 10**9
    spare: int = 0
    #: The stream ends after this many events, without its end.
    cut_after: int | None = None
    filtered: bool = False
    hangs: bool = False
    requests: list[Recorded] = field(default_factory=list)
    url: str = ""
    released: threading.Event = field(default_factory=threading.Event)
    #: Set with the first request.
    arrived: threading.Event = field(default_factory=threading.Event)

    def turn(self, user: str, is_answered: bool, number: int) -> Turn:
        """What to say now: the user's last text, and whether the tool has answered it."""
        thought = "考えています" if self.thinks else ""
        if is_answered or not self.calls:
            return Turn(number, pieces=self.guidance, thought=thought, filtered=self.filtered)
        symptoms, _, rest = user.partition("\n\n")
        case = rest.partition(": ")[2]
        given = {"symptoms": symptoms, **({"case": case} if case else {})}
        call = json.dumps(given if self.arguments is None else dict(self.arguments), ensure_ascii=False)
        before = ("調べます。",) if self.talks_first else ()
        return Turn(number, call=call, thought=thought, pieces=before, twice=self.twice)

    def fault(self) -> tuple[int, dict[str, str], dict[str, Any]] | None:
        """The error to answer the newest request with."""
        if self.error and self.spare < len(self.requests) <= self.spare + self.times:
            return ERRORS[self.error]
        return None


def _handler(wire: Wire) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            wire.requests.append(Recorded(self.command, parts.path, parse_qs(parts.query), headers, raw))
            wire.arrived.set()
            fault = wire.fault()
            if fault is None and wire.key not in (headers.get("api-key"), headers.get("authorization", "")[7:]):
                fault = ERRORS["wrong_key"]
            if wire.hangs:
                wire.released.wait(60)
                self.close_connection = True
            elif fault is not None:
                self._whole(*fault)
            elif parts.path.endswith("/chat/completions"):
                self._chat(json.loads(raw))
            elif parts.path.endswith("/responses"):
                self._responses(json.loads(raw))
            else:
                self._whole(*ERRORS["wrong_path"])

        def _chat(self, body: Any) -> None:
            messages = body["messages"]
            turn = wire.turn(_last_text(messages), messages[-1]["role"] == "tool", len(wire.requests))
            if body.get("stream"):
                self._stream(stream_chat(turn, MODEL))
            else:
                self._whole(200, {}, answer_chat(turn, MODEL))

        def _responses(self, body: Any) -> None:
            items = body["input"]
            turn = wire.turn(_last_text(items), items[-1].get("type") == "function_call_output", len(wire.requests))
            if body.get("stream"):
                self._stream(stream_responses(turn, MODEL))
            else:
                self._whole(200, {}, answer_responses(turn, MODEL))

        def _whole(self, status: int, headers: Mapping[str, str], body: Any) -> None:
            data = json.dumps(body, ensure_ascii=False).encode()
            self.send_response(status)
            for name, value in {
                "content-type": "application/json",
                **headers,
                "content-length": str(len(data)),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def _stream(self, events: Iterator[str]) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("connection", "close")
            self.end_headers()
            self.close_connection = True
            for number, event in enumerate(events):
                if number == wire.cut_after:
                    return
                try:
                    self.wfile.write(event.encode())
                    self.wfile.flush()
                except OSError:  # the client has gone
                    return

    return Handler


def _last_text(items: Any) -> str:
    """The newest text of the user, in either form."""
    for item in reversed(items):
        if item.get("role") == "user":
            content = item["content"]
            return content if isinstance(content, str) else str(content[0]["text"])
    return ""


@contextmanager
def serving_wire(wire: Wire, tls: ssl.SSLContext | None = None) -> Iterator[Wire]:
    """Serve until the block ends; over https with the certificate of `tls`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(wire))
    server.daemon_threads = True
    wire.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        wire.released.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
