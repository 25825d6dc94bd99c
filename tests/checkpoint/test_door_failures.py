"""Whatever breaks, out comes a code and nothing else; and the ledger knows before anybody has the bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from tests.checkpoint.proposals import CANARIES, GOOD
from tests.checkpoint.toy_catalog import (
    ALL,
    CASE,
    NOON,
    WALL,
    checkpoint,
    proposal,
    request,
)

from sekisho.checkpoint import door as door_module
from sekisho.checkpoint.clock import FixedClock
from sekisho.checkpoint.door import Request
from sekisho.checkpoint.evidence import Evidence
from sekisho.checkpoint.grammar import Grammar
from sekisho.checkpoint.ledger import FileLedger, MemoryLedger
from sekisho.checkpoint.ledger_check import read_ledger, verify
from sekisho.checkpoint.ledger_entry import Entry
from sekisho.checkpoint.outcome import Disclosure, Refusal
from sekisho.checkpoint.wall import Wall
from sekisho.errors import Code, Refused

ERRORS = (
    ValueError(CANARIES[0]),
    RuntimeError(CANARIES[0]),
    MemoryError(CANARIES[0]),
    RecursionError(CANARIES[0]),
    OSError(CANARIES[0]),
    TimeoutError(CANARIES[0]),
    AssertionError(CANARIES[0]),
    StopIteration(CANARIES[0]),
    UnicodeError(CANARIES[0]),
    KeyError(CANARIES[0]),
)


class Spy:
    """A file ledger that shows what was on the disk, and can fail."""

    def __init__(self, path: Path, error: BaseException | None = None, disclosures_only: bool = False) -> None:
        self.path = path
        self.error = error
        self.disclosures_only = disclosures_only
        self.inner = FileLedger(path, FixedClock(NOON))
        self.kept: list[Entry] = []

    def append(self, entry: Entry) -> Entry:
        if self.error is not None and not (self.disclosures_only and entry.kind != "disclosure"):
            raise self.error
        self.kept.append(self.inner.append(entry))
        return self.kept[-1]

    def alone(self) -> AbstractContextManager[None]:
        return self.inner.alone()


def break_seam(monkeypatch: pytest.MonkeyPatch, seam: str, error: BaseException) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    owner: Any = {"Grammar.check": Grammar, "Wall.find": Wall, "FixedClock.monotonic": FixedClock}.get(
        seam, door_module
    )
    monkeypatch.setattr(owner, seam.rpartition(".")[2], fail)


SEAMS = (
    "read_candidate",
    "check_support",
    "minimise",
    "render",
    "canonical_bytes",
    "Grammar.check",
    "Wall.find",
    "FixedClock.monotonic",
    "Disclosure",
)


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("seam", SEAMS)
def test_an_error_in_any_part_is_a_refusal_and_nothing_is_told_of_it(
    seam: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    for number, error in enumerate(ERRORS):
        ledger = Spy(tmp_path / f"{number}.jsonl")
        with monkeypatch.context() as patch:
            break_seam(patch, seam, error)
            outcome = checkpoint(ledger=ledger).inspect(GOOD, request(deadline=1.0))
        assert outcome == Refusal(Code.INTERNAL)
        assert ledger.kept[-1].code == "internal"
        assert CANARIES[0].encode() not in ledger.path.read_bytes()
        if seam != "Disclosure":  # only after the entry is on the disk is there anything to make
            assert [entry.kind for entry in ledger.kept] == ["refusal"]
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("seam", SEAMS)
def test_an_interrupt_passes_through_and_releases_nothing(seam: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for stop in (KeyboardInterrupt(), SystemExit(1)):
        with monkeypatch.context() as patch:
            break_seam(patch, seam, stop)
            with pytest.raises(type(stop)):
                checkpoint().inspect(GOOD, request(deadline=1.0))


@pytest.mark.guarantee("G3", "G4")
@pytest.mark.parametrize("error", [*ERRORS, Refused(Code.LEDGER_UNAVAILABLE)], ids=lambda e: type(e).__name__)
def test_without_a_ledger_nothing_is_released(error: Exception, tmp_path: Path) -> None:
    ledger = Spy(tmp_path / "ledger.jsonl", error)
    assert checkpoint(ledger=ledger).inspect(GOOD, request()) == Refusal(Code.LEDGER_UNAVAILABLE)
    assert checkpoint(ledger=ledger).refuse(Code.BUSY, CASE, "rules") == Refusal(Code.LEDGER_UNAVAILABLE)
    assert not ledger.path.exists()


@pytest.mark.guarantee("G3")
def test_a_ledger_that_keeps_only_refusals_releases_nothing(tmp_path: Path) -> None:
    ledger = Spy(tmp_path / "ledger.jsonl", OSError("full"), disclosures_only=True)
    assert checkpoint(ledger=ledger).inspect(GOOD, request()) == Refusal(Code.INTERNAL)
    assert [entry.kind for entry in ledger.kept] == ["refusal"]


@pytest.mark.guarantee("G4")
def test_facts_that_cannot_be_listed_are_a_refusal() -> None:
    def broken() -> Iterator[Evidence]:
        yield ALL["F1"]
        raise RuntimeError(CANARIES[0])

    assert checkpoint().inspect(GOOD, request(broken())) == Refusal(Code.INTERNAL)


@pytest.mark.guarantee("G4")
def test_a_case_that_cannot_be_written_is_a_refusal() -> None:
    odd = Request("\ud800", "rules", tuple(ALL.values()), WALL)
    assert isinstance(checkpoint().inspect(GOOD, odd), Refusal)
    assert isinstance(checkpoint().inspect(None, odd), Refusal)


# Time


@pytest.mark.guarantee("G4")
def test_after_the_deadline_nothing_is_released() -> None:
    clock = FixedClock(NOON, seconds=10.0)
    door = checkpoint(clock=clock)
    assert isinstance(door.inspect(GOOD, request(deadline=10.0)), Disclosure)
    clock.seconds = 10.1
    assert door.inspect(GOOD, request(deadline=10.0)) == Refusal(Code.DEADLINE)
    assert isinstance(door.inspect(GOOD, request()), Disclosure)


@pytest.mark.guarantee("G4")
def test_a_deadline_that_passes_while_the_ledger_is_waited_for_releases_nothing() -> None:
    clock = FixedClock(NOON)

    class Slow(MemoryLedger):
        def append(self, entry: Entry) -> Entry:
            clock.seconds += 11.0
            return super().append(entry)

    ledger = Slow(clock)
    assert checkpoint(ledger=ledger, clock=clock).inspect(GOOD, request(deadline=10.0)) == Refusal(Code.DEADLINE)
    assert [(entry.kind, entry.code) for entry in ledger.entries] == [("disclosure", ""), ("refusal", "deadline")]


# The ledger first


@pytest.mark.guarantee("G3")
def test_the_entry_is_on_the_disk_before_there_is_a_disclosure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    ledger = Spy(tmp_path / "ledger.jsonl")
    append = ledger.inner.append

    def appending(entry: Entry) -> Entry:
        assert "made" not in events
        kept = append(entry)
        ((_, on_disk),) = read_ledger(ledger.path)
        assert on_disk == kept
        events.append("on disk")
        return kept

    def making(key: object, data: bytes, *rest: Any) -> Disclosure:
        assert events == ["on disk"]
        ((_, on_disk),) = read_ledger(ledger.path)
        assert on_disk is not None
        assert on_disk.summary.encode() == data
        events.append("made")
        return Disclosure(key, data, *rest)

    monkeypatch.setattr(ledger.inner, "append", appending)
    monkeypatch.setattr(door_module, "Disclosure", making)
    outcome = checkpoint(ledger=ledger).inspect(GOOD, request())
    assert isinstance(outcome, Disclosure)
    assert events == ["on disk", "made"]
    assert outcome.sequence == ledger.kept[0].sequence == 1


@pytest.mark.guarantee("G3")
def test_every_outcome_has_one_entry_and_every_disclosure_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    door = checkpoint(ledger=FileLedger(path))
    outcomes = [door.inspect(proposed, request()) for proposed in (GOOD, None, proposal(), GOOD, {"language": 1})]
    entries = [entry for _, entry in read_ledger(path) if entry]
    assert len(entries) == len(outcomes)
    for entry, outcome in zip(entries, outcomes, strict=True):
        if isinstance(outcome, Disclosure):
            assert (entry.sequence, entry.summary.encode()) == (outcome.sequence, outcome.data)
        else:
            assert (entry.kind, entry.code) == ("refusal", outcome.code.value)
    assert verify(path).intact
