"""Who may open the app: who has the password or a proxy's word; where neither is set, whoever is at this machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from sekisho.bearer import Bearer, bearer_from
from sekisho.loopback import is_loopback

#: Seconds between two attempts, for all who try together.
PAUSE = 1.0


class Door(StrEnum):
    """What somebody who opens the app has to do."""

    OPEN = "open"
    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    CLOSED = "closed"


@dataclass
class Access:
    """How the app may be opened.

    Attributes:
        host: The address that the app listens on.
        password_file: A file with a password of 32 characters or more, readable by its owner only; or None.
        header: A header that an identity proxy sets for people whom it has let in; empty for none.
    """

    host: str
    password_file: Path | None = None
    header: str = ""
    clock: Callable[[], float] = time.monotonic
    _last: float = field(default=-PAUSE)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_kept(self) -> bool:
        """Whether the app may be started like this: on this machine only, or with somebody who keeps the door."""
        return is_loopback(self.host) or bool(self.header) or self.password_file is not None

    def door(self, headers: Mapping[str, str]) -> Door:
        """What is asked of whoever sends these headers. Everything unclear is closed.

        A keeper that is set is asked on this machine, too: a proxy on it brings people from elsewhere.
        """
        if self.header:
            given = next((value for name, value in headers.items() if name.lower() == self.header.lower()), "")
            return Door.OPEN if given.strip() else Door.CLOSED
        if self.password_file is not None:
            return Door.PASSWORD
        return Door.OPEN if is_loopback(self.host) else Door.CLOSED

    def admits(self, password: str) -> bool:
        """Whether this is the password. Takes as long for every wrong one, and lets nobody try quickly.

        Raises:
            SekishoError: The file cannot be used.
        """
        with self._lock:
            if self.clock() - self._last < PAUSE:
                return False
            self._last = self.clock()
        return self._secret().matches(password)

    def _secret(self) -> Bearer:
        assert self.password_file is not None
        return bearer_from(self.password_file)
