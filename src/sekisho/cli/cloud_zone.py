"""Starting the cloud zone as a process of its own, following what happens, and looking at what leaves."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sekisho.cli.on_screen import shown
from sekisho.cli.zone_on_link import ZoneOnLink
from sekisho.cli.zones import RunningZone, stopped_at_the_end
from sekisho.cloud.choice import CloudChoice
from sekisho.cloud.keys import VARIABLE
from sekisho.errors import Code, InputError, Refused, SekishoError, SetupError

#: Says whether the exact text of a request may leave.
Passes = Callable[[str], bool]
#: Seconds between two looks at whether somebody pressed Ctrl-C, where waiting cannot be interrupted.
_BEAT = 0.5


class CloudRun:
    """A cloud zone at work."""

    def __init__(self, process: subprocess.Popen[bytes], passes: Passes | None) -> None:
        self._process = process
        self._passes = passes
        #: Whether it cannot go on: it has said so with its last event, or its output has ended.
        self.is_over = False
        # Read in a thread: Ctrl-C must not tear a line apart.
        self._lines: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def events(self) -> Iterator[dict[str, Any]]:
        """The events of one question; a failure is raised after it has been given."""
        while True:
            event = self._next()
            if event["event"] == "look":
                self._tell(
                    {"look": event["number"], "passes": self._passes is not None and self._passes(event["body"])}
                )
                continue
            yield event
            if event["event"] == "finished":
                return
            if event["event"] == "failed":
                self.is_over = event.get("over") is True
                raise _as_error(event)

    def ask(self, text: str) -> None:
        """The next question of the conversation. `text` has passed the checkpoint."""
        self._tell({"text": text})

    def cancel(self) -> None:
        """Give up the present question; its events end with a failure."""
        self._tell({"cancel": True})

    def stop(self) -> None:
        """End it at once, whatever it is at."""
        self._process.terminate()

    def _next(self) -> dict[str, Any]:
        while True:
            with suppress(queue.Empty):
                line = self._lines.get(timeout=_BEAT)
                if not line:
                    self.is_over = True
                    raise Refused(Code.INTERNAL)
                return _read_event(line)

    def _read(self) -> None:
        assert self._process.stdout is not None
        with suppress(ValueError):  # closed at the end
            for line in self._process.stdout:
                self._lines.put(line)
        self._lines.put(b"")

    def _tell(self, message: dict[str, object]) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # it has gone; its last event says why
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()


@contextmanager
def cloud_zone(
    text: str,
    language: str,
    case: str | None,
    zone: RunningZone | ZoneOnLink,
    *,
    cloud: CloudChoice | None = None,
    passes: Passes | None = None,
    has_more: bool = False,
) -> Iterator[CloudRun]:
    """Start the cloud zone on one question, or on the first of several. `text` has passed the checkpoint.

    Args:
        cloud: Which model answers; the offline stand-in where none is given.
        passes: Looks at each request before it leaves.
        has_more: Whether further questions follow; then Ctrl-C at the terminal does not reach it.
    """
    request = {
        "text": text,
        "language": language,
        "case": case,
        **zone.address(),
        "cloud": (cloud or CloudChoice()).as_plain(),
        "watched": passes is not None,
        "more": has_more,
    }
    # The cloud zone gets nothing of the private zone's settings; of ours only the key to its own model.
    environment = {name: value for name, value in os.environ.items() if not _is_ours(name)}
    command = [sys.executable, "-m", "sekisho.cloud.process"]
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment, start_new_session=has_more
        ) as process,
        stopped_at_the_end(process),
    ):
        try:
            assert process.stdin is not None
            with suppress(OSError):
                process.stdin.write(json.dumps(request).encode() + b"\n")
                process.stdin.flush()
            yield CloudRun(process, passes)
        finally:
            with suppress(OSError):
                process.stdin.close()  # type: ignore[union-attr]


def _is_ours(name: str) -> bool:
    return name.startswith("SEKISHO_") and name != VARIABLE


def _read_event(line: bytes) -> dict[str, Any]:
    """One event of the cloud zone, which may be out of order: then there is no more to be had of it.

    Raises:
        Refused: `internal`.
    """
    try:
        event: Any = json.loads(line)
    except (ValueError, RecursionError):
        raise Refused(Code.INTERNAL) from None
    if not isinstance(event, dict) or not isinstance(event.get("event"), str):
        raise Refused(Code.INTERNAL)
    return event


def _as_error(event: dict[str, Any]) -> SekishoError:
    try:
        code = Code(str(event.get("code")))
    except ValueError:
        code = Code.INTERNAL
    place = shown(str(event.get("place", "")))
    for kind in (InputError, SetupError):
        if event.get("status") == kind.exit_status:
            return kind(code, place)
    return Refused(code)
