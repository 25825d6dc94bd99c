"""The checkpoint alone: a 1 kB candidate against 60 identifiers, with the ledger in memory.

The floor is what no checkpoint can do without: writing the same object as JSON and hashing it.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

from bench.measure import Spread, time_calls
from bench.report import Row
from sekisho.checkpoint.door import Checkpoint, Request
from sekisho.checkpoint.history import LedgerHistory
from sekisho.checkpoint.identifier import Identifier, IdentifierKind
from sekisho.checkpoint.ledger import FileLedger, MemoryLedger
from sekisho.checkpoint.outcome import Disclosure
from sekisho.checkpoint.policy import Policy
from sekisho.checkpoint.wall import Wall
from sekisho.local.medical.domain import MedicalDomain
from sekisho.local.model.rules import Rules
from sekisho.local.records.reader import read_record

IDENTIFIERS = 60
CALLS = 2000


def _identifiers(own: tuple[Identifier, ...]) -> list[Identifier]:
    """The record's own, filled up to 60 with others of the usual kinds."""
    family = ["田中", "鈴木", "高橋", "伊藤", "山本", "中村", "小林", "加藤", "吉田", "山田"]
    given = ["太郎", "花子", "一郎", "美咲", "健太", "陽子", "大輔", "恵子", "翔太", "直美"]
    filling = [Identifier(IdentifierKind.NAME, f"{a} {b}") for a in family for b in given[:4]]
    filling += [Identifier(IdentifierKind.DATE, f"20{20 + i}-0{1 + i}-1{i}") for i in range(6)]
    filling += [Identifier(IdentifierKind.PHONE, f"090-1234-56{i}8") for i in range(10)]
    return [*own, *filling][:IDENTIFIERS]


def run() -> list[Row]:
    """The rows of the report."""
    domain = MedicalDomain()
    with as_file(files("sekisho.samples").joinpath("01-thyroid.json")) as path:
        record = read_record(path, date(2026, 11, 22))
    prepared = domain.prepare(domain.facts(record), "めまいと動悸", "ja")
    checkpoint = Checkpoint(domain.catalog, Policy(), MemoryLedger())
    proposal = domain.candidate(prepared, Rules().choose(prepared.offer), Policy()).as_plain()
    evidence = [fact.as_evidence() for fact in (*prepared.sheet.facts, *prepared.symptoms)]
    identifiers = _identifiers(record.identifiers)
    start = time.perf_counter()
    wall = Wall(identifiers)
    building = (time.perf_counter() - start) * 1000
    request = Request("case-bench", "rules", evidence, wall)
    outcome = checkpoint.inspect(proposal, request)
    assert isinstance(outcome, Disclosure), outcome
    summary = json.loads(outcome.data)

    def floor() -> str:
        text = json.dumps(summary, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    ours = Spread.of(time_calls(lambda: checkpoint.inspect(proposal, request), CALLS))
    bare = Spread.of(time_calls(floor, CALLS))
    size = len(outcome.data)
    return [
        Row(
            f"checkpoint, {size} B, {len(identifiers)} identifiers, p50",
            ours.p50,
            "ms",
            "JSON + SHA-256",
            bare.p50,
            "0.5 ms",
        ),
        Row("checkpoint, p99", ours.p99, "ms", "JSON + SHA-256", bare.p99, "3 ms"),
        Row("building the wall, once a record", building, "ms", "", None, ""),
        _asked_often(domain, proposal, request),
    ]


def _asked_often(domain: MedicalDomain, proposal: dict[str, object], request: Request) -> Row:
    """A case that was asked about many times costs no more: what was said of it is not read again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.jsonl"
        checkpoint = Checkpoint(domain.catalog, Policy(), FileLedger(path), history=LedgerHistory(path))
        times = time_calls(lambda: checkpoint.inspect(proposal, request), CALLS)
    first, last = Spread.of(times[: CALLS // 10]), Spread.of(times[-CALLS // 10 :])
    what = f"with the ledger on disk, after {CALLS:,} questions on one case, p50"
    return Row(what, last.p50, "ms", "the first of them", first.p50, "the same")
