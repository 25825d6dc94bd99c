"""A ledger file for the tests, and its lines."""

from __future__ import annotations

from pathlib import Path

from tests.checkpoint.toy_catalog import CASE, NOON

from sekisho.checkpoint.clock import FixedClock
from sekisho.checkpoint.ledger import FileLedger
from sekisho.checkpoint.ledger_entry import Entry


def entry(number: int = 0) -> Entry:
    return Entry(0, "", "refusal", case=CASE, model="rules", code=f"code_{number}")


def filled(path: Path, count: int = 4) -> FileLedger:
    ledger = FileLedger(path, FixedClock(NOON))
    for number in range(count):
        ledger.append(entry(number))
    return ledger


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)
