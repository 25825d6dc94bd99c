"""Starting the private zone as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sekisho.bearer import Bearer, bearer_from
from sekisho.cloud.keys import VARIABLE
from sekisho.errors import Code, InputError, SetupError
from sekisho.local.desk import Asking
from sekisho.local.signing import signer_from
from sekisho.model_setting import ModelSetting

_RULES = ModelSetting()
#: Seconds to wait for a process that was told to stop.
_STOP_SECONDS = 10
#: How the line begins with which a command of ours ends: its code, and what it is about.
_ENDED_WITH = re.compile(r"^sekisho: ([a-z_]+)(?: \[(.*?)\])?: ", re.MULTILINE)


def stop_on_terminate() -> None:
    """Let SIGTERM end this process as Ctrl-C does: by stopping the zones that it started."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


@dataclass(frozen=True, slots=True)
class RunningZone:
    """A private zone that serves: its address, token, process id, and the public key of its signatures."""

    url: str
    bearer: Bearer
    pid: int
    key: str

    def address(self) -> dict[str, object]:
        """Where the cloud zone finds it, and by what right."""
        return {"url": self.url, "token": self.bearer.reveal(), "key": self.key}


@dataclass(frozen=True, slots=True)
class DeskSide:
    """The app's side of a zone's desk: when the operator is asked, and what takes over the zone's streams."""

    asking: Asking
    attach: Callable[[subprocess.Popen[str]], None]


def flags_of(model: ModelSetting) -> list[str]:
    """The flags by which a process of ours gets this local model."""
    named = ["--model-name", model.name, "--model-url", model.url] if model.name else []
    return ["--model", model.kind, "--mode", model.mode, *named]


@contextmanager
def private_zone(
    cases: Path,
    state: Path,
    language: str,
    policy: Path | None,
    model: ModelSetting = _RULES,
    is_apart: bool = False,
    desk: DeskSide | None = None,
) -> Iterator[RunningZone]:
    """Start `sekisho serve` on a free loopback port, and stop it at the end.

    `is_apart`: Ctrl-C at the terminal does not reach it. `desk`: it speaks with an app.

    Raises:
        SetupError, InputError: As the server ended with.
    """
    token_file = state / "token"
    command = ["serve", "--cases", str(cases), "--state", str(state)]
    command += ["--token-file", str(token_file), "--port", "0", "--lang", language]
    command += ["--policy", str(policy)] if policy else []
    command += flags_of(model)
    with started(command, Code.SERVER_UNREACHABLE, desk, is_apart) as (pid, url):
        yield RunningZone(url, bearer_from(token_file), pid, signer_from(state).public_key)


@contextmanager
def started(
    arguments: list[str], otherwise: Code, desk: DeskSide | None = None, is_apart: bool = False
) -> Iterator[tuple[int, str]]:
    """A command of ours as a process: its id and its first line. It is stopped when the block ends.

    Raises:
        SetupError, InputError: As it ended with before it said anything; `otherwise` where it told no code.
    """
    command = [sys.executable, "-m", "sekisho", *arguments, *(["--desk", desk.asking] if desk else [])]
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(
            command,
            stdin=pipe if desk else None,
            stdout=pipe,
            stderr=pipe,
            encoding="utf-8",  # as our commands write, whatever this terminal's code page is
            errors="replace",
            env={name: value for name, value in os.environ.items() if name != VARIABLE},  # no business of theirs
            start_new_session=is_apart,
        ) as process,
        stopped_at_the_end(process),
    ):
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        if not line:
            raise _error_of(process, otherwise)
        if desk is not None:
            desk.attach(process)
        yield process.pid, line


@contextmanager
def stopped_at_the_end(process: subprocess.Popen[Any]) -> Iterator[None]:
    """Tell a process to stop when the block ends, and end it when it does not."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def ended_with(said: str) -> tuple[Code, str] | None:
    """Code and place of the line with which a command of ours ended; None where it told none."""
    known = {code.value: code for code in Code}
    told = [(known[found[1]], found[2] or "") for found in _ENDED_WITH.finditer(said) if found[1] in known]
    return told[-1] if told else None


def _error_of(process: subprocess.Popen[str], otherwise: Code) -> SetupError | InputError:
    """The error that a process ended with, read back from its message."""
    assert process.stderr is not None
    code, place = ended_with(process.stderr.read()) or (otherwise, "")
    return InputError(code, place) if process.wait() == InputError.exit_status else SetupError(code, place)
