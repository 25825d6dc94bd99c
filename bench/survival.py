"""What survives from records into facts: allergies, active conditions, current medicines; and what is stated wrongly.

Gold records are in `bench/gold/*/`: `samples` (shipped), `synthea` (real input, where it is at hand), `tune` (may be
looked at), `practice` (was set aside once, may be looked at now) and `held_out` (set aside: whoever tunes does not look
at it).
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bench.report import Row
from sekisho.local.facts import Fact
from sekisho.local.medical.domain import MedicalDomain
from sekisho.local.medical.fold import key_of
from sekisho.local.medical.vocabulary import Vocabulary, load_vocabulary
from sekisho.local.records.reader import read_record

GOLD = Path(__file__).parent / "gold"
ROOT = Path(__file__).parent.parent
TODAY = date(2026, 11, 22)
KINDS = ("allergy", "condition", "medicine")
_STATED = {"allergy": {"active", "suspected"}, "condition": {"active", "suspected"}, "medicine": {"active"}}
_TERMS = {"allergy": ("allergen", "medicine", "class"), "condition": ("condition",), "medicine": ("medicine", "class")}


@dataclass
class Score:
    """Counts of one set of records."""

    exact: Counter[str] = field(default_factory=Counter)
    generalised: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    stated: int = 0
    wrong: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def share(self, kind: str) -> float:
        """Percent of gold items of a kind that survive, exact or generalised."""
        kept = self.exact[kind] + self.generalised[kind]
        return 100 * kept / max(1, kept + self.lost[kind])


def cases_of(name: str) -> Iterator[tuple[dict[str, Any], Path]]:
    """Each gold case of a set with the file of its record."""
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted((GOLD / name).glob("*.json")):
            case = json.loads(path.read_text(encoding="utf-8"))
            if "file" in case:
                record = ROOT / case["file"]
                if not record.exists():
                    continue
            else:
                record = Path(folder) / path.name
                record.write_text(json.dumps(case["record"], ensure_ascii=False), encoding="utf-8")
            yield case, record


def score(name: str) -> Score:
    """Score one set."""
    domain, vocabulary, total = MedicalDomain(), load_vocabulary(), Score()
    for case, path in cases_of(name):
        facts = [f for f in domain.facts(read_record(path, TODAY)).facts if f.kind in KINDS]
        stated = [f for f in facts if f.status in _STATED[f.kind]]
        total.stated += len(stated)
        explained: set[str] = set()
        gold = [(item, *_codes(item, vocabulary)) for item in case["gold"]]
        for item, exact, broad in gold:
            if item["status"] in ("active", "suspected"):
                _match(case, item, exact, broad, stated, explained, vocabulary, total)
        not_so = [(i, *_codes(i, vocabulary)) for i in case["absent"]]
        not_so += [(i, e, b) for i, e, b in gold if i["status"] not in ("active", "suspected")]
        for fact in stated:
            if fact.id not in explained and vocabulary.course.get(fact.code) != "state":
                denied = any(i["kind"] == fact.kind and fact.code in exact for i, exact, _ in not_so)
                (total.wrong if denied else total.extra).append(f"{case['id']}: {fact.code} {fact.status}")
    return total


def _codes(item: dict[str, Any], vocabulary: Vocabulary) -> tuple[set[str], set[str]]:
    """Codes that are exactly the item, and codes that a reader accepts for it."""
    lexicon = vocabulary.lexicon(*_TERMS[item["kind"]])

    def known(names: list[str]) -> set[str]:
        return {code for name in names if (code := lexicon.exact(key_of(name)))}

    exact = known([item["name"], item["en"]])
    return exact, known(item.get("accept", []))


def _match(
    case: dict[str, Any], item: dict[str, Any], exact: set[str], accepted: set[str], stated: list[Fact],
    explained: set[str], vocabulary: Vocabulary, total: Score,
) -> None:  # fmt: skip
    kind = item["kind"]
    broader = accepted | {code for e in exact for code in vocabulary.ancestors(e)}
    best = ""
    for fact in (f for f in stated if f.kind == kind):
        if fact.code in exact:
            best = "exact"
        elif fact.code in broader or exact & set(vocabulary.ancestors(fact.code)):
            best = best or "generalised"
        else:
            continue
        explained.add(fact.id)
    if best:
        getattr(total, best)[kind] += 1
    else:
        total.lost[kind] += 1
        total.missing.append(f"{case['id']}: {kind} {item['name']}")


def run() -> list[Row]:
    """The rows of the report, one set after the other."""
    rows = []
    for name in ("samples", "synthea", "tune", "practice", "held_out"):
        if not any(True for _ in cases_of(name)):
            continue
        result = score(name)
        for kind in KINDS:
            known = result.exact[kind] + result.generalised[kind] + result.lost[kind]
            floor = f"{result.exact[kind]} exact, {result.generalised[kind]} generalised of {known}"
            aim = "99 %" if kind == "allergy" else "97 %"
            rows.append(Row(f"{name}: {kind} kept", result.share(kind), "%", floor, None, aim))
        bad = 100 * (len(result.wrong) + len(result.extra)) / max(1, result.stated)
        rows.append(Row(f"{name}: wrong statements", bad, "%", f"of {result.stated} stated", None, "0.5 %"))
    return rows
