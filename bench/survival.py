"""What survives from records into facts: allergies, active conditions, current medicines; and what is stated wrongly.

Gold records are in `bench/gold/*/`: `samples` (shipped), `synthea` (real input, where it is at hand), `tune` (may be
looked at), `practice` (was set aside once, may be looked at now) and `held_out` (set aside: whoever tunes does not look
at it).
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bench.report import Row
from sekisho.local.facts import Fact
from sekisho.local.medical.domain import MedicalDomain
from sekisho.local.medical.fold import key_of
from sekisho.local.medical.note_judge import UNKNOWN
from sekisho.local.medical.vocabulary import Vocabulary, load_vocabulary
from sekisho.local.records.reader import read_record

GOLD = Path(__file__).parent / "gold"
ROOT = Path(__file__).parent.parent
TODAY = date(2026, 11, 22)
KINDS = ("allergy", "condition", "medicine")
#: The groups of the report: folder, and the first and last number of their records. bench/gold/README.md tells of them.
_GROUPS = {
    "samples": ("samples", 0, 999),
    "synthea": ("synthea", 0, 999),
    "tune": ("tune", 0, 999),
    "practice, rules fitted to it": ("practice", 0, 199),
    "practice, weights learned from it": ("practice", 200, 700),
    "practice, about allergies": ("practice", 701, 999),
    "held_out": ("held_out", 100, 199),
    "held_out, written to be hard": ("held_out", 300, 550),
    "held_out, ordinary records": ("held_out", 551, 700),
    "held_out, about allergies": ("held_out", 701, 999),
}
_PRESENT = ("active", "suspected")
#: Of what a record supports and no gold list asks for.
TRUE_TOO = ("active", "suspected", "symptom")
_STATED = {"allergy": {"active", "suspected"}, "condition": {"active", "suspected"}, "medicine": {"active"}}
_TERMS = {"allergy": ("allergen", "medicine", "class"), "condition": ("condition",), "medicine": ("medicine", "class")}


@dataclass
class Score:
    """Counts of one set of records."""

    exact: Counter[str] = field(default_factory=Counter)
    generalised: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    stated: int = 0
    wrong: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def share(self, kind: str) -> float:
        """Percent of gold items of a kind that survive: exact, generalised, or with their present state not known."""
        kept = self.exact[kind] + self.generalised[kind] + self.unknown[kind]
        return 100 * kept / max(1, self.known(kind))

    @property
    def wrong_share(self) -> float:
        """Percent of what is stated that is wrong."""
        return 100 * (len(self.wrong) + len(self.extra)) / max(1, self.stated)

    def known(self, kind: str) -> int:
        """How many gold items of a kind there are."""
        return self.exact[kind] + self.generalised[kind] + self.unknown[kind] + self.lost[kind]


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


def score(name: str, wanted: Callable[[Path], bool] = lambda _: True) -> Score:
    """Score one set, or those of its records whose file is wanted."""
    domain, vocabulary, total = MedicalDomain(), load_vocabulary(), Score()
    for case, path in cases_of(name):
        if wanted(path):
            count(case, domain.facts(read_record(path, TODAY)).facts, vocabulary, total)
    return total


def count(case: dict[str, Any], facts: Iterable[Fact], vocabulary: Vocabulary, total: Score) -> None:
    """Add what the facts of one record are worth.

    `unknown` survives for an item that is active or suspected; it is wrong only where the record supports no status of
    the item for this person.
    """
    stated = [f for f in facts if f.kind in KINDS and f.status in (*_STATED[f.kind], UNKNOWN)]
    total.stated += len(stated)
    explained: set[str] = set()
    gold = [(item, *codes_of(item, vocabulary)) for item in case["gold"]]
    for item, exact, accepted in gold:
        if item["status"] in _PRESENT:
            _match(case, item, exact, accepted, stated, explained, vocabulary, total)
    also = [(item, *codes_of(item, vocabulary)) for item in case.get("also", ())]
    not_so = [(i, *codes_of(i, vocabulary)) for i in case["absent"]]
    not_so += [(i, e, a) for i, e, a in gold if i["status"] not in _PRESENT]
    for fact in stated:
        if fact.id in explained or vocabulary.course.get(fact.code) == "state":
            continue
        if fact.status == UNKNOWN and any(
            item["kind"] == fact.kind and item["status"] != "family" and fits(fact.code, exact, accepted, vocabulary)
            for item, exact, accepted in (*gold, *also)
        ):
            continue
        if any(
            item["kind"] == fact.kind and item["status"] in TRUE_TOO and fact.code in exact for item, exact, _ in also
        ):
            continue
        denied = any(i["kind"] == fact.kind and fact.code in exact for i, exact, _ in not_so)
        (total.wrong if denied else total.extra).append(f"{case['id']}: {fact.code} {fact.status}")


def codes_of(item: dict[str, Any], vocabulary: Vocabulary) -> tuple[set[str], set[str]]:
    """Codes that are exactly the item, and codes that a reader accepts for it."""
    lexicon = vocabulary.lexicon(*_TERMS[item["kind"]])

    def known(names: list[str]) -> set[str]:
        return {code for name in names if (code := lexicon.exact(key_of(name)))}

    exact = known([item["name"], item["en"]])
    return exact, known(item.get("accept", []))


def fits(code: str, exact: set[str], accepted: set[str], vocabulary: Vocabulary) -> str:
    """Whether a code is `exact`ly the item, a `generalised` or accepted name of it, or (empty) something else."""
    if code in exact:
        return "exact"
    broader = accepted | {b for e in exact for b in vocabulary.ancestors(e)}
    return "generalised" if code in broader or exact & set(vocabulary.ancestors(code)) else ""


def _match(
    case: dict[str, Any], item: dict[str, Any], exact: set[str], accepted: set[str], stated: list[Fact],
    explained: set[str], vocabulary: Vocabulary, total: Score,
) -> None:  # fmt: skip
    kind = item["kind"]
    found: set[str] = set()
    for fact in (f for f in stated if f.kind == kind):
        if fit := fits(fact.code, exact, accepted, vocabulary):
            explained.add(fact.id)
            found.add(UNKNOWN if fact.status == UNKNOWN else fit)
    best = next((how for how in ("exact", "generalised", UNKNOWN) if how in found), "lost")
    getattr(total, best)[kind] += 1
    if best == "lost":
        total.missing.append(f"{case['id']}: {kind} {item['name']}")


def _number(path: Path) -> int:
    return int(path.stem) if path.stem.isdigit() else 0


def run() -> list[Row]:
    """The rows of the report, one set after the other."""
    rows = []
    for name, (folder, first, last) in _GROUPS.items():
        result = score(folder, lambda path, first=first, last=last: first <= _number(path) <= last)  # type: ignore[misc]
        if not any(map(result.known, KINDS)):
            continue
        for kind in KINDS:
            floor = (
                f"{result.exact[kind]} exact, {result.generalised[kind]} generalised, {result.unknown[kind]} with an "
                f"unknown state, of {result.known(kind)}"
            )
            aim = "99 %" if kind == "allergy" else "97 %"
            rows.append(Row(f"{name}: {kind} kept", result.share(kind), "%", floor, None, aim))
        rows.append(
            Row(f"{name}: wrong statements", result.wrong_share, "%", f"of {result.stated} stated", None, "0.5 %")
        )
    return rows
