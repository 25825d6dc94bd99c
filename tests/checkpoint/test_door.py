"""The door: out come approved bytes or a code; every string is true, and the order of statements says nothing."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checkpoint.oracle import all_statements, lines_of, permuted, supported
from tests.checkpoint.proposals import CANARIES, GOOD, GRAMMARS, TRUE, released
from tests.checkpoint.toy_catalog import (
    ALL,
    CASE,
    NOON,
    POOL,
    TOY,
    checkpoint,
    facts,
    proposal,
    request,
    say,
)

from sekisho.checkpoint import door as door_module
from sekisho.checkpoint.candidate import Statement
from sekisho.checkpoint.canonical import canonical_bytes
from sekisho.checkpoint.clock import FixedClock
from sekisho.checkpoint.door import Checkpoint
from sekisho.checkpoint.identifier import Identifier, IdentifierKind
from sekisho.checkpoint.ledger import MemoryLedger
from sekisho.checkpoint.outcome import Disclosure, Refusal
from sekisho.checkpoint.policy import Policy
from sekisho.checkpoint.wall import Wall
from sekisho.errors import Code


def test_a_true_candidate_becomes_canonical_bytes_with_a_ledger_entry() -> None:
    ledger = MemoryLedger(FixedClock(NOON))
    outcome = checkpoint(ledger=ledger).inspect(GOOD, request())
    assert released(outcome) == {
        "context": {"age": "非開示", "conditions": [], "allergies": ["ペニシリン"], "medicines": ["ワルファリン"]},
        "relevance": {"history": ["ヘモグロビン：低値"], "interactions": []},
        "advice": [],
    }
    assert isinstance(outcome, Disclosure)
    assert canonical_bytes(released(outcome)) == outcome.data
    (entry,) = ledger.entries
    assert entry.summary.encode() == outcome.data
    assert entry.sha256 == outcome.sha256 == hashlib.sha256(outcome.data).hexdigest()
    assert (entry.kind, entry.case, entry.model, entry.code) == ("disclosure", CASE, "rules", "")
    policy = Policy(sex=True, rare="allow")
    assert (entry.purpose, entry.policy, entry.vocabulary) == (policy.purpose, policy.digest, "toy-1")
    assert entry == entry.sealed()[0]


def test_a_refusal_has_a_ledger_entry_without_any_content() -> None:
    ledger = MemoryLedger(FixedClock(NOON))
    outcome = checkpoint(ledger=ledger).inspect(proposal(say("medicine", "lab:x<medicine:warfarin")), request())
    assert outcome == Refusal(Code.UNKNOWN_TERM)
    (entry,) = ledger.entries
    assert (entry.kind, entry.code, entry.summary, entry.sha256) == ("refusal", "unknown_term", "", "")


def test_what_the_policy_kept_back_is_counted_for_the_operator_and_not_sent() -> None:
    strict = checkpoint(Policy(kinds=("allergy",), rare="withhold"))
    outcome = strict.inspect(GOOD, request())
    assert isinstance(outcome, Disclosure)
    assert dict(outcome.withheld) == {"kind": 2}
    assert b"kind" not in outcome.data


@pytest.mark.guarantee("G12")
def test_a_rare_disease_leaves_as_its_parent_and_its_medicine_as_its_class() -> None:
    rare = proposal(
        say("condition_now", "condition:long_qt"),
        say("condition_status", "condition:storage_a", "status:remission"),
        say("condition_now", "condition:lonely"),
        say("medicine", "medicine:enzyme"),
    )
    context = released(checkpoint(Policy()).inspect(rare, request()))["context"]
    assert context["conditions"] == ["不整脈", "代謝疾患（寛解）"]
    assert context["medicines"] == ["希少疾患治療薬"]


# Order, and what is true


@pytest.mark.guarantee("G1", "G2")
@settings(deadline=None, max_examples=150)
@given(
    held=st.sets(st.sampled_from(POOL)),
    language=st.sampled_from(["ja", "en"]),
    data=st.data(),
    policy=st.builds(
        Policy,
        age_band=st.sampled_from(["decade", "wide", "none"]),
        sex=st.booleans(),
        rare=st.sampled_from(["generalise", "withhold", "allow"]),
        max_facts=st.integers(1, 30),
    ),
)
def test_whatever_is_proposed_every_released_string_is_supported_by_the_record(
    held: set[tuple[str, str, str]], language: str, data: st.DataObject, policy: Policy
) -> None:
    known = facts(fact for fact in POOL if fact in held)
    true = [s for _, s in all_statements(known.values(), TOY)]
    statements = data.draw(st.lists(st.sampled_from(true), max_size=12))
    outcome = checkpoint(policy).inspect(proposal(*statements, language=language), request(known.values()))
    assert isinstance(outcome, Disclosure)
    assert set(lines_of(outcome.data, TOY)) <= supported(known.values(), TOY, language)
    GRAMMARS[language].check(outcome.data)


@pytest.mark.guarantee("G2")
@settings(deadline=None, max_examples=150)
@given(
    held=st.sets(st.sampled_from(POOL), max_size=6),
    statements=st.lists(st.sampled_from(TRUE), min_size=1, max_size=3),
)
def test_a_candidate_with_one_untrue_statement_is_refused_whole(
    held: set[tuple[str, str, str]], statements: list[Statement]
) -> None:
    known = {i: fact for i, fact in ALL.items() if (fact.kind, fact.code, fact.status) in held}
    outcome = checkpoint().inspect(proposal(*statements), request(known.values()))
    if all(fact in known for s in statements for fact in s.facts):
        assert isinstance(outcome, Disclosure)
    else:
        assert outcome == Refusal(Code.UNSUPPORTED_FACT)


@pytest.mark.guarantee("G1")
@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(TRUE), max_size=6, unique=True), st.sampled_from([1, 3, 60]))
def test_the_order_of_the_statements_says_nothing(statements: list[Statement], room: int) -> None:
    policy = Policy(sex=True, rare="allow", max_facts=room)
    door = checkpoint(policy)
    outcomes = {released_bytes(door, order) for order in permuted(statements)}
    assert len(outcomes) == 1
    doubled = [*statements, *statements[:2]]
    assert outcomes == {released_bytes(door, tuple(doubled))}


def released_bytes(door: Checkpoint, statements: tuple[Statement, ...]) -> bytes:
    outcome = door.inspect(proposal(*statements), request())
    assert isinstance(outcome, Disclosure)
    return outcome.data


# Identifiers


@pytest.mark.guarantee("G1")
def test_a_term_that_is_an_identifier_of_this_person_does_not_pass() -> None:
    wall = Wall([Identifier(IdentifierKind.OTHER, "ワルファリン")])
    assert checkpoint().inspect(GOOD, request(wall=wall)) == Refusal(Code.IDENTIFIER_FOUND)
    assert isinstance(checkpoint().inspect(GOOD, request()), Disclosure)


def test_the_bytes_that_are_released_are_those_that_were_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(Wall, "find", lambda self, text, excused=(): seen.append(text))
    outcome = checkpoint().inspect(GOOD, request())
    assert isinstance(outcome, Disclosure)
    assert [text.encode() for text in seen] == [outcome.data]


def test_a_mistake_of_the_renderer_does_not_pass_the_grammar(monkeypatch: pytest.MonkeyPatch) -> None:
    summary = released(checkpoint().inspect(GOOD, request()))
    for wrong in ({"advice": []}, {**summary, "advice": [CANARIES[7]]}, {**summary, CANARIES[7]: {}}):
        with monkeypatch.context() as patch:
            patch.setattr(door_module, "render", lambda *_, wrong=wrong: wrong)
            assert checkpoint().inspect(GOOD, request()) == Refusal(Code.NOT_IN_GRAMMAR)


def test_a_policy_that_would_say_more_than_the_record_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    more = Statement("medicine", ("medicine:warfarin",), ("F99",))
    monkeypatch.setattr(door_module, "minimise", lambda *_: ([more], {}))
    assert checkpoint().inspect(GOOD, request()) == Refusal(Code.UNSUPPORTED_FACT)


def test_the_policy_in_force_is_shown() -> None:
    policy = replace(Policy(), max_facts=3)
    assert checkpoint(policy).policy is policy
