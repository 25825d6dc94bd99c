"""The process: it stops when told, and whatever ends it or its disk, nothing is left half-written."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.server.running import PATIENCE, Process, code, half_read, result, sekisho_serve, until

from sekisho.bearer import Bearer, bearer_from
from sekisho.checkpoint.ledger_check import read_ledger, verify
from sekisho.local.server import GRACE_SECONDS

on_posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

#: The command line with a selector that hangs for ten minutes and says so.
HANGING = """
import sys, threading
from sekisho.cli import main
from sekisho.local.model.rules import Rules
def choose(self, offer, call=None):
    print("hanging", flush=True)
    threading.Event().wait(600)
Rules.choose = choose
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def released(server: Process) -> str:
    """The text block of a released call."""
    text: str = result(server.call({"symptoms": "動悸"}))["content"][0]["text"]
    assert "patient_context" in text
    return text


def ledger_command(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sekisho", "ledger", *arguments, "--state", str(state), "--lang", "en"]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False)


@on_posix
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_when_told_and_nothing_is_running(cases: Path, state: Path, told: int) -> None:
    with sekisho_serve(cases, state) as server:
        released(server)
        server.process.send_signal(told)
        assert server.process.wait(GRACE_SECONDS) in (0, -told, 130)
        with pytest.raises(httpx2.ConnectError):
            server.call({"symptoms": "動悸"})


@on_posix
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_within_the_grace_time_although_a_call_hangs(cases: Path, state: Path, told: int) -> None:
    with sekisho_serve(cases, state, HANGING) as server, ThreadPoolExecutor(1) as pool:
        assert server.process.stdout is not None
        call = pool.submit(server.call, {"symptoms": "動悸"})
        assert server.process.stdout.readline() == b"hanging\n"
        server.process.send_signal(told)
        assert server.process.wait(GRACE_SECONDS + 3) in (-told, 130)
        with pytest.raises(httpx2.HTTPError):
            call.result(PATIENCE).raise_for_status()


@on_posix
@pytest.mark.guarantee("G3", "G4")
def test_killed_at_any_moment_it_starts_again_and_the_ledger_is_whole(cases: Path, state: Path) -> None:
    chance = random.Random(20260728)
    answers = 0
    for _ in range(4):
        with sekisho_serve(cases, state) as server, ThreadPoolExecutor(4) as pool:
            end = threading.Event()
            callers = [pool.submit(call_until, server, end) for _ in range(4)]
            before = size(state)
            until(lambda: size(state) > before)  # noqa: B023 - used within the round
            end.wait(chance.uniform(0, 0.12))
            server.process.kill()
            server.process.wait(PATIENCE)
            end.set()
            answers += sum(caller.result(PATIENCE) for caller in callers)
        verdict = verify(state / "ledger.jsonl")
        assert not verdict.damaged
        # What came to a client is in the ledger: its entry was on the disk first (G3).
        assert verdict.entries >= answers
        assert not [left for left in state.iterdir() if left.name.startswith(".")], "a half-written file"
    assert answers > 0
    with sekisho_serve(cases, state) as server:
        released(server)
    verdict = verify(state / "ledger.jsonl")
    assert verdict.intact
    assert not verdict.torn


def size(state: Path) -> int:
    ledger = state / "ledger.jsonl"
    return ledger.stat().st_size if ledger.exists() else 0


def call_until(server: Process, end: threading.Event) -> int:
    """Call until the server is gone; gives how many whole answers came."""
    whole = 0
    while not end.is_set():
        try:
            whole += result(server.call({"symptoms": "動悸"})).get("isError") is not True
        except httpx2.HTTPError:
            break
    return whole


@pytest.mark.guarantee("G3")
def test_a_torn_last_line_is_cut_off_at_the_next_call(cases: Path, state: Path) -> None:
    ledger = state / "ledger.jsonl"
    with sekisho_serve(cases, state) as server:
        released(server)
    whole = ledger.read_bytes()
    ledger.write_bytes(whole + whole[:100])
    assert verify(ledger).torn
    with sekisho_serve(cases, state) as server:
        released(server)
    assert ledger.read_bytes().startswith(whole)
    assert [entry.sequence for _, entry in read_ledger(ledger) if entry] == [1, 2]
    assert verify(ledger).intact


@pytest.mark.guarantee("G3")
def test_with_a_damaged_line_it_starts_and_verify_names_the_line(cases: Path, state: Path, tmp_path: Path) -> None:
    ledger = state / "ledger.jsonl"
    with sekisho_serve(cases, state) as server:
        for _ in range(3):
            released(server)
    lines = ledger.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b'"disclosure"', b'"disclosurE"')
    ledger.write_bytes(b"".join(lines))
    said = tmp_path / "said"
    with said.open("wb") as stderr, sekisho_serve(cases, state, stderr=stderr) as server:
        released(server)
    assert "2" in half_read(said, "ledger")
    checked = ledger_command(state, "verify")
    assert checked.returncode == 1
    assert "2" in checked.stdout.replace("2026", "")
    assert verify(ledger).damaged == (2,)
    assert ledger.read_bytes().splitlines(keepends=True)[:3] == lines, "a damaged line is evidence: it stays"


@contextmanager
def disk_full_after(server: Process, room: int) -> Iterator[None]:
    """No file of this process may grow beyond what the ledger has now and a little room: as on a full disk."""
    import resource

    limit = size(server.state) + room
    before = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can change the limits of another process")
@pytest.mark.parametrize("room", [0, 1, 100])
@pytest.mark.guarantee("G3", "G4")
def test_on_a_full_disk_nothing_leaves_and_the_ledger_is_as_before(cases: Path, state: Path, room: int) -> None:
    ledger = state / "ledger.jsonl"
    with sekisho_serve(cases, state) as server:
        released(server)
        before = ledger.read_bytes()
        with disk_full_after(server, room):
            for _ in range(3):
                assert code(server.call({"symptoms": "動悸"})) == "ledger_unavailable"
                assert code(server.call({"symptoms": ""})) == "ledger_unavailable"
            assert ledger.read_bytes() == before
        released(server)
    assert verify(ledger).intact
    assert verify(ledger).entries == 2


@pytest.mark.parametrize("lost", ["fsync", "open"])
@pytest.mark.guarantee("G3", "G4")
def test_a_disk_that_fails_otherwise_stops_the_answer_too(
    server: Any, cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    import errno

    from tests.server.running import background, serving

    from sekisho.checkpoint import ledger as module
    from sekisho.checkpoint.ledger import FileLedger

    path = tmp_path / "state" / "ledger.jsonl"

    class Broken:
        """The `os` that the ledger sees, with one call that fails."""

        def __getattr__(self, name: str) -> Any:
            return getattr(os, name)

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with serving(background(cases, tmp_path / "state", ledger=FileLedger(path))) as running:
        assert "patient_context" in running.call({"symptoms": "動悸"}).text
        before = path.read_bytes()
        broken = Broken()
        setattr(broken, lost, fail)
        with monkeypatch.context() as patch:
            patch.setattr(module, "os", broken)
            assert code(running.call({"symptoms": "動悸"})) == "ledger_unavailable"
        assert path.read_bytes() == before
        assert "patient_context" in running.call({"symptoms": "動悸"}).text
    assert verify(path).intact


def test_its_files_are_for_its_owner_only_and_hold_no_name(cases: Path, state: Path) -> None:
    with sekisho_serve(cases, state) as server:
        released(server)
        assert server.token == bearer_from(state / "token").reveal()
    assert {path.name for path in state.iterdir()} >= {"token", "ledger.jsonl", "cases.json"}
    if os.name == "posix":
        for path in state.iterdir():
            assert path.stat().st_mode & 0o077 == 0, path.name


def test_the_token_is_made_once_and_never_shown_whole(cases: Path, state: Path, tmp_path: Path) -> None:
    said = tmp_path / "said"
    tokens = []
    for _ in range(2):
        with said.open("ab") as stderr, sekisho_serve(cases, state, stderr=stderr) as server:
            tokens.append(server.token)
    assert tokens[0] == tokens[1]
    assert len(tokens[0]) >= 43
    assert tokens[0] not in said.read_text("utf-8")
    assert tokens[0] not in repr(Bearer(tokens[0]))


def test_a_port_that_is_taken_is_said_with_a_code(cases: Path, state: Path) -> None:
    with sekisho_serve(cases, state) as server:
        command = ["serve", "--cases", str(cases), "--state", str(state), "--port", str(server.port), "--lang", "en"]
        second = subprocess.run(
            [sys.executable, "-m", "sekisho", *command], capture_output=True, encoding="utf-8", timeout=30, check=False
        )
    assert second.returncode == 4
    assert second.stderr.splitlines()[-1].startswith("sekisho: port_in_use")
    assert "Traceback" not in second.stderr


@pytest.mark.guarantee("G3")
def test_each_answer_has_the_entry_that_it_says(cases: Path, state: Path) -> None:
    with sekisho_serve(cases, state) as server:
        text = released(server)
    ((_, entry),) = read_ledger(state / "ledger.jsonl")
    assert entry is not None
    assert entry.summary == text
    assert json.loads(text).keys() == {"patient_context", "symptom_relevance", "recommendations"}
