"""The app's end of a zone's desk (`local.desk`): events come from its output, decisions go to its input."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Lock, Thread
from typing import Any

from sekisho.cli.zones import ended_with
from sekisho.errors import Code

#: Seconds for reading it, after the output has ended.
_LAST_WORDS = 2.0


class DeskPipe:
    """One end. The streams belong to the process object that made them."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lock = Lock()
        self._ended_with: tuple[Code, str] | None = None

    def listen(self, hear: Hear, gone: Callable[[DeskPipe], None]) -> None:
        """Listen in threads of its own. `gone` is called once, when the zone's output has ended."""
        errors = Thread(target=self._read_errors, name="sekisho-desk-errors", daemon=True)
        errors.start()
        Thread(target=self._listen, args=(hear, gone, errors), name="sekisho-desk", daemon=True).start()

    @property
    def ended_with(self) -> tuple[Code, str] | None:
        """Code and place that the zone said it ended with; None where it said nothing. Known once it is gone."""
        return self._ended_with

    def send(self, decision: dict[str, object]) -> None:
        """One decision. A zone that has gone has refused by going."""
        with self._lock, suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(decision) + "\n")
            self._process.stdin.flush()

    def _listen(self, hear: Hear, gone: Callable[[DeskPipe], None], errors: Thread) -> None:
        assert self._process.stdout is not None
        with suppress(OSError, ValueError):  # closed at the end
            for line in self._process.stdout:
                with suppress(ValueError, KeyError, TypeError):  # what is no event of ours is no event
                    hear(json.loads(line), self)
        errors.join(_LAST_WORDS)
        gone(self)

    def _read_errors(self) -> None:
        """What a zone tells the operator of a terminal is not kept, but for the code that it ends with. A full pipe
        would hold the zone up."""
        with suppress(OSError, ValueError):
            for line in self._process.stderr or ():
                self._ended_with = ended_with(line) or self._ended_with


#: Told of every event of a zone, and by which pipe it came.
Hear = Callable[[Mapping[str, Any], DeskPipe], None]
