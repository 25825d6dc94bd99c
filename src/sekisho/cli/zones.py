"""Starting the two zones as processes of their own, and following what happens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sekisho.errors import Code, InputError, Refused, SetupError
from sekisho.local.bearer import Bearer, bearer_from

#: Seconds to wait for a process that was told to stop.
_STOP_SECONDS = 10


def stop_on_terminate() -> None:
    """Let SIGTERM end this process as Ctrl-C does: by stopping the zones that it started."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


@dataclass(frozen=True, slots=True)
class RunningZone:
    """A private zone that serves: its address, token and process id."""

    url: str
    bearer: Bearer
    pid: int


@contextmanager
def private_zone(cases: Path, state: Path, language: str, policy: Path | None) -> Iterator[RunningZone]:
    """Start `sekisho serve` on a free loopback port, and stop it at the end.

    Raises:
        SetupError, InputError: As the server ended with.
    """
    token_file = state / "token"
    command = [sys.executable, "-m", "sekisho", "serve", "--cases", str(cases), "--state", str(state)]
    command += ["--token-file", str(token_file), "--port", "0", "--lang", language]
    command += ["--policy", str(policy)] if policy else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            if not url:
                raise _server_error(process)
            yield RunningZone(url, bearer_from(token_file), process.pid)
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _server_error(process: subprocess.Popen[str]) -> SetupError | InputError:
    """The error that the server ended with, read back from the code in its message."""
    assert process.stderr is not None
    said = process.stderr.read()
    for code in Code:
        if said.startswith(f"sekisho: {code.value}"):
            return InputError(code) if process.wait() == InputError.exit_status else SetupError(code)
    return SetupError(Code.SERVER_UNREACHABLE)


@dataclass(frozen=True, slots=True)
class CloudRun:
    """A cloud zone at work: its process id and its events as they come."""

    pid: int
    events: Iterator[dict[str, Any]]


@contextmanager
def cloud_zone(text: str, language: str, case: str | None, zone: RunningZone) -> Iterator[CloudRun]:
    """Start the cloud zone on one question. `text` has passed the checkpoint.

    Raises:
        SetupError: `extra_missing` where the agent is not installed.
    """
    request = {"text": text, "language": language, "case": case, "url": zone.url, "token": zone.bearer.reveal()}
    # The cloud zone gets nothing of the private zone's settings.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
    command = [sys.executable, "-m", "sekisho.cloud.process"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(request).encode())
            process.stdin.close()
            yield CloudRun(process.pid, _events(process))
        finally:
            process.terminate()


def _events(process: subprocess.Popen[bytes]) -> Iterator[dict[str, Any]]:
    """Events until the last one; a failure is raised after it has been given."""
    assert process.stdout is not None
    event: dict[str, Any] = {}
    for line in process.stdout:
        event = json.loads(line)
        yield event
    if event.get("event") == "failed":
        raise _as_error(Code(event["code"]), process.wait())
    if event.get("event") != "finished":
        raise Refused(Code.INTERNAL)


def _as_error(code: Code, status: int) -> Refused | SetupError | InputError:
    for kind in (InputError, SetupError):
        if status == kind.exit_status:
            return kind(code)
    return Refused(code)
