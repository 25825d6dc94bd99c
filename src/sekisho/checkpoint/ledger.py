"""The append-only, hash-chained log of every disclosure and refusal. Its entry is on disk before the bytes leave (G3).

A crash can leave a torn last line (no line feed). Nothing left the house for it, because the bytes go only after the
line is on disk; the next writer cuts it off. A *whole* line that is damaged is never touched: the next writer adds a
`damage` entry that carries the digest of the damaged line, and `ledger_check` names it for ever.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from io import FileIO
from pathlib import Path
from threading import RLock
from typing import Protocol, cast

from filelock import FileLock, Timeout

from sekisho.checkpoint.clock import Clock, SystemClock
from sekisho.checkpoint.ledger_entry import GENESIS, Entry, read_entry
from sekisho.errors import Code, Refused

LOCK_SECONDS = 10.0


class Ledger(Protocol):
    """Where outcomes are kept."""

    def append(self, entry: Entry) -> Entry:
        """Complete the entry (sequence, time, chain), keep it durably, and give it back.

        Raises:
            Refused: `ledger_unavailable`; then nothing was kept and nothing may leave.
        """
        ...

    def alone(self) -> AbstractContextManager[None]:
        """While it lasts nobody else writes, in this process or another; the holder itself may append.

        Raises:
            Refused: `ledger_unavailable` where another writer does not end.
        """
        ...


class MemoryLedger:
    """The twin for tests: the same chain, in memory."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._lock = RLock()
        self.entries: list[Entry] = []

    def append(self, entry: Entry) -> Entry:
        """Keep the entry."""
        last = self.entries[-1] if self.entries else None
        self.entries.append(_chained(entry, last, self._clock)[0])
        return self.entries[-1]

    def alone(self) -> AbstractContextManager[None]:
        """See `Ledger`."""
        return cast("AbstractContextManager[None]", self._lock)


class FileLedger:
    """A ledger file, one JSON line an entry, readable by its owner only, with one writer at a time."""

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._path = path
        self._clock = clock or SystemClock()
        self._lock = FileLock(path.with_suffix(".lock"), timeout=LOCK_SECONDS, mode=0o600)
        #: The line that this writer wrote last: where the file still ends with it, it need not be checked again.
        self._written: tuple[bytes, Entry] = (b"", Entry(0, "", ""))

    @property
    def written(self) -> tuple[bytes, Entry]:
        """The line that this writer wrote last, and its entry; an empty line before the first."""
        return self._written

    def append(self, entry: Entry) -> Entry:
        """Keep the entry: written and flushed to the disk (fsync) before this returns."""
        try:
            with self._lock, _open_private(self._path) as file:
                line, known = self._written
                last = known if line and _ends_with(file, line) else self._recover(file)
                completed, line = _chained(entry, last, self._clock)
                _write_durably(file, line)
                self._written = line, completed
                return completed
        except (OSError, Timeout):
            raise Refused(Code.LEDGER_UNAVAILABLE) from None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """See `Ledger`. It is the lock under which every line is written, taken once more by `append`."""
        try:
            self._lock.acquire()
        except (OSError, Timeout):
            raise Refused(Code.LEDGER_UNAVAILABLE) from None
        try:
            yield
        finally:
            self._lock.release()

    def _recover(self, file: FileIO) -> Entry | None:
        """Cut off a torn last line, note a damaged one, and give the entry to chain to."""
        line, start = _last_line(file)
        if line and not line.endswith(b"\n"):
            file.truncate(start)
            line, start = _last_line(file)
        if not line:
            return None
        last = read_entry(line)
        if last is not None:
            return last
        damaged = Entry(sequence=_count_lines(file), time="", kind="", hash=hashlib.sha256(line).hexdigest())
        completed, line = _chained(Entry(sequence=0, time="", kind="damage"), damaged, self._clock)
        _write_durably(file, line)
        return completed


def _chained(entry: Entry, last: Entry | None, clock: Clock) -> tuple[Entry, bytes]:
    """The entry as the one after `last`, and its line."""
    return replace(
        entry,
        sequence=last.sequence + 1 if last else 1,
        time=clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        previous=last.hash if last else GENESIS,
    ).sealed()


@contextmanager
def _open_private(path: Path) -> Iterator[FileIO]:
    """Open for reading and appending, created with mode 0600."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags, 0o600)
    with FileIO(descriptor, "r+b") as file:
        # As long as nothing is in it, its name may not be on the disk: whoever made it may have failed right after.
        if os.fstat(descriptor).st_size == 0:
            _flush_folder(path.parent)
        yield file


def _flush_folder(folder: Path) -> None:
    """A new file's name must be on the disk too. Windows cannot open a folder, and does not need it."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write_durably(file: FileIO, line: bytes) -> None:
    """Append a line and flush it to the disk. On failure the file is as long as before."""
    start = file.seek(0, os.SEEK_END)
    try:
        written = file.write(line)
        if written != len(line):
            raise OSError
        os.fsync(file.fileno())
    except OSError:
        file.truncate(start)
        raise


def _ends_with(file: FileIO, line: bytes) -> bool:
    end = file.seek(0, os.SEEK_END)
    if end < len(line):
        return False
    file.seek(end - len(line))
    return _read_exactly(file, len(line)) == line


def _last_line(file: FileIO) -> tuple[bytes, int]:
    """The last line (with its line feed, if it has one) and where it starts. Empty for an empty file."""
    end = file.seek(0, os.SEEK_END)
    start, tail = end, b""
    while start > 0:
        step = min(65536, start)
        start -= step
        file.seek(start)
        tail = _read_exactly(file, step) + tail
        cut = tail.rfind(b"\n", 0, -1)
        if cut >= 0:
            return tail[cut + 1 :], start + cut + 1
    return tail, 0


def _read_exactly(file: FileIO, size: int) -> bytes:
    parts = []
    while size > 0:
        part = file.read(size)
        if not part:
            raise OSError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _count_lines(file: FileIO) -> int:
    file.seek(0)
    count = 0
    while chunk := file.read(1 << 20):
        count += chunk.count(b"\n")
    return count
