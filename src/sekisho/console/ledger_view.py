"""The ledger as the view shows it: its entries, whether the chain holds, a table to take away, totals by case."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sekisho.checkpoint.ledger_check import Verdict, read_ledger, verify
from sekisho.checkpoint.ledger_entry import Entry
from sekisho.console.ties import values_of

#: Characters with which a cell begins that a spreadsheet would run as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "sequence", "time", "kind", "case", "purpose", "policy", "vocabulary", "model", "code", "approval", "sha256",
    "summary", "previous", "hash",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseTotal:
    """What was ever disclosed about one case: how often, and every different value with how often it left."""

    case: str
    disclosures: int
    refusals: int
    values: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class LedgerView:
    """The whole ledger at one moment, newest entry first."""

    entries: tuple[Entry, ...]
    verdict: Verdict

    def filtered(self, case: str = "", kind: str = "", text: str = "") -> list[Entry]:
        """Entries of a case, of a kind, with a text in their code, model or summary; empty lets everything through."""
        return [
            entry
            for entry in self.entries
            if case in ("", entry.case)
            and kind in ("", entry.kind)
            and text.lower() in f"{entry.code} {entry.model} {entry.summary} {entry.case}".lower()
        ]

    def totals(self) -> list[CaseTotal]:
        """One row a case, the case with most disclosures first."""
        found = []
        for case in dict.fromkeys(entry.case for entry in self.entries if entry.case):
            own = [entry for entry in self.entries if entry.case == case]
            released = [entry for entry in own if entry.kind == "disclosure"]
            values = Counter(value for entry in released for value in set(values_of(json.loads(entry.summary))))
            rows = tuple((key, text, times) for (key, text), times in sorted(values.items()))
            found.append(CaseTotal(case, len(released), sum(e.kind == "refusal" for e in own), rows))
        return sorted(found, key=lambda total: -total.disclosures)


def read_view(path: Path) -> LedgerView:
    """Read and check the whole ledger."""
    entries = [entry for _, entry in read_ledger(path) if entry is not None]
    return LedgerView(tuple(reversed(entries)), verify(path))


def as_csv(entries: Iterable[Entry]) -> bytes:
    """The entries as a table in UTF-8 with a mark, which spreadsheets need to read Japanese. No cell is a formula."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for entry in entries:
        plain = entry.as_plain()
        table.writerow([_cell(plain[name]) for name in COLUMNS])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cell(value: object) -> str:
    said = str(value)
    return f"'{said}" if said.startswith(_FORMULA) else said
