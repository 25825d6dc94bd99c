"""The app's end of a zone's desk (`local.desk`): events come from its output, decisions go to its input."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Lock, Thread
from typing import IO, Any


class DeskPipe:
    """One end. The streams belong to the process object that made them."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lock = Lock()

    def listen(self, hear: Hear, gone: Callable[[DeskPipe], None]) -> None:
        """Listen in threads of its own. `gone` is called once, when the zone's output has ended."""
        Thread(target=self._listen, args=(hear, gone), name="sekisho-desk", daemon=True).start()
        Thread(target=self._drain, args=(self._process.stderr,), name="sekisho-desk-errors", daemon=True).start()

    def send(self, decision: dict[str, object]) -> None:
        """One decision. A zone that has gone has refused by going."""
        with self._lock, suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(decision) + "\n")
            self._process.stdin.flush()

    def _listen(self, hear: Hear, gone: Callable[[DeskPipe], None]) -> None:
        assert self._process.stdout is not None
        with suppress(OSError, ValueError):  # closed at the end
            for line in self._process.stdout:
                with suppress(ValueError, KeyError, TypeError):  # what is no event of ours is no event
                    hear(json.loads(line), self)
        gone(self)

    @staticmethod
    def _drain(stream: IO[str] | None) -> None:
        """What a zone tells the operator of a terminal is not kept; a full pipe would hold the zone up."""
        with suppress(OSError, ValueError):
            for _ in stream or ():
                pass


#: Told of every event of a zone, and by which pipe it came.
Hear = Callable[[Mapping[str, Any], DeskPipe], None]
