"""A server that a test starts and stops: started from a list of arguments, awaited by its own port, always ended."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

_START_SECONDS = 20
_STOP_SECONDS = 10


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class NotStartedError(Exception):
    """The server ended, or did not listen in time. The message is the end of what it said."""


class Server:
    """One process on one port. It can be stopped and started again in its place."""

    def __init__(self, command: list[str | Path], port: int, log: Path, cwd: Path | None = None) -> None:
        self._command = command
        self._log = log
        self._cwd = cwd
        self._process: subprocess.Popen[bytes] | None = None
        self.port = port

    @property
    def pid(self) -> int:
        """The process that runs now."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it accepts connections.

        Raises:
            NotStartedError: It did not.
        """
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._cwd
            )
        until = time.monotonic() + _START_SECONDS
        while self._process.poll() is None and time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.02)
        self.stop(signal.SIGKILL)
        raise NotStartedError(self._log.read_text("utf-8", "replace")[-2000:])

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it. Without a process this does nothing."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(how)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_STOP_SECONDS)
        self._process = None

    def restart(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it and start it again on the same port, with the same data."""
        self.stop(how)
        self.start()

    def signal(self, which: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, which)
