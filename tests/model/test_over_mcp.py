"""A language model behind the real MCP server: a caller that goes away ends the generation, and sees only the bytes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.model.chat_server import ChatServer, Fault, is_probe, obedient, saying, serving, until_gone
from tests.model.rooms import Room, domain, room
from tests.server import running as mcp
from tests.server.running import Running, until

from sekisho.checkpoint.door import Checkpoint
from sekisho.checkpoint.ledger import MemoryLedger
from sekisho.checkpoint.outcome import Disclosure
from sekisho.checkpoint.policy import Policy
from sekisho.local.background import Background
from sekisho.local.records.cases import Cases
from sekisho.local.tool import AT_WORK

PATIENCE = 30.0
CALL = {"name": "get_patient_background", "arguments": {"symptoms": "めまい"}}


@pytest.fixture
def hanging() -> Iterator[tuple[ChatServer, threading.Semaphore]]:
    """A model that hangs until its caller has gone, and says when it was asked."""
    asked = threading.Semaphore(0)

    def brain(body: dict[str, Any]) -> str | Fault:
        if is_probe(body):
            return obedient(body)
        asked.release()
        return until_gone

    with serving(brain=brain) as server:
        yield server, asked


def post(running: Running, body: dict[str, Any], version: str, timeout: float = PATIENCE) -> httpx2.Response:
    with httpx2.Client(trust_env=False, timeout=timeout, verify=False) as client:
        headers = running.headers(body["method"], body["params"].get("name", ""), version)
        return client.post(running.url, json=body, headers=headers)


def is_over(home: Room) -> bool:
    return home.model.device.at_work == 0 and bool(home.ledger.entries)


@pytest.mark.parametrize("progress", [False, True], ids=["silent", "with progress"])
@pytest.mark.parametrize("version", [mcp.MODERN, "2025-06-18"], ids=["current", "older"])
def test_a_client_that_disconnects_ends_the_generation(
    tmp_path: Path, hanging: tuple[ChatServer, threading.Semaphore], version: str, progress: bool
) -> None:
    server, asked = hanging
    meta = {**(mcp.META if version == mcp.MODERN else {}), **({"progressToken": "p"} if progress else {})}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {**CALL, "_meta": meta}}
    with room(tmp_path, server.url, seconds=PATIENCE) as home, mcp.serving(home.background) as running:
        with pytest.raises(httpx2.TimeoutException):
            post(running, body, version, timeout=1.5)
        assert asked.acquire(timeout=PATIENCE)
        start = time.monotonic()
        assert server.gone.wait(PATIENCE)
        until(lambda: is_over(home))
        assert time.monotonic() - start < PATIENCE / 2
        assert [entry.code for entry in home.ledger.entries] == ["cancelled"]


def test_what_a_caller_receives_is_the_approved_bytes_and_no_word_of_the_model(tmp_path: Path) -> None:
    said = "秘密のカナリヤ"
    answers = iter([f"{said}", f'{{"history": ["F5"], "risks": [], "{said}": 1}}'])
    with (
        serving(brain=saying(lambda _: next(answers))) as server,
        room(tmp_path, server.url) as home,
        mcp.serving(home.background, home.ledger) as running,
    ):
        response = running.call({"symptoms": "めまいと動悸"}, meta={"progressToken": "p"})
        text = mcp.result(response)["content"][0]["text"]
        assert said not in response.text
        assert home.ledger.entries[-1].summary == text
        assert home.by == "rules (fallback: model_invalid)"
        steps = [m["params"]["message"] for m in mcp.messages(response) if m.get("method") == "notifications/progress"]
        assert steps == ["record", "facts", "model", "checkpoint"]


def test_nobody_waits_past_the_deadline_however_many_ask_at_once(
    tmp_path: Path, hanging: tuple[ChatServer, threading.Semaphore]
) -> None:
    server, _ = hanging
    seconds, callers = 3.0, 10
    with room(tmp_path, server.url, seconds=seconds) as home, mcp.serving(home.background, home.ledger) as running:
        home.background.open(home.background._cases.find(None))
        home.model.findings = None
        times: list[float] = []
        answers: list[dict[str, Any]] = []

        def call(number: int) -> None:
            start = time.monotonic()
            response = running.call({"symptoms": ["めまい", "動悸", "頭痛", "発熱", "咳"][number % 5]})
            times.append(time.monotonic() - start)
            answers.append(mcp.result(response))

        threads = [threading.Thread(target=call, args=(i,)) for i in range(callers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert len(answers) == callers
        assert max(times) < seconds + 1.0  # and what HTTP takes
        codes = {json.loads(a["content"][0]["text"]).get("error") for a in answers if a.get("isError")}
        assert codes <= {"deadline", "busy"}


def test_whoever_waits_for_a_place_for_as_long_as_an_answer_may_take_is_told_that_it_is_busy(tmp_path: Path) -> None:
    held, ledger = mcp.Held(), MemoryLedger()
    cases = Cases(mcp.sample_case(tmp_path / "cases"), tmp_path)
    checkpoint = Checkpoint(domain().catalog, Policy(), ledger)
    job = Background(cases, domain(), held, checkpoint, seconds=1.0)
    with mcp.serving(job, ledger) as running:
        threads = [threading.Thread(target=running.call, args=({"symptoms": "めまい"},)) for _ in range(AT_WORK)]
        for thread in threads:
            thread.start()
        for _ in threads:
            assert held.entered.acquire(timeout=PATIENCE)
        start = time.monotonic()
        assert mcp.code(running.call({"symptoms": "めまい"})) == "busy"
        assert 0.9 < time.monotonic() - start < PATIENCE / 2
        held.go.set()
        for thread in threads:
            thread.join(PATIENCE)


def test_the_summary_of_a_model_is_that_of_the_main_job(tmp_path: Path) -> None:
    with serving() as server, room(tmp_path, server.url) as home, mcp.serving(home.background) as running:
        outcome = home.ask("めまい")
        assert isinstance(outcome, Disclosure)
        text = mcp.result(running.call({"symptoms": "めまい"}))["content"][0]["text"]
        assert text.encode() == outcome.data
