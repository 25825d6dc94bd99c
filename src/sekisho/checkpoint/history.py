"""What was ever disclosed about a case, read from the ledger. It keeps nothing of its own."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Protocol

from sekisho.checkpoint.canonical import texts_in
from sekisho.checkpoint.ledger import FileLedger
from sekisho.checkpoint.ledger_entry import Entry, read_entry


class History(Protocol):
    """Remembers disclosures."""

    def lines(self, case: str, since: datetime) -> frozenset[str]:
        """Every line of every summary of this case that left since then.

        Raises:
            OSError: The ledger cannot be read; then nothing may leave.
        """
        ...


class EntriesHistory:
    """The twin for tests: the entries of a ledger in memory."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = entries

    def lines(self, case: str, since: datetime) -> frozenset[str]:
        """See `History`."""
        said = _Said()
        for entry in self._entries:
            if _counts(entry) and entry.case == case:
                said.add(entry)
        return said.since(since)


class LedgerHistory:
    """A ledger file. What was read once is not read again, unless the file is another or shorter than before."""

    def __init__(self, path: Path, ledger: FileLedger | None = None) -> None:
        """`ledger` is who writes that file in this process: its own last line need not be checked again."""
        self._path = path
        self._ledger = ledger
        self._lock = Lock()
        self._identity = (0, 0)
        self._read = 0
        self._by_case: defaultdict[str, _Said] = defaultdict(_Said)

    def lines(self, case: str, since: datetime) -> frozenset[str]:
        """See `History`. A damaged entry is not counted: `sekisho ledger verify` names it."""
        with self._lock:
            self._catch_up()
            return self._by_case[case].since(since) if case in self._by_case else frozenset()

    def _catch_up(self) -> None:
        try:
            status = self._path.stat()
            identity = (status.st_dev, status.st_ino)
            if identity == self._identity and status.st_size == self._read:
                return
            file = self._path.open("rb")
        except FileNotFoundError:
            self._read, self._by_case = 0, defaultdict(_Said)
            return
        with file:
            status = os.fstat(file.fileno())  # of what was opened: it may be another file by now
            identity = (status.st_dev, status.st_ino)
            if identity != self._identity or status.st_size < self._read:
                self._identity, self._read = identity, 0
                self._by_case = defaultdict(_Said)
            file.seek(self._read)
            own, known = self._ledger.written if self._ledger else (b"", None)
            for line in file:
                if not line.endswith(b"\n"):  # a writer is at work, or has died: nothing left for it
                    break
                self._read += len(line)
                entry = known if line == own else read_entry(line)
                if entry is not None and _counts(entry):
                    self._by_case[entry.case].add(entry)


def _counts(entry: Entry) -> bool:
    return entry.kind == "disclosure"


class _Said:
    """The lines that left about one case, each once with the newest time: a case that is asked about a thousand times
    takes no longer than one that is asked about twice."""

    __slots__ = ("_newest",)

    def __init__(self) -> None:
        self._newest: dict[str, str] = {}

    def add(self, entry: Entry) -> None:
        """Count a disclosure."""
        for line in texts_in(json.loads(entry.summary)):
            self._newest[line] = max(entry.time, self._newest.get(line, ""))

    def since(self, since: datetime) -> frozenset[str]:
        """The lines that left then or later."""
        first = since.strftime("%Y-%m-%dT%H:%M:%SZ")
        return frozenset(line for line, time in self._newest.items() if time >= first)
