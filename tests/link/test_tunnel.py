"""Dev Tunnels, against a stand-in for the `devtunnel` command: the real one needs an account."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import psutil
import pytest
from tests.engines.devtunnel import stand_in

from sekisho.cli import main
from sekisho.errors import Code, SetupError
from sekisho.link import tunnel
from sekisho.private_file import write_private

Install = Callable[[str], Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts the stand-in on the PATH; it behaves as it is told."""

    def install(how: str) -> Path:
        folder = stand_in(tmp_path / "bin", how)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return folder / "asked.jsonl"

    return install


def server(status: int) -> Iterator[int]:
    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    running = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield running.server_port
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def guarded() -> Iterator[int]:
    yield from server(401)


@pytest.fixture
def unguarded() -> Iterator[int]:
    yield from server(200)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "state"
    yield folder
    tunnel.stop(folder)


def test_a_tunnel_is_started_shown_and_stopped(install: Install, guarded: int, state: Path) -> None:
    install("in")
    started = tunnel.start(guarded, state)
    assert started.url == f"https://abc123-{guarded}.usw2.devtunnels.ms"
    assert tunnel.status(state) == started
    assert tunnel.start(guarded, state) == started, "a second start finds the first"
    assert (state / "tunnel.json").stat().st_mode & 0o077 == 0
    assert tunnel.stop(state)
    assert tunnel.status(state) is None
    assert not tunnel.stop(state)


def test_the_command_gets_no_setting_and_no_key_of_ours(
    install: Install, guarded: int, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("in")
    monkeypatch.setenv("SEKISHO_CLOUD_KEY", "the-key")
    given = psutil.Process(tunnel.start(guarded, state).pid).environ()
    assert "PATH" in given
    assert [name for name in given if name.startswith("SEKISHO_")] == []


def test_it_is_anonymous_only_where_that_is_asked_for(install: Install, guarded: int, state: Path) -> None:
    asked = install("in")
    tunnel.start(guarded, state)
    tunnel.stop(state)
    tunnel.start(guarded, state, anonymous=True)
    hosted = [line for line in map(json.loads, asked.read_text("utf-8").splitlines()) if line[0] == "host"]
    assert ["--allow-anonymous" in line for line in hosted] == [False, True]


def test_a_tunnel_that_cannot_be_noted_is_not_left_open(
    install: Install, guarded: int, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("in")
    opened: list[int] = []

    def full(path: Path, data: bytes) -> None:
        if path.name == "tunnel.json":
            opened.append(json.loads(data)["pid"])
            raise OSError("No space left on device")
        write_private(path, data)

    monkeypatch.setattr(tunnel, "write_private", full)
    assert refused(guarded, state) is Code.STATE_UNUSABLE
    assert [pid for pid in opened if psutil.pid_exists(pid)] == []


def test_a_tunnel_whose_start_is_interrupted_is_not_left_open(
    install: Install, guarded: int, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("in")
    before, opened = psutil.Process().children(), []

    def ctrl_c(_: str) -> NoReturn:
        opened.extend(process for process in psutil.Process().children() if process not in before)
        raise KeyboardInterrupt

    monkeypatch.setattr(tunnel, "_URL", SimpleNamespace(search=ctrl_c))
    with pytest.raises(KeyboardInterrupt):
        tunnel.start(guarded, state)
    assert opened
    running = [process for process in opened if process.is_running()]
    for process in running:
        process.kill()
    assert running == []


def refused(port: int, state: Path) -> Code:
    with pytest.raises(SetupError) as error:
        tunnel.start(port, state)
    assert tunnel.status(state) is None
    return error.value.code


def test_a_server_that_asks_for_no_token_gets_no_tunnel(install: Install, unguarded: int, state: Path) -> None:
    asked = install("in")
    assert refused(unguarded, state) is Code.TUNNEL_UNGUARDED
    assert not asked.exists(), "nothing was started"


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("out", Code.TUNNEL_NOT_SIGNED_IN),
        ("expired", Code.TUNNEL_NOT_SIGNED_IN),
        ("broken", Code.TUNNEL_FAILED),
    ],
)
def test_what_is_wrong_is_said(how: str, code: Code, install: Install, guarded: int, state: Path) -> None:
    install(how)
    assert refused(guarded, state) is code


def test_without_the_command_it_says_so(guarded: int, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert refused(guarded, state) is Code.TUNNEL_MISSING


def test_without_a_server_there_is_no_tunnel(install: Install, guarded: int, state: Path) -> None:
    install("in")
    assert refused(1, state) is Code.SERVER_UNREACHABLE


def test_a_tunnel_that_was_killed_is_not_shown_as_running(install: Install, guarded: int, state: Path) -> None:
    install("in")
    os.kill(tunnel.start(guarded, state).pid, signal.SIGKILL)
    while tunnel.status(state) is not None:
        pass
    assert tunnel.start(guarded, state).port == guarded


def test_another_process_with_the_same_number_is_not_killed(state: Path) -> None:
    state.mkdir()
    kept = {"pid": os.getpid(), "url": "https://x.devtunnels.ms", "port": 1, "anonymous": False}
    (state / "tunnel.json").write_text(json.dumps(kept), "utf-8")
    assert tunnel.status(state) is None
    assert not tunnel.stop(state)


def test_the_commands(install: Install, guarded: int, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install("in")
    at = ["--state", str(state), "--lang", "en"]
    assert main(["tunnel", "status", *at]) == 1
    assert main(["tunnel", "start", "--port", str(guarded), *at]) == 0
    assert f"https://abc123-{guarded}.usw2.devtunnels.ms/mcp" in capsys.readouterr().out
    assert main(["tunnel", "status", *at]) == 0
    assert "bearer token" in capsys.readouterr().out
    assert main(["tunnel", "stop", *at]) == 0
    assert main(["tunnel", "start", "--port", "1", *at]) == 4


def test_where_the_signal_0_is_ctrl_c_nobody_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(*_: int) -> NoReturn:
        pytest.fail("a signal was sent")

    monkeypatch.setattr(tunnel, "os", SimpleNamespace(name="nt", kill=kill))
    assert tunnel._runs(1)


def test_without_proc_the_list_of_processes_says_whose_number_it_is(
    install: Install, guarded: int, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tunnel, "_PROCESSES", Path("/nowhere"))
    install("in")
    started = tunnel.start(guarded, state)
    assert tunnel.status(state) == started
    assert not tunnel._runs(os.getpid())


@pytest.mark.parametrize(("listed", "ours"), [(b'"devtunnel.exe","77","Console"', True), (b'"other.exe","77"', False)])
def test_on_windows_too_another_process_with_the_same_number_is_not_ours(
    listed: bytes, ours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def run(question: list[str], **_: object) -> SimpleNamespace:
        asked.append(question)
        return SimpleNamespace(stdout=listed)

    monkeypatch.setattr(tunnel, "os", SimpleNamespace(name="nt"))
    monkeypatch.setattr(tunnel.subprocess, "run", run)
    assert tunnel._runs(77) is ours
    assert "PID eq 77" in asked[0]
