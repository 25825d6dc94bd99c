"""Servers to test: the real application on a loopback port in a thread, and the real `sekisho serve` process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx2
import uvicorn

from sekisho.bearer import Bearer
from sekisho.checkpoint.door import Checkpoint
from sekisho.checkpoint.ledger import Ledger, MemoryLedger
from sekisho.checkpoint.policy import load_policy
from sekisho.listening import listening_socket
from sekisho.local.background import DEADLINE_SECONDS, Background
from sekisho.local.medical.domain import MedicalDomain
from sekisho.local.model.protocol import Call, Choice, Offer, Selector
from sekisho.local.model.rules import Rules
from sekisho.local.records.cases import Cases
from sekisho.local.server import HOST, build_app, build_config

TOKEN = "test-token-0123456789-0123456789-0123456789"
#: Nobody's name and nobody's complaint: where either turns up, something private got out.
RECORD_CANARY = "綾小路カナリヤ"
SYMPTOMS_CANARY = "Zebrafinch動悸Qx7"
MODERN = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
}
SAMPLE = files("sekisho.samples") / "01-thyroid.json"
#: How long anything may take before a test says that it hangs.
PATIENCE = 30.0


def sample_case(folder: Path, name: str = "a.json") -> Path:
    """The first sample with the canary as its patient's name; gives the folder."""
    folder.mkdir(exist_ok=True)
    record = json.loads(SAMPLE.read_text("utf-8"))
    record["patient"]["full_name"] = RECORD_CANARY
    record["notes"] = f"{RECORD_CANARY}さんは{record['notes']}"
    (folder / name).write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    return folder


class Held:
    """A selector whose calls wait until they are let go; it knows how many were in it at once."""

    name = "held"

    def __init__(self) -> None:
        self.go = threading.Event()
        self.entered = threading.Semaphore(0)
        self.inside = 0
        self.most = 0
        self.calls = 0
        self._lock = threading.Lock()

    def choose(self, offer: Offer, call: Call | None = None) -> Choice:
        with self._lock:
            self.inside += 1
            self.calls += 1
            self.most = max(self.most, self.inside)
        self.entered.release()
        try:
            assert self.go.wait(PATIENCE)
        finally:
            with self._lock:
                self.inside -= 1
        return Rules().choose(offer)


@dataclass
class Running:
    """A server that answers at `url`, and how to speak to it."""

    url: str
    token: str = TOKEN
    ledger: MemoryLedger = field(default_factory=MemoryLedger)

    @property
    def port(self) -> int:
        return httpx2.URL(self.url).port or 0

    def headers(self, method: str, name: str = "", version: str = MODERN) -> dict[str, str]:
        found = {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": version,
            "Mcp-Method": method,
        }
        return {**found, "Mcp-Name": name} if name else found

    def client(self) -> httpx2.Client:
        return httpx2.Client(trust_env=False, timeout=PATIENCE, verify=False)  # plain HTTP: no certificates to load

    def send(self, method: str, params: dict[str, Any], meta: dict[str, Any] | None = None) -> httpx2.Response:
        """One request of the current, stateless protocol."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": {**META, **(meta or {})}}}
        with self.client() as client:
            return client.post(self.url, json=body, headers=self.headers(method, params.get("name", "")))

    def call(
        self, arguments: object, tool: str = "get_patient_background", meta: dict[str, Any] | None = None
    ) -> httpx2.Response:
        return self.send("tools/call", {"name": tool, "arguments": arguments}, meta)

    def legacy(self, method: str, params: dict[str, Any], version: str = "2025-06-18") -> httpx2.Response:
        """One request of the protocol as it was before it became stateless."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        with self.client() as client:
            return client.post(self.url, json=body, headers=self.headers(method, version=version))


def messages(response: httpx2.Response) -> list[dict[str, Any]]:
    """The JSON-RPC messages of a response, streamed or not."""
    if response.headers["content-type"].startswith("text/event-stream"):
        lines = [line.removeprefix("data:") for line in response.text.splitlines() if line.startswith("data:")]
        return [json.loads(line) for line in lines if line.strip()]
    return [response.json()]


def result(response: httpx2.Response) -> dict[str, Any]:
    found: dict[str, Any] = messages(response)[-1]["result"]
    return found


def code(response: httpx2.Response) -> str:
    """The fixed code of a refusal; fails where there is more than the code."""
    answer = result(response)
    assert answer["isError"] is True
    assert "structuredContent" not in answer
    (block,) = answer["content"]
    refusal = json.loads(block["text"])
    assert refusal.keys() == {"error"}
    return str(refusal["error"])


_DOMAIN: list[MedicalDomain] = []


def background(
    cases: Path,
    state: Path,
    selector: Selector | None = None,
    ledger: Ledger | None = None,
    seconds: float = DEADLINE_SECONDS,
) -> Background:
    """The real main job over these cases."""
    if not _DOMAIN:
        _DOMAIN.append(MedicalDomain())
    state.mkdir(exist_ok=True)
    domain = _DOMAIN[0]
    checkpoint = Checkpoint(domain.catalog, load_policy(None), ledger or MemoryLedger())
    return Background(Cases(cases, state), domain, selector or Rules(), checkpoint, seconds=seconds)


@contextmanager
def serving(job: Background, ledger: MemoryLedger | None = None) -> Iterator[Running]:
    """Serve in a thread until the block ends."""
    with listening_socket(HOST, 0) as listener:
        port = listener.getsockname()[1]
        ready = threading.Event()

        class Announced(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                ready.set()

        app = build_app(job, Bearer(TOKEN), port)
        config = build_config(app)
        config.timeout_graceful_shutdown = 1
        web = Announced(config)
        thread = threading.Thread(target=web.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        assert ready.wait(PATIENCE)
        try:
            yield Running(f"http://127.0.0.1:{port}/mcp", ledger=ledger or MemoryLedger())
        finally:
            web.should_exit = True
            thread.join(PATIENCE)
            assert not thread.is_alive()


@dataclass
class Process(Running):
    """A `sekisho serve` of its own."""

    process: subprocess.Popen[bytes] = field(default=None)  # type: ignore[assignment]
    state: Path = Path()


@contextmanager
def sekisho_serve(
    cases: Path,
    state: Path,
    launcher: str = "from sekisho.cli import main",
    stderr: Any = None,
    desk: str = "",
    **environment: str,
) -> Iterator[Process]:
    """Start the real process on a free port; killed at the end if it still runs.

    `launcher` is Python that leaves `main`, the command line, in its namespace: what a test wants to be different.
    """
    command = ["serve", "--cases", str(cases), "--state", str(state), "--token-file", str(state / "token")]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
    with subprocess.Popen(
        [sys.executable, "-c", f"{launcher}\nraise SystemExit(main())", *command, "--port", "0", "--lang", "en"]
        + (["--desk", desk] if desk else []),
        stdin=subprocess.PIPE if desk else None,
        stdout=subprocess.PIPE,
        stderr=stderr if stderr is not None else subprocess.DEVNULL,
        env={**inherited, **environment},
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().decode().strip()
            assert url, f"serve ended with {process.wait(PATIENCE)}"
            token = (state / "token").read_text("ascii").strip()
            yield Process(url, token, process=process, state=state)
        finally:
            process.kill()


def until(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait until it is so."""
    end = time.monotonic() + patience
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        pause.wait(0.005)


def half_read(path: Path, word: str) -> str:
    """The lines of a file that hold a word."""
    return "\n".join(line for line in path.read_text("utf-8").splitlines() if word in line)
