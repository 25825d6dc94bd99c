"""Two processes with one ledger do not both take the last line below the ceiling of a case."""

from __future__ import annotations

import contextlib
import multiprocessing
from datetime import datetime
from pathlib import Path
from threading import BrokenBarrierError
from typing import Any

import pytest
from tests.checkpoint.test_ceiling import NOTICE, lines
from tests.checkpoint.toy_catalog import NOON, proposal, request, say

from sekisho.checkpoint.clock import FixedClock
from sekisho.checkpoint.door import Checkpoint
from sekisho.checkpoint.history import LedgerHistory
from sekisho.checkpoint.ledger import FileLedger
from sekisho.checkpoint.outcome import Disclosure
from sekisho.checkpoint.policy import Policy

#: How long each waits for the other to have read the history too. One that is kept out by the lock never comes.
_MEET_SECONDS = 1.0


class _BothReadFirst(LedgerHistory):
    """Goes on only when the other process has read as well, or cannot."""

    def __init__(self, path: Path, meeting: Any) -> None:
        super().__init__(path)
        self._meeting = meeting

    def lines(self, case: str, since: datetime) -> frozenset[str]:
        read = super().lines(case, since)
        with contextlib.suppress(BrokenBarrierError):
            self._meeting.wait(_MEET_SECONDS)
        return read


def _ask(path: Path, allergen: str, meeting: Any, answers: Any) -> None:
    policy = Policy(sex=True, rare="allow", ceiling=1)
    ledger, history = FileLedger(path, FixedClock(NOON)), _BothReadFirst(path, meeting)
    checkpoint = Checkpoint(NOTICE, policy, ledger, FixedClock(NOON), history=history)
    outcome = checkpoint.inspect(proposal(say("allergy", allergen)), request())
    answers.put(sorted(lines(outcome)) if isinstance(outcome, Disclosure) else [])


@pytest.mark.guarantee("G12")
def test_two_processes_do_not_share_the_last_of_the_ceiling(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    meeting, answers = spawn.Barrier(2), spawn.Queue()
    processes = [
        spawn.Process(target=_ask, args=(tmp_path / "ledger.jsonl", allergen, meeting, answers))
        for allergen in ("allergen:penicillin", "allergen:egg")
    ]
    for process in processes:
        process.start()
    said = [answers.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert sorted(map(len, said)) == [0, 1]
