"""A Dev Tunnel to a server on this machine, by Microsoft's `devtunnel` command: the way that exposes it.

Everything else in this package works without that. A tunnel asks whoever calls to sign in, unless anonymous access is
asked for; and it is not started to a server that answers without a bearer token.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from sekisho.errors import Code, SetupError
from sekisho.private_file import private_folder, write_private

COMMAND = "devtunnel"
_STATE, _LOG = "tunnel.json", "tunnel.log"
_QUESTION_SECONDS = 20
_READY_SECONDS = 40
_STOP_SECONDS = 10
_URL = re.compile(r"Connect via browser: +(https://[a-z0-9.-]+\.devtunnels\.ms)/?(?=[\s,]|$)")
_PROCESSES = Path("/proc")
_READY = "Ready to accept connections for tunnel"
_NOT_SIGNED_IN = re.compile(r"not logged in|login required|token expired|unauthorized", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tunnel:
    """A tunnel that runs."""

    pid: int
    url: str
    port: int
    #: Anybody on the internet reaches the server's bearer token check, without signing in before.
    anonymous: bool


def start(port: int, state: Path, anonymous: bool = False) -> Tunnel:
    """Start a tunnel to this port, unless one runs already.

    Raises:
        SetupError: `tunnel_missing`, `tunnel_not_signed_in`, `tunnel_failed`; `server_unreachable` where nothing
            answers on the port, `tunnel_unguarded` where it answers without a token; `state_unusable`.
    """
    if (running := status(state)) is not None:
        if (running.port, running.anonymous) == (port, anonymous):
            return running
        raise SetupError(Code.TUNNEL_FAILED, running.url)
    command = shutil.which(COMMAND)
    if command is None:
        raise SetupError(Code.TUNNEL_MISSING)
    _must_ask_for_a_token(port)
    _must_be_signed_in(command)
    log = private_folder(state) / _LOG
    _note(log, b"")
    with log.open("ab") as output:
        process = subprocess.Popen(
            [command, "host", "-p", str(port), "--protocol", "http", *(["--allow-anonymous"] if anonymous else [])],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(),
            start_new_session=True,
        )
    try:
        tunnel = Tunnel(process.pid, _wait_for_url(process, log), port, anonymous)
        _note(state / _STATE, json.dumps(asdict(tunnel)).encode())
    except BaseException:  # Ctrl-C too: nobody would find it again to close it
        process.kill()
        process.wait()
        raise
    process.returncode = 0  # it goes on without us: nobody here waits for it
    return tunnel


def status(state: Path) -> Tunnel | None:
    """The tunnel that was started, if it still runs."""
    try:
        found = Tunnel(**json.loads((state / _STATE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return found if _runs(found.pid) else None


def stop(state: Path) -> bool:
    """Stop it; False where none runs."""
    running = status(state)
    if running is not None:
        _end(running.pid)
    (state / _STATE).unlink(missing_ok=True)
    return running is not None


def _note(path: Path, data: bytes) -> None:
    try:
        write_private(path, data)
    except OSError:
        raise SetupError(Code.STATE_UNUSABLE, str(path)) from None


def _environment() -> dict[str, str]:
    """What somebody else's command gets of ours: no setting, and no key."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}


def _must_ask_for_a_token(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_QUESTION_SECONDS)
    try:
        connection.request("POST", "/mcp", body=b"{}", headers={"Content-Type": "application/json"})
        answer = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        raise SetupError(Code.SERVER_UNREACHABLE, f"127.0.0.1:{port}") from None
    finally:
        connection.close()
    if answer != http.HTTPStatus.UNAUTHORIZED:
        raise SetupError(Code.TUNNEL_UNGUARDED, f"127.0.0.1:{port}")


def _must_be_signed_in(command: str) -> None:
    try:
        asked = subprocess.run(
            [command, "user", "show"],
            capture_output=True,
            text=True,
            timeout=_QUESTION_SECONDS,
            env=_environment(),
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        raise SetupError(Code.TUNNEL_FAILED) from None
    if asked.returncode != 0 or _NOT_SIGNED_IN.search(asked.stdout + asked.stderr):
        raise SetupError(Code.TUNNEL_NOT_SIGNED_IN)


def _wait_for_url(process: subprocess.Popen[bytes], log: Path) -> str:
    ends = time.monotonic() + _READY_SECONDS
    said = ""
    while time.monotonic() < ends:
        over = process.poll() is not None
        said = log.read_text("utf-8", "replace")
        if (found := _URL.search(said)) and _READY in said:
            return found[1]
        if over:
            break
        time.sleep(0.05)
    raise SetupError(Code.TUNNEL_NOT_SIGNED_IN if _NOT_SIGNED_IN.search(said) else Code.TUNNEL_FAILED)


def _runs(pid: int) -> bool:
    """Whether the process is there, and is one of ours: its number may be somebody else's by now."""
    if os.name != "posix":  # elsewhere the signal 0 is Ctrl-C, for this process too
        return _is_listed(["tasklist", "/FI", f"PID eq {pid}", "/NH", "/FO", "CSV"])
    with contextlib.suppress(ChildProcessError, AttributeError):
        os.waitpid(pid, os.WNOHANG)  # a child that ended is there until somebody asks
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    if not (_PROCESSES / "self").exists():
        return _is_listed(["ps", "-ww", "-p", str(pid), "-o", "command="])
    try:
        return COMMAND in (_PROCESSES / str(pid) / "cmdline").read_text("utf-8", "replace")
    except OSError:
        return False


def _is_listed(question: list[str]) -> bool:
    """Whether the system's list of processes, asked for one number, shows ours; where it cannot be asked, it may."""
    try:
        listed = subprocess.run(question, capture_output=True, timeout=_QUESTION_SECONDS, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return True
    return COMMAND.encode() in listed


def _end(pid: int) -> None:
    for how in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        try:
            os.kill(pid, how)
        except OSError:
            return
        ends = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < ends:
            if not _runs(pid):
                return
            time.sleep(0.05)
