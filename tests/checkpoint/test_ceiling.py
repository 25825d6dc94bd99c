"""Over many questions no more than the ceiling leaves, and uncommon diseases are not said together (G12)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.checkpoint.proposals import TRUE
from tests.checkpoint.toy_catalog import (
    ALL,
    CASE,
    NOON,
    TERMS,
    WALL,
    proposal,
    request,
    say,
    toy_catalog,
)

from sekisho.checkpoint import history as history_module
from sekisho.checkpoint.candidate import Statement
from sekisho.checkpoint.catalog import Catalog
from sekisho.checkpoint.clock import FixedClock
from sekisho.checkpoint.door import Checkpoint, Request
from sekisho.checkpoint.history import EntriesHistory, LedgerHistory
from sekisho.checkpoint.ledger import FileLedger, MemoryLedger
from sekisho.checkpoint.ledger_entry import Entry
from sekisho.checkpoint.outcome import Disclosure, Outcome, Refusal
from sekisho.checkpoint.policy import Policy
from sekisho.errors import Code

NOTICE = toy_catalog(notice="advise_record")
OPEN = Policy(sex=True, rare="allow", max_facts=200)
CONSTANT = {"非開示", "原記録の確認が必要"}


def door(ledger: MemoryLedger, catalog: Catalog = NOTICE, at: datetime = NOON, **policy: Any) -> Checkpoint:
    changed = Policy(**{**{"sex": True, "rare": "allow", "max_facts": 200}, **policy})
    return Checkpoint(catalog, changed, ledger, FixedClock(at), history=EntriesHistory(ledger.entries))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(inner)


def lines(outcome: Outcome) -> set[str]:
    assert isinstance(outcome, Disclosure), outcome
    return set(strings(json.loads(outcome.data))) - CONSTANT


@given(st.lists(st.lists(st.sampled_from(TRUE), max_size=6), max_size=6), st.integers(1, 12))
@pytest.mark.guarantee("G12")
def test_whatever_is_asked_no_more_different_lines_leave_than_the_ceiling(
    questions: list[list[Statement]], ceiling: int
) -> None:
    ledger = MemoryLedger(FixedClock(NOON))
    checkpoint = door(ledger, ceiling=ceiling)
    left: set[str] = set()
    for statements in questions:
        outcome = checkpoint.inspect(proposal(*statements), request())
        if isinstance(outcome, Disclosure):
            left |= lines(outcome)
    assert len(left) <= ceiling


def test_what_left_before_may_leave_again_and_something_new_may_not() -> None:
    ledger = MemoryLedger(FixedClock(NOON))
    checkpoint = door(ledger, ceiling=2)
    first = [say("allergy", "allergen:penicillin"), say("medicine", "medicine:warfarin")]
    assert lines(checkpoint.inspect(proposal(*first), request())) == {"ペニシリン", "ワルファリン"}
    again = checkpoint.inspect(proposal(*first, say("condition_now", "condition:arrhythmia")), request())
    assert lines(again) == {"ペニシリン", "ワルファリン"}
    assert isinstance(again, Disclosure)
    assert again.withheld == {"ceiling": 1}
    assert "原記録の確認が必要" in again.data.decode()


def test_allergies_are_the_last_to_go() -> None:
    ledger = MemoryLedger(FixedClock(NOON))
    everything = [
        say("medicine", "medicine:warfarin"),
        say("condition_now", "condition:arrhythmia"),
        say("allergy", "allergen:penicillin"),
    ]
    assert lines(door(ledger, ceiling=1).inspect(proposal(*everything), request())) == {"ペニシリン"}


def test_the_count_is_of_one_case_and_of_the_period() -> None:
    ledger = MemoryLedger(FixedClock(NOON))
    warfarin, pulse = say("medicine", "medicine:warfarin"), say("history_vital", "vital:pulse", "status:normal")
    assert lines(door(ledger, ceiling=1).inspect(proposal(warfarin), request()))
    assert not lines(door(ledger, ceiling=1).inspect(proposal(pulse), request()))
    another = Request("case-another", "rules", tuple(ALL.values()), WALL)
    assert lines(door(ledger, ceiling=1).inspect(proposal(pulse), another))
    later = NOON + timedelta(days=31)
    assert not lines(door(ledger, ceiling=1, at=NOON + timedelta(days=29)).inspect(proposal(pulse), request()))
    assert lines(door(ledger, ceiling=1, at=later).inspect(proposal(pulse), request())) == {"脈拍：基準範囲内"}


@pytest.mark.guarantee("G12")
def test_many_at_once_do_not_share_the_last_of_the_ceiling(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    checkpoint = Checkpoint(
        NOTICE, Policy(sex=True, rare="allow", ceiling=1), FileLedger(path, FixedClock(NOON)), FixedClock(NOON),
        history=LedgerHistory(path),
    )  # fmt: skip
    proposals = [
        proposal(say("allergy", code)) for code in ("allergen:penicillin", "allergen:egg", "medicine:amoxicillin")
    ]
    outcomes: list[Outcome] = []
    start = threading.Barrier(9)

    def ask(proposed: dict[str, object]) -> None:
        start.wait()
        outcomes.append(checkpoint.inspect(proposed, request()))

    threads = [threading.Thread(target=ask, args=[proposed]) for proposed in proposals * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = {line for outcome in outcomes if isinstance(outcome, Disclosure) for line in lines(outcome)}
    assert len(left) == 1
    assert all(o.code is Code.POLICY for o in outcomes if isinstance(o, Refusal))


def test_a_ledger_that_cannot_be_read_lets_nothing_leave(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.mkdir()
    checkpoint = Checkpoint(NOTICE, OPEN, MemoryLedger(), FixedClock(NOON), history=LedgerHistory(path))
    outcome = checkpoint.inspect(proposal(say("allergy", "allergen:penicillin")), request())
    assert isinstance(outcome, Refusal)


def test_the_history_reads_on_where_it_stopped_and_anew_where_the_file_is_another(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    history, since = LedgerHistory(path), datetime(2026, 1, 1, tzinfo=UTC)
    assert history.lines(CASE, since) == frozenset()
    checkpoint = Checkpoint(NOTICE, OPEN, FileLedger(path, FixedClock(NOON)), FixedClock(NOON), history=history)
    checkpoint.inspect(proposal(say("allergy", "allergen:penicillin")), request())
    assert "ペニシリン" in history.lines(CASE, since)
    checkpoint.inspect(proposal(say("allergy", "allergen:egg")), request())
    assert {"ペニシリン", "鶏卵"} <= history.lines(CASE, since)
    assert history.lines("case-another", since) == frozenset()
    with path.open("ab") as file:
        file.write(b'{"torn')
    assert {"ペニシリン", "鶏卵"} <= history.lines(CASE, since)
    path.unlink()
    assert history.lines(CASE, since) == frozenset()


def test_a_disclosure_is_read_once_however_often_the_case_is_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, read = tmp_path / "ledger.jsonl", 0

    def counted(value: object) -> Iterator[str]:
        nonlocal read
        read += isinstance(value, dict)
        return strings(value)

    strings = history_module.texts_in
    monkeypatch.setattr(history_module, "texts_in", counted)
    clock, history = FixedClock(NOON), LedgerHistory(path)
    checkpoint = Checkpoint(NOTICE, OPEN, FileLedger(path, clock), clock, history=history)
    for _ in range(5):
        checkpoint.inspect(proposal(say("allergy", "allergen:penicillin")), request())
    assert "ペニシリン" in history.lines(CASE, NOON - timedelta(days=1))
    once = read
    for _ in range(5):
        assert "ペニシリン" in history.lines(CASE, NOON - timedelta(days=1))
    assert read == once > 0


def test_a_line_counts_from_the_newest_time_that_it_left(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    history = LedgerHistory(path)
    for at in (NOON, NOON + timedelta(days=20)):
        Checkpoint(NOTICE, OPEN, FileLedger(path, FixedClock(at)), FixedClock(at), history=history).inspect(
            proposal(say("allergy", "allergen:penicillin")), request()
        )
    assert "ペニシリン" in history.lines(CASE, NOON + timedelta(days=10))
    assert history.lines(CASE, NOON + timedelta(days=21)) == frozenset()


UNCOMMON = {"condition:arrhythmia", "condition:diabetes"}
SOME_UNCOMMON = toy_catalog(
    notice="advise_record", terms={t.code: t._replace(uncommon=t.code in UNCOMMON) for t in TERMS}
)
BOTH = [
    say("condition_now", "condition:arrhythmia"),
    say("condition_status", "condition:diabetes", "status:past"),
    say("advise_condition", "condition:arrhythmia"),
]


@pytest.mark.guarantee("G12")
def test_uncommon_diseases_beyond_the_number_are_said_as_broader_terms() -> None:
    ledger = MemoryLedger(FixedClock(NOON))
    assert lines(door(ledger, SOME_UNCOMMON, uncommon=2).inspect(proposal(*BOTH), request())) == {
        "不整脈",
        "糖尿病（2型）（既往歴）",
        "不整脈の症状変化に注意",
    }
    for number, said in (
        (1, {"不整脈", "代謝疾患（既往歴）", "不整脈の症状変化に注意"}),
        (0, {"心疾患", "代謝疾患（既往歴）", "心疾患の症状変化に注意"}),
    ):
        fresh = MemoryLedger(FixedClock(NOON))
        assert lines(door(fresh, SOME_UNCOMMON, uncommon=number).inspect(proposal(*BOTH), request())) == said


@pytest.mark.guarantee("G12")
def test_uncommon_diseases_are_counted_over_all_questions() -> None:
    ledger = MemoryLedger(FixedClock(NOON))
    checkpoint = door(ledger, SOME_UNCOMMON, uncommon=1)
    diabetes = say("condition_status", "condition:diabetes", "status:past")
    assert lines(checkpoint.inspect(proposal(diabetes), request())) == {"糖尿病（2型）（既往歴）"}
    # Now diabetes has its name, and no other gets one.
    assert lines(checkpoint.inspect(proposal(*BOTH), request())) == {
        "心疾患",
        "糖尿病（2型）（既往歴）",
        "心疾患の症状変化に注意",
    }


@pytest.mark.guarantee("G12")
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_name_that_is_a_piece_of_another_that_left_has_not_left(language: str) -> None:
    longer = {"condition:diabetes": {"ja": "不整脈性糖尿病", "en": "diabetes with arrhythmia"}}
    terms = {t.code: t._replace(uncommon=t.code in UNCOMMON, **longer.get(t.code, {})) for t in TERMS}
    checkpoint = door(MemoryLedger(FixedClock(NOON)), toy_catalog(notice="advise_record", terms=terms), uncommon=1)
    diabetes = say("condition_status", "condition:diabetes", "status:past")
    first = lines(checkpoint.inspect(proposal(diabetes, language=language), request()))
    assert any(longer["condition:diabetes"][language] in line for line in first)
    then = lines(checkpoint.inspect(proposal(diabetes, BOTH[0], language=language), request()))
    assert first < then
    assert terms["condition:heart"].display(language) in then - first
    assert terms["condition:arrhythmia"].display(language) not in then


@pytest.mark.guarantee("G12")
def test_a_name_that_left_in_a_line_of_an_earlier_vocabulary_has_left() -> None:
    ledger = MemoryLedger(FixedClock(NOON))
    earlier = json.dumps({"lines": ["不整脈を以前はこう言った"]}, ensure_ascii=False)
    ledger.append(Entry(0, "", "disclosure", case=CASE, summary=earlier))
    checkpoint = door(ledger, SOME_UNCOMMON, uncommon=1)
    diabetes = say("condition_status", "condition:diabetes", "status:past")
    assert lines(checkpoint.inspect(proposal(diabetes), request())) == {"代謝疾患（既往歴）"}
    assert lines(checkpoint.inspect(proposal(BOTH[0]), request())) == {"不整脈"}


def test_an_uncommon_disease_without_a_common_broader_term_is_withheld() -> None:
    terms = {t.code: t._replace(uncommon=t.code in {"condition:heart", "condition:arrhythmia"}) for t in TERMS}
    catalog = toy_catalog(notice="advise_record", terms=terms)
    outcome = door(MemoryLedger(FixedClock(NOON)), catalog, uncommon=0).inspect(proposal(BOTH[0]), request())
    assert lines(outcome) == set()
    assert isinstance(outcome, Disclosure)
    assert outcome.withheld == {"combination": 1}


@given(st.lists(st.lists(st.sampled_from(TRUE), max_size=8), max_size=4), st.integers(0, 2))
@pytest.mark.guarantee("G12")
def test_whatever_is_asked_no_more_uncommon_diseases_are_named_than_the_policy_says(
    questions: list[list[Statement]], number: int
) -> None:
    ledger = MemoryLedger(FixedClock(NOON))
    checkpoint = door(ledger, SOME_UNCOMMON, uncommon=number)
    left = [checkpoint.inspect(proposal(*statements), request()) for statements in questions]
    text = "".join(outcome.data.decode() for outcome in left if isinstance(outcome, Disclosure))
    assert sum(SOME_UNCOMMON.terms[code].ja in text for code in UNCOMMON) <= number
