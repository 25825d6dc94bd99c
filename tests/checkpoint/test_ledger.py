"""The ledger: a chain on disk, one writer at a time, and nothing half-written whatever happens."""

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
from tests.checkpoint.toy_catalog import CASE, NOON

from sekisho.checkpoint import ledger as ledger_module
from sekisho.checkpoint.clock import FixedClock
from sekisho.checkpoint.ledger import FileLedger, MemoryLedger
from sekisho.checkpoint.ledger_check import read_ledger, verify
from sekisho.checkpoint.ledger_entry import GENESIS, Entry, read_entry
from sekisho.errors import Code, Refused

posix = pytest.mark.skipif(os.name != "posix", reason="file modes and links of POSIX")


def entry(number: int = 0) -> Entry:
    return Entry(0, "", "refusal", case=CASE, model="rules", code=f"code_{number}")


def filled(path: Path, count: int = 4) -> FileLedger:
    ledger = FileLedger(path, FixedClock(NOON))
    for number in range(count):
        ledger.append(entry(number))
    return ledger


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.jsonl"


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


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


# What can happen to the last line


@pytest.mark.parametrize("keep", [1, 2, 10, -2, -1])
def test_a_torn_last_line_is_cut_off_by_the_next_writer(path: Path, keep: int) -> None:
    ledger = filled(path)
    whole = lines(path)
    path.write_bytes(b"".join(whole[:3]) + whole[3][:keep])
    torn = verify(path)
    assert torn.torn
    assert torn.intact
    assert torn.entries == 3
    assert ledger.append(entry(3)).sequence == 4
    assert lines(path) == whole
    assert verify(path).intact


def test_a_torn_first_line_is_cut_off_too(path: Path) -> None:
    path.write_bytes(b'{"case":')
    assert filled(path, 1).append(entry(1)).sequence == 2
    assert verify(path).intact


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_crash_at_any_byte_leaves_a_ledger_that_goes_on(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("crash") / "ledger.jsonl"
    ledger = filled(path, 3)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    kept = path.read_bytes().count(b"\n")
    assert ledger.append(entry(9)).sequence == kept + 1
    assert verify(path).intact


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "a changed letter": lambda line: line.replace(b"code_", b"c0de_"),
    "a changed hash": lambda line: line.replace(b'"hash":"', b'"hash":"0')[:-4] + b'"}\n',
    "another form": lambda line: line.replace(b'":', b'": ', 1),
    "a key less": lambda line: line.replace(b'"code":', b'"c0de":'),
    "another type": lambda line: line.replace(b'"code":"', b'"code":["').replace(b'","hash"', b'"],"hash"'),
    "a sequence that is true": lambda line: line.replace(b'"sequence":', b'"sequence":true,"x":'),
    "a huge sequence": lambda line: line.replace(b'"sequence":', b'"sequence":' + b"9" * 5000),
    "a line feed in it": lambda line: line[:20] + b"\n",
    "an empty line": lambda line: b"\n",
    "zeros": lambda line: b"\0" * (len(line) - 1) + b"\n",
    "no UTF-8": lambda line: b"\xff" + line[1:],
    "half a surrogate pair": lambda line: line.replace(b'"case":"', b'"case":"\\ud800'),
    "half a surrogate pair in the summary": lambda line: line.replace(b'"summary":"', b'"summary":"\\ud800'),
    "a number": lambda line: b"1\n",
    "a list": lambda line: b"[]\n",
    "10,000 lists": lambda line: b"[" * 10_000 + b"\n",
    "a space at the end": lambda line: line[:-1] + b" \n",
    "a carriage return": lambda line: line[:-1] + b"\r\n",
}


@pytest.mark.guarantee("G3")
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_last_line_is_named_for_ever_and_the_chain_goes_on(
    path: Path, damage: Callable[[bytes], bytes]
) -> None:
    ledger = filled(path)
    whole = lines(path)
    broken = damage(whole[3])
    assert broken != whole[3]
    path.write_bytes(b"".join(whole[:3]) + broken)
    verdict = verify(path)
    assert verdict.damaged == (4,)
    assert not verdict.intact
    assert verdict.head == verify_head(whole[:3])
    assert ledger.append(entry(5)).sequence == 6
    assert path.read_bytes().startswith(b"".join(whole[:3]) + broken)
    noted = [found for _, found in read_ledger(path)][4]
    assert noted is not None
    assert (noted.kind, noted.sequence) == ("damage", 5)
    assert noted.previous == hashlib.sha256(broken).hexdigest()
    after = verify(path)
    assert (after.damaged, after.entries) == ((4,), 5)
    ledger.append(entry(6))
    assert verify(path).damaged == (4,)


def verify_head(whole: list[bytes]) -> str:
    last = read_entry(whole[-1])
    assert last is not None
    return last.hash


@pytest.mark.parametrize("damage", [d for n, d in DAMAGE.items()], ids=list(DAMAGE))
def test_a_damaged_middle_line_is_named(path: Path, damage: Callable[[bytes], bytes]) -> None:
    ledger = filled(path)
    whole = lines(path)
    path.write_bytes(whole[0] + damage(whole[1]) + b"".join(whole[2:]))
    assert verify(path).damaged == (2,)
    ledger.append(entry(4))
    assert verify(path).damaged == (2,)
    assert verify(path).head == verify_head(lines(path))


def _resealed(line: bytes, **changes: object) -> bytes:
    found = read_entry(line)
    assert found is not None
    return replace(found, **changes).sealed().line()  # type: ignore[arg-type]


#: What somebody may do to whole lines -> the lines that are named.
TAMPERED: dict[str, tuple[Callable[[list[bytes]], list[bytes]], tuple[int, ...]]] = {
    "a removed line": (lambda w: [w[0], *w[2:]], (2,)),
    "the first line removed": (lambda w: w[1:], (1,)),
    "two lines swapped": (lambda w: [w[0], w[2], w[1], w[3]], (2, 3, 4)),
    "a line twice": (lambda w: [w[0], w[1], w[1], *w[2:]], (3,)),
    "a line more at the end, copied": (lambda w: [*w, w[1]], (5,)),
    "an empty line between": (lambda w: [*w[:2], b"\n", *w[2:]], (3, 4)),
    "a line changed and sealed again": (lambda w: [w[0], _resealed(w[1], code="other"), *w[2:]], (3,)),
    "the first line changed and sealed again": (lambda w: [_resealed(w[0], code="other"), *w[1:]], (2,)),
    "a line with another number": (lambda w: [*w[:3], _resealed(w[3], sequence=7)], (4,)),
    "a line with another line before it": (lambda w: [*w[:3], _resealed(w[3], previous=GENESIS)], (4,)),
    "a line with a wrong digest of its summary": (lambda w: [*w[:3], _resealed(w[3], sha256="0" * 64)], (4,)),
}


@pytest.mark.guarantee("G3")
@pytest.mark.parametrize(("tamper", "named"), TAMPERED.values(), ids=TAMPERED)
def test_lines_that_do_not_follow_each_other_are_named(
    path: Path, tamper: Callable[[list[bytes]], list[bytes]], named: tuple[int, ...]
) -> None:
    filled(path)
    path.write_bytes(b"".join(tamper(lines(path))))
    verdict = verify(path)
    assert verdict.damaged == named
    assert not verdict.intact


@pytest.mark.guarantee("G3")
def test_a_cut_off_end_is_noticed_by_whoever_noted_the_head(path: Path) -> None:
    filled(path)
    head = verify(path).head
    for kept in range(4):
        path.write_bytes(b"".join(lines(path)[: 3 - kept]) if kept < 3 else b"")
        assert verify(path).intact
        assert not verify(path, head).head_found
        assert not verify(path, head).intact
    path.unlink()
    assert not verify(path, head).intact


def test_a_noted_head_is_found_again_when_the_chain_has_grown(path: Path) -> None:
    ledger = filled(path)
    head = verify(path).head
    ledger.append(entry(4))
    assert verify(path, head).intact


def test_a_last_line_longer_than_what_is_read_at_once_is_found(path: Path) -> None:
    ledger = filled(path, 1)
    for size in (65_500, 65_536, 200_000):
        ledger.append(replace(entry(), summary="あ" * size))
        ledger.append(entry())
    assert verify(path).intact
    assert verify(path).entries == 7


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
def test_an_entry_is_read_back_from_its_line(written: Entry) -> None:
    assert written.line().count(b"\n") == 1
    assert read_entry(written.line()) == written


@settings(deadline=None, max_examples=200)
@given(ENTRIES, st.data())
def test_an_entry_with_any_byte_changed_is_not_read(written: Entry, data: st.DataObject) -> None:
    line = bytearray(written.line())
    at = data.draw(st.integers(0, len(line) - 1))
    line[at] ^= data.draw(st.integers(1, 255))
    assert read_entry(bytes(line)) is None


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_no_entry(data: bytes) -> None:
    assert read_entry(data) is None
