"""The ledger in the app: filtered, added up, taken away as a table that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from sekisho.checkpoint.ledger import FileLedger
from sekisho.checkpoint.ledger_entry import Entry
from sekisho.console.ledger_view import as_csv, read_view

SUMMARY = '{"patient_context":{"age_group":"30s","allergies":["penicillin","egg"]}}'


def entry(kind: str, case: str, code: str = "", summary: str = "", model: str = "rules") -> Entry:
    import hashlib

    digest = hashlib.sha256(summary.encode()).hexdigest() if summary else ""
    return Entry(0, "", kind, case, model=model, code=code, summary=summary, sha256=digest)


def ledger_of(folder: Path) -> Path:
    path = folder / "ledger.jsonl"
    ledger = FileLedger(path)
    for given in (
        entry("disclosure", "case-1", summary=SUMMARY),
        entry("disclosure", "case-1", summary=SUMMARY),
        entry("refusal", "case-2", code="identifier_found"),
        entry("refusal", "", code="busy", model="=HYPERLINK()"),
    ):
        ledger.append(given)
    return path


def test_the_newest_comes_first_and_filters_narrow_it_down(tmp_path: Path) -> None:
    view = read_view(ledger_of(tmp_path))
    assert [e.sequence for e in view.entries] == [4, 3, 2, 1]
    assert view.verdict.intact
    assert [e.sequence for e in view.filtered(case="case-1")] == [2, 1]
    assert [e.sequence for e in view.filtered(kind="refusal")] == [4, 3]
    assert [e.sequence for e in view.filtered(text="PENICILLIN")] == [2, 1]
    assert view.filtered(case="case-1", kind="refusal") == []


def test_the_totals_say_what_was_ever_disclosed_about_each_case(tmp_path: Path) -> None:
    first, second = read_view(ledger_of(tmp_path)).totals()
    assert (first.case, first.disclosures, first.refusals) == ("case-1", 2, 0)
    assert ("patient_context.allergies", "egg", 2) in first.values
    assert (second.case, second.disclosures, second.refusals, second.values) == ("case-2", 0, 1, ())


def test_a_damaged_line_is_told_and_the_rest_is_shown(tmp_path: Path) -> None:
    path = ledger_of(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], lines[1].replace(b"egg", b"nut"), *lines[2:]]))
    view = read_view(path)
    assert view.verdict.damaged == (2,)
    assert [e.sequence for e in view.entries] == [4, 3, 1]


def test_the_table_holds_every_entry_and_no_formula(tmp_path: Path) -> None:
    data = as_csv(read_view(ledger_of(tmp_path)).entries)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["sequence"] for row in rows] == ["4", "3", "2", "1"]
    assert rows[3]["summary"] == SUMMARY
    assert rows[0]["model"] == "'=HYPERLINK()"


def test_without_a_ledger_there_is_nothing(tmp_path: Path) -> None:
    view = read_view(tmp_path / "ledger.jsonl")
    assert (view.entries, view.verdict.intact, view.totals()) == ((), True, [])
