"""Keeps the Dev Tunnel of the app: one, to the server that the app runs. It ends with that server, and with the app."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import RLock

from sekisho.errors import Code, SetupError
from sekisho.link import tunnel


class TunnelCondition(StrEnum):
    """How the tunnel is."""

    MISSING = "missing"  # the command is not installed
    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    FAILED = "failed"  # it did not start, or it ended by itself


@dataclass(frozen=True, slots=True)
class TunnelStatus:
    """The tunnel as the sidebar shows it.

    Attributes:
        url, port: Its address, and where it leads to on this machine.
        anonymous: Whether anybody on the internet comes as far as the server's check of the token.
        is_ours: Whether the app started it; else it was there before, and leads where the app does not know.
    """

    condition: TunnelCondition
    url: str = ""
    port: int = 0
    anonymous: bool = False
    is_ours: bool = False
    code: Code | None = None


class TunnelKeeper:
    """One tunnel. Every method may be called from any thread."""

    def __init__(self, state: Callable[[], Path]) -> None:
        """`state`: gives the state folder, when it is needed."""
        self._folder = state
        self._lock = RLock()
        self._ours: tunnel.Tunnel | None = None
        self._is_starting = False
        self._code: Code | None = None

    def start(self, port: int, anonymous: bool) -> None:
        """Open one to this port, unless one is open. What fails is in the status."""
        with self._lock:
            self._code, self._is_starting = None, True
            try:
                self._ours = tunnel.start(port, self._folder(), anonymous)
            except SetupError as error:
                self._code = error.code
            finally:
                self._is_starting = False

    def stop(self) -> None:
        """Close it, whoever opened it."""
        with self._lock:
            self._ours = self._code = None
            tunnel.stop(self._folder())

    def leads_nowhere(self) -> None:
        """The server has gone: what the app opened to its port must not lead to whoever has the port next.

        Waits for a start that is going on, for that one leads there too.
        """
        with self._lock:
            if self._ours is not None:
                self.stop()

    def status(self) -> TunnelStatus:
        """How it is. Never waits for a start that is going on."""
        if self._is_starting:
            return TunnelStatus(TunnelCondition.STARTING)
        running, ours = tunnel.status(self._folder()), self._ours
        if running is not None:
            return TunnelStatus(TunnelCondition.RUNNING, running.url, running.port, running.anonymous, running == ours)
        if shutil.which(tunnel.COMMAND) is None:
            return TunnelStatus(TunnelCondition.MISSING, code=Code.TUNNEL_MISSING)
        code = self._code or (Code.TUNNEL_FAILED if ours is not None else None)
        return TunnelStatus(TunnelCondition.FAILED if code else TunnelCondition.STOPPED, code=code)
