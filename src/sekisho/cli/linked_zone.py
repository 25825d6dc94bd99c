"""A private zone behind a link: gateway and worker as processes of their own, with fresh keys on both sides."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sekisho.bearer import bearer_from
from sekisho.cli.zones import DeskSide, RunningZone, flags_of, stopped_at_the_end
from sekisho.errors import Code, InputError, SetupError
from sekisho.link.keyring import Keyring, load_keyring, save_keyring
from sekisho.local.signing import signer_from
from sekisho.model_setting import ModelSetting
from sekisho.private_file import private_folder


@dataclass(frozen=True, slots=True)
class LinkedZone(RunningZone):
    """As the agent sees it: the gateway's address. `pid` is the worker's."""

    gateway: int
    link: str


@contextmanager
def linked_zone(
    cases: Path,
    state: Path,
    language: str,
    policy: Path | None,
    link: str,
    link_flags: list[str],
    desk: DeskSide | None = None,
    model: ModelSetting | None = None,
) -> Iterator[LinkedZone]:
    """Start `sekisho gateway` and `sekisho worker`, and stop both at the end.

    `link`: a broker to go over; empty for the gateway's own link. `desk`: the worker speaks with an app.
    `model`: the worker's; without one its own settings say which.

    Raises:
        SetupError, InputError: As either ended with.
    """
    gateway_state = private_folder(state / "gateway")
    _introduce(state, gateway_state)
    gateway = ["gateway", "--state", str(gateway_state), "--port", "0", "--lang", language]
    gateway += ["--token-file", str(gateway_state / "token")]
    gateway += ["--worker-token-file", str(gateway_state / "worker-token"), "--keyring", str(_ring(gateway_state))]
    worker = [
        "worker",
        "--state",
        str(state),
        "--cases",
        str(cases),
        "--lang",
        language,
        "--keyring",
        str(_ring(state)),
    ]
    worker += ["--policy", str(policy)] if policy else []
    worker += flags_of(model) if model else []
    if link:
        gateway += ["--link", link, *link_flags]
    with _started(gateway) as (gateway_pid, url):
        way = link or url.replace("http", "ws", 1).removesuffix("/mcp") + "/link"
        flags = link_flags if link else ["--link-token-file", str(gateway_state / "worker-token")]
        with _started([*worker, "--link", way, *flags], desk) as (worker_pid, _):
            bearer, key = bearer_from(gateway_state / "token"), signer_from(state).public_key
            yield LinkedZone(url, bearer, worker_pid, key, gateway_pid, way)


def _ring(state: Path) -> Path:
    return state / "keyring.json"


def _introduce(private: Path, cloud: Path) -> None:
    """Make both ends know each other: what two people do with `sekisho keys`."""
    if _ring(private).exists() and _ring(cloud).exists():
        try:
            ours, theirs = load_keyring(_ring(private)), load_keyring(_ring(cloud))
        except InputError:
            pass
        else:
            if ours.current.public in theirs.trusted and theirs.current.public in ours.trusted:
                return
    ours = Keyring.new()
    theirs = Keyring.new([ours.current.public])
    save_keyring(ours.trusting(theirs.current.public), _ring(private))
    save_keyring(theirs, _ring(cloud))


@contextmanager
def _started(arguments: list[str], desk: DeskSide | None = None) -> Iterator[tuple[int, str]]:
    """A command of ours as a process: its id and its first line."""
    command = [sys.executable, "-m", "sekisho", *arguments, *(["--desk", desk.asking] if desk else [])]
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(command, stdin=pipe if desk else None, stdout=pipe, stderr=pipe, text=True) as process,
        stopped_at_the_end(process),
    ):
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        if not line:
            raise _error_of(process)
        if desk is not None:
            desk.attach(process)
        yield process.pid, line


def _error_of(process: subprocess.Popen[str]) -> SetupError | InputError:
    """The error that a process ended with, read back from the code in its message."""
    assert process.stderr is not None
    said = process.stderr.read()
    for code in Code:
        if f"sekisho: {code.value}" in said:
            return InputError(code) if process.wait() == InputError.exit_status else SetupError(code)
    return SetupError(Code.LINK_DOWN)
