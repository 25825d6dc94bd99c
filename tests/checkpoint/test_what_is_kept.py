"""What is kept between questions depends on nothing but the record and the vocabulary, and goes with them."""

from __future__ import annotations

import gc
import json
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from tests.checkpoint.toy_catalog import CASE, NOON, TERMS, TOY, say, toy_catalog

from sekisho.checkpoint import history as history_module
from sekisho.checkpoint.clock import FixedClock
from sekisho.checkpoint.history import LedgerHistory
from sekisho.checkpoint.ledger import FileLedger
from sekisho.checkpoint.ledger_entry import Entry, read_entry
from sekisho.checkpoint.outcome import Disclosure
from sekisho.checkpoint.policy import Policy
from sekisho.checkpoint.render import line_of
from sekisho.local.facts import Fact, FactSheet
from sekisho.local.medical import relevance
from sekisho.local.medical.vocabulary import load_vocabulary
from sekisho.local.zone import open_zone

SINCE = NOON - timedelta(days=1)


def test_another_vocabulary_says_the_same_statement_in_its_own_words() -> None:
    statement = say("condition_now", "condition:arrhythmia")
    assert line_of(statement, TOY, "ja") == line_of(statement, TOY, "ja") == "不整脈"
    renamed = {t.code: t._replace(ja="別の名") if t.code == "condition:arrhythmia" else t for t in TERMS}
    assert line_of(statement, toy_catalog(terms=renamed), "ja") == "別の名"


def test_another_vocabulary_knows_its_own_relations_only() -> None:
    ends = ("medicine_medicine", "medicine:warfarin", "medicine:ibuprofen", "effect:bleeding")
    assert TOY.related(*ends)
    assert TOY.related(*ends)
    assert not toy_catalog(relations=frozenset()).related(*ends)


def sheet(*codes: str) -> FactSheet:
    return FactSheet(tuple(Fact("medicine", code, "active", id=f"F{i}") for i, code in enumerate(codes, 1)), (), 0)


def test_interactions_are_those_of_the_sheet_at_hand_and_are_forgotten_with_it() -> None:
    known = load_vocabulary()
    both, one = sheet("medicine:warfarin", "medicine:ibuprofen"), sheet("medicine:warfarin")
    assert relevance.interactions(both, known)
    assert relevance.interactions(both, known) is relevance.interactions(both, known)
    assert relevance.interactions(one, known) == ()
    kept = len(relevance._known_interactions)
    del both, one
    gc.collect()
    assert len(relevance._known_interactions) == kept - 2


def test_a_record_that_changed_is_answered_from_as_it_is_now(tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    cases.mkdir()
    file = cases / "01-thyroid.json"
    sample = json.loads(files("sekisho.samples").joinpath(file.name).read_bytes())
    zone = open_zone(cases, tmp_path / "state", Policy(), "ja")

    def allergies() -> list[str]:
        file.write_text(json.dumps(sample, ensure_ascii=False), "utf-8")
        outcome = zone.background.answer("めまいがします", None)
        assert isinstance(outcome, Disclosure)
        said: list[str] = json.loads(outcome.data)["patient_context"]["allergies"]
        return said

    assert allergies() == ["ペニシリン"]
    sample["allergies"] = ["ラテックス"]
    assert allergies() == ["ラテックス"]
    opened = zone.background.open(zone.cases.find(None))
    assert opened.evidence == tuple(fact.as_evidence() for fact in opened.sheet.facts)


def said(text: str) -> Entry:
    return Entry(0, "", "disclosure", case=CASE, summary=json.dumps({"lines": [text]}))


def test_a_writers_own_line_is_counted_without_being_checked_again_and_every_other_line_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.jsonl"
    ours, theirs = (FileLedger(path, FixedClock(NOON)) for _ in range(2))
    history = LedgerHistory(path, ours)
    checked: list[bytes] = []

    def check(line: bytes) -> Entry | None:
        checked.append(line)
        return read_entry(line)

    monkeypatch.setattr(history_module, "read_entry", check)
    ours.append(said("ours"))
    assert history.lines(CASE, SINCE) == {"ours"}
    assert checked == []
    theirs.append(said("theirs"))
    assert history.lines(CASE, SINCE) == {"ours", "theirs"}
    assert len(checked) == 1
    with path.open("ab") as file:
        file.write(path.read_bytes().splitlines(keepends=True)[-1].replace(b"theirs", b"forged"))
    assert history.lines(CASE, SINCE) == {"ours", "theirs"}


def test_a_ledger_that_is_replaced_while_it_is_read_again_is_read_from_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, other = tmp_path / "ledger.jsonl", tmp_path / "other.jsonl"
    ledger, replacement = FileLedger(path, FixedClock(NOON)), FileLedger(other, FixedClock(NOON))
    ledger.append(said("one"))
    history = LedgerHistory(path)
    assert history.lines(CASE, SINCE) == {"one"}
    ledger.append(said("two"))
    for line in ("three", "four", "five"):
        replacement.append(said(line))
    opens = Path.open

    def replaced(self: Path, mode: str = "r") -> Any:
        other.replace(path)
        return opens(self, mode)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", replaced)
        found = history.lines(CASE, SINCE)
    assert found == {"three", "four", "five"}
