"""Runs the commands of a page as a reader would: a fresh home, the page's own files, one after another."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.docs.blocks import Block, Command, commands

#: Lines that only name a step on the reader's machine. They are not run here.
MACHINE_STEPS = (
    "git clone ",
    "cd sekisho",
    "make ",
    "uv ",
    ". .venv/bin/activate",
    "winget ",
    "python docs/keys_table.py",
)
#: What stands behind a step that shows what it prints.
STAND_FOR = {"make demo": "sekisho demo"}
DEFAULT_PORT = "8765"
SECONDS = 120


class Shell:
    """One reader at work. Use it as a context manager: what it started is stopped at the end."""

    def __init__(self, folder: Path, language: str) -> None:
        self.work = folder / "work"
        self.work.mkdir()
        self._port = _free_port()
        self._servers: list[subprocess.Popen[str]] = []
        outside = ("SEKISHO_", "XDG_", "LC_", "PYTEST_")
        self._environment = {k: v for k, v in os.environ.items() if not k.startswith(outside) and k != "LANGUAGE"}
        # The vocabulary that the other tests of this run have made ready; that it need not be is shown elsewhere.
        self._environment |= {k: v for k, v in os.environ.items() if k == "XDG_CACHE_HOME"}
        self._environment |= {
            "HOME": str(folder),
            "LANG": {"ja": "ja_JP.UTF-8", "en": "en_US.UTF-8"}[language],
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "SEKISHO_PORT": self._port,
            "PYTHONIOENCODING": "utf-8",
        }

    def __enter__(self) -> Shell:
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.terminate()
            server.communicate(timeout=SECONDS)
            assert server.returncode in (0, -signal.SIGTERM)

    def go_through(self, block: Block) -> None:
        """Write the file that a block is, or run its commands."""
        if block.name:
            path = self.work / block.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.language in ("sh", "console"):
            for command in commands(block):
                self._run(command)

    def output_of(self, line: str, status: int = 0) -> str:
        """What one command line prints on both outputs."""
        done = subprocess.run(
            line.replace(DEFAULT_PORT, self._port),
            shell=True,
            cwd=self.work,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=SECONDS,
        )
        assert done.returncode == status, f"{line}\nexit {done.returncode}, not {status}\n{done.stdout}"
        return done.stdout

    def _run(self, command: Command) -> None:
        line = STAND_FOR.get(command.line, command.line) if command.printed else command.line
        if line.startswith(MACHINE_STEPS):
            return
        if line.startswith("sekisho serve"):
            self._serve(line)
            return
        assert line.startswith(("sekisho ", "curl ")), f"neither a step of the table nor a known command: {line}"
        printed = self.output_of(line, command.status)
        if line.startswith("curl "):
            assert "get_patient_background" in printed
        missing = first_missing(command.printed, printed)
        assert missing is None, f"{line}\nnever prints: {missing}\nbut:\n{printed}"

    def _serve(self, line: str) -> None:
        server = subprocess.Popen(
            shlex.split(line),
            cwd=self.work,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        self._servers.append(server)
        assert server.stdout is not None
        assert server.stdout.readline().strip() == f"http://127.0.0.1:{self._port}/mcp"


def first_missing(expected: tuple[str, ...], printed: str) -> str | None:
    """The first expected line that does not follow in what was printed. `…` (a line, or its end) is anything."""
    rest = iter([_masked(line) for line in printed.splitlines()])
    for line in expected:
        if line.strip() in ("", "…"):
            continue
        wanted = _masked(line)
        if wanted.endswith("…"):
            found = any(other.startswith(wanted[:-1]) for other in rest)
        else:
            found = any(other == wanted for other in rest)
        if not found:
            return line
    return None


def _masked(line: str) -> str:
    """Without what differs from run to run: tokens, digests, numbers, amount of space."""
    line = re.sub(r"case-[a-z0-9]{10}", "case-X", line)
    line = re.sub(r"\b[0-9a-f]{64}\b", "H", line)
    line = re.sub(r"\d+", "0", line)
    return re.sub(r"\s+", " ", line).strip()


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])
