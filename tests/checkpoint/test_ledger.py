"""The ledger: a chain on disk, one writer at a time, and nothing half-written whatever the machine does."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from io import FileIO
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread

import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checkpoint.ledgers import entry, filled, lines
from tests.checkpoint.toy_catalog import NOON

from sekisho.checkpoint import ledger as ledger_module
from sekisho.checkpoint.canonical import canonical_bytes
from sekisho.checkpoint.clock import FixedClock
from sekisho.checkpoint.ledger import FileLedger, MemoryLedger
from sekisho.checkpoint.ledger_check import read_ledger, verify
from sekisho.checkpoint.ledger_entry import GENESIS, Entry, read_entry
from sekisho.errors import Code, Refused

posix = pytest.mark.skipif(os.name != "posix", reason="file modes and links of POSIX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.jsonl"


@pytest.mark.guarantee("G3")
def test_entries_form_a_chain(path: Path) -> None:
    ledger = filled(path, 3)
    last = ledger.append(entry(3))
    entries = [found for _, found in read_ledger(path)]
    assert [e.sequence for e in entries if e] == [1, 2, 3, 4]
    assert entries[-1] == last
    assert entries[0] is not None
    assert entries[0].previous == GENESIS
    assert all(b.previous == a.hash for a, b in pairwise(entries) if a and b)
    assert last.time == "2026-11-22T12:00:00Z"
    verdict = verify(path)
    assert (verdict.entries, verdict.damaged, verdict.torn, verdict.head) == (4, (), False, last.hash)
    assert verdict.intact


def test_the_file_and_the_memory_keep_the_same_entries(path: Path) -> None:
    file, memory = FileLedger(path, FixedClock(NOON)), MemoryLedger(FixedClock(NOON))
    for number in range(3):
        assert file.append(entry(number)) == memory.append(entry(number))


def test_the_writer_decides_on_sequence_time_and_chain(path: Path) -> None:
    ledger = filled(path, 2)
    forged = replace(entry(), sequence=99, time="1999-01-01T00:00:00Z", previous="f" * 64, hash="f" * 64)
    assert ledger.append(forged) == ledger_entry_after(path, 2)
    assert verify(path).intact


def ledger_entry_after(path: Path, count: int) -> Entry:
    found = read_entry(lines(path)[count])
    assert found is not None
    assert (found.sequence, found.time) == (count + 1, "2026-11-22T12:00:00Z")
    return found


def test_a_ledger_that_is_not_there_is_empty_and_intact(path: Path) -> None:
    verdict = verify(path)
    assert (verdict.entries, verdict.head, verdict.torn, verdict.intact) == (0, GENESIS, False, True)
    path.touch()
    assert verify(path) == verdict


@posix
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_the_file_is_readable_by_its_owner_only(path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        filled(path, 1)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.with_suffix(".lock").stat().st_mode) & 0o077 == 0


@posix
@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("exists", [True, False])
def test_a_ledger_that_is_a_link_is_refused(tmp_path: Path, exists: bool) -> None:
    target = tmp_path / "elsewhere"
    if exists:
        target.write_bytes(b"")
    link = tmp_path / "ledger.jsonl"
    link.symlink_to(target)
    with pytest.raises(Refused) as refused:
        filled(link, 1)
    assert refused.value.code is Code.LEDGER_UNAVAILABLE
    assert target.exists() == exists
    assert not exists or target.read_bytes() == b""


@pytest.mark.guarantee("G4")
def test_a_ledger_that_is_a_folder_or_in_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ledger.jsonl").mkdir()
    (tmp_path / "file").touch()
    for place in (tmp_path / "ledger.jsonl", tmp_path / "file" / "ledger.jsonl"):
        with pytest.raises(Refused) as refused:
            filled(place, 1)
        assert refused.value.code is Code.LEDGER_UNAVAILABLE


# What the machine can do


def _failing(error: Exception) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


@pytest.mark.guarantee("G3", "G4")
@pytest.mark.parametrize("start", [0, 2])
def test_a_disk_that_does_not_flush_leaves_the_file_as_before(
    path: Path, monkeypatch: pytest.MonkeyPatch, start: int
) -> None:
    ledger = filled(path, start)
    path.touch()
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _failing(OSError(errno.EIO, "no flush")))
        with pytest.raises(Refused) as refused:
            ledger.append(entry(8))
    assert refused.value.code is Code.LEDGER_UNAVAILABLE
    assert path.read_bytes() == before
    assert ledger.append(entry(9)).sequence == start + 1
    assert verify(path).intact


class FullDisk(FileIO):
    """Takes only so many bytes of a line."""

    room = 10

    def write(self, data: object, /) -> int:
        taken = super().write(bytes(data)[: self.room])  # type: ignore[call-overload]
        if self.room == 0:
            raise OSError(errno.ENOSPC, "full")
        return int(taken)


@pytest.mark.guarantee("G3", "G4")
@pytest.mark.parametrize("room", [0, 1, 10, 300])
def test_a_disk_that_is_full_leaves_the_file_as_before(path: Path, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    ledger = filled(path, 2)
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(ledger_module, "FileIO", FullDisk)
        patch.setattr(FullDisk, "room", room)
        with pytest.raises(Refused) as refused:
            ledger.append(entry(8))
    assert refused.value.code is Code.LEDGER_UNAVAILABLE
    assert path.read_bytes() == before
    ledger.append(entry(9))
    assert verify(path).intact


@pytest.mark.guarantee("G3")
def test_the_line_is_flushed_to_the_disk_before_the_entry_is_given_back(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = filled(path, 1)
    flushed: list[int] = []

    def flush(_: int) -> None:
        flushed.append(len(lines(path)))

    monkeypatch.setattr(os, "fsync", flush)
    ledger.append(entry(1))
    assert flushed == [2]


@posix
def test_a_new_file_is_flushed_into_its_folder(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: modes.append(stat.S_ISDIR(os.fstat(descriptor).st_mode)))
    filled(path, 2)
    assert modes == [True, False, False]


def test_a_writer_that_holds_the_ledger_too_long_is_not_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "LOCK_SECONDS", 0.01)
    ledger = filled(path, 1)
    held, done = Event(), Event()

    def hold() -> None:
        with FileLock(path.with_suffix(".lock")):
            held.set()
            done.wait()

    other = Thread(target=hold)
    other.start()
    held.wait()
    try:
        with pytest.raises(Refused) as refused:
            ledger.append(entry(1))
        assert refused.value.code is Code.LEDGER_UNAVAILABLE
        assert len(lines(path)) == 1
    finally:
        done.set()
        other.join()
    assert ledger.append(entry(1)).sequence == 2


WRITER = """
import sys
from pathlib import Path
from sekisho.checkpoint.ledger import FileLedger
from sekisho.checkpoint.ledger_entry import Entry
ledger = FileLedger(Path(sys.argv[1]))
sys.stdin.readline()
for number in range(25):
    ledger.append(Entry(0, "", "refusal", code=sys.argv[2]))
"""


@pytest.mark.guarantee("G3")
def test_four_processes_write_one_unbroken_chain(path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), f"writer_{n}"], stdin=subprocess.PIPE)
        for n in range(4)
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(b"\n")
        writer.stdin.close()
    assert [writer.wait() for writer in writers] == [0, 0, 0, 0]
    entries = [found for _, found in read_ledger(path) if found]
    assert [e.sequence for e in entries] == list(range(1, 101))
    assert sorted(e.code for e in entries) == sorted([f"writer_{n}" for n in range(4)] * 25)
    assert verify(path).intact


def test_four_threads_write_one_unbroken_chain(path: Path) -> None:
    ledger = FileLedger(path)

    def write() -> None:
        for number in range(10):
            ledger.append(entry(number))

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify(path).entries == 40
    assert verify(path).intact


# One line

TEXTS = st.text(max_size=10)
ENTRIES = st.builds(
    lambda sequence, texts, summary: Entry(sequence, *texts, summary=summary).sealed(),
    st.integers(),
    st.tuples(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS),
    st.text(max_size=40),
)


@settings(deadline=None, max_examples=100)
@given(ENTRIES)
def test_an_entry_is_read_back_from_its_line(written: tuple[Entry, bytes]) -> None:
    entry, line = written
    assert line.count(b"\n") == 1
    assert read_entry(line) == entry


@settings(deadline=None, max_examples=100)
@given(ENTRIES)
def test_a_line_is_the_whole_entry_in_canonical_form_and_its_hash_that_of_the_rest(
    written: tuple[Entry, bytes],
) -> None:
    entry, line = written
    content = entry.as_plain()
    assert line == canonical_bytes(content) + b"\n"
    del content["hash"]
    assert entry.hash == hashlib.sha256(canonical_bytes(content)).hexdigest()


@settings(deadline=None, max_examples=200)
@given(ENTRIES, st.data())
def test_an_entry_with_any_byte_changed_is_not_read(written: tuple[Entry, bytes], data: st.DataObject) -> None:
    line = bytearray(written[1])
    at = data.draw(st.integers(0, len(line) - 1))
    line[at] ^= data.draw(st.integers(1, 255))
    assert read_entry(bytes(line)) is None


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_no_entry(data: bytes) -> None:
    assert read_entry(data) is None


@posix
@pytest.mark.guarantee("G3")
def test_no_entry_is_given_back_before_its_file_is_in_the_folder_though_the_first_attempt_failed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = [OSError(errno.EIO, "no flush")]
    modes: list[bool] = []

    def flush(descriptor: int) -> None:
        modes.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        if modes[-1] and fails:
            raise fails.pop()

    monkeypatch.setattr(os, "fsync", flush)
    ledger = FileLedger(path, FixedClock(NOON))
    with pytest.raises(Refused):
        ledger.append(entry(1))
    modes.clear()
    ledger.append(entry(1))
    assert modes == [True, False], "the folder, then the line"
    ledger.append(entry(2))
    assert modes == [True, False, False]
