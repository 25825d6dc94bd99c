"""What a person sees before a question leaves, and what they can do about it; and the look at what leaves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sekisho.checkpoint.clock import SystemClock
from sekisho.checkpoint.ledger import FileLedger
from sekisho.checkpoint.ledger_entry import Entry
from sekisho.checkpoint.prompt.outcome import Inspected, Part, Treatment
from sekisho.cli.before_sending import agreed
from sekisho.cli.lookout import Lookout
from sekisho.cloud.instructions import INSTRUCTIONS
from sekisho.wording import wording

WORDS = wording("en")
CASE = "case-7Qm2"


def inspect(typed: str) -> Inspected:
    leaves = typed.replace("Taro", "[Name 1]")
    treatment = Treatment.AS_TYPED if leaves == typed else Treatment.MASK
    return Inspected(leaves, treatment, leaves.count("["), 0, (Part(typed, leaves, treatment),))


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the person types, next first."""
    answers: list[str] = []
    monkeypatch.setattr("builtins.input", lambda _="": answers.pop(0))
    return answers


@pytest.mark.parametrize("answer", ["", "y", " Y "])
def test_both_texts_are_shown_and_a_yes_sends_the_inspected_one(
    typing: list[str], capsys: pytest.CaptureFixture[str], answer: str
) -> None:
    typing.append(answer)
    assert agreed("Taro is dizzy", inspect, WORDS, asks=True) == "[Name 1] is dizzy"
    shown = capsys.readouterr().out
    assert "Taro is dizzy" in shown
    assert "[Name 1] is dizzy" in shown


@pytest.mark.parametrize("answer", ["n", "no", "what?", "いいえ"])
def test_anything_but_a_yes_sends_nothing(typing: list[str], answer: str) -> None:
    typing.append(answer)
    assert agreed("Taro is dizzy", inspect, WORDS, asks=True) is None


@pytest.mark.parametrize("before", [[], ["e"]])
def test_the_end_of_the_input_sends_nothing(
    typing: list[str], monkeypatch: pytest.MonkeyPatch, before: list[str]
) -> None:
    def type_next(_: str = "") -> str:
        if typing:
            return typing.pop(0)
        raise EOFError

    typing += before
    monkeypatch.setattr("builtins.input", type_next)
    assert agreed("Taro is dizzy", inspect, WORDS, asks=True) is None


def test_a_changed_text_is_inspected_again(typing: list[str]) -> None:
    typing += ["e", "Taro has a headache", "e", "a headache"]
    assert agreed("Taro is dizzy", inspect, WORDS, asks=True) == "a headache"
    assert typing == []


def test_nobody_is_asked_where_nothing_was_changed_or_nobody_is_there(typing: list[str]) -> None:
    assert agreed("dizzy", inspect, WORDS, asks=True) == "dizzy"
    assert agreed("Taro is dizzy", inspect, WORDS, asks=False) == "[Name 1] is dizzy"


SUMMARY = (
    '{"patient_context":{"age_group":"60s","allergies":[],"chronic_conditions":[],"current_medications":[]},'
    '"recommendations":[],"symptom_relevance":{"potential_interactions":[],"related_history":[],"risk_factors":[]}}'
)


@pytest.fixture
def lookout(tmp_path: Path) -> Lookout:
    path = tmp_path / "ledger.jsonl"
    FileLedger(path, SystemClock()).append(Entry(0, "", "disclosure", case=CASE, summary=SUMMARY))
    looking = Lookout(path, CASE, frozenset({"gpt-5"}))
    looking.expect("dizzy")
    return looking


def body(question: str = f"dizzy\n\nCase: {CASE}", result: str = SUMMARY, **more: object) -> str:
    messages = [
        {"role": "system", "content": INSTRUCTIONS["en"]},
        {"role": "user", "content": question},
        {"role": "assistant", "content": "The cloud may say anything."},
        {"role": "tool", "tool_call_id": "call_1", "content": result},
    ]
    return json.dumps({"model": "gpt-5", "messages": messages, "store": False, **more})


def test_what_was_inspected_and_what_the_ledger_has_passes(lookout: Lookout) -> None:
    assert lookout.passes(body())
    assert lookout.passes(body())
    assert lookout.passes(body(result='{"error":"busy"}'))
    assert lookout.passes(body(previous_response_id="resp_0a1b"))


@pytest.mark.parametrize(
    "text",
    [
        body(question=f"dizzy, Taro\n\nCase: {CASE}"),
        body(question="dizzy\n\nCase: case-other"),
        body(result=SUMMARY.replace("60s", "70s")),
        body(result="Taro"),
        body(user="Taro"),
        body(metadata={"name": ["Taro"]}),
        body(Taro=None),
        body(store=19580402),
        body(stream_options={"include_usage": 195.8}),
        body(previous_response_id="Taro Yamada"),
        body(previous_response_id=["Taro"]),
        body(model="Taro"),
        body().replace("You help", "Taro. You help"),
        "not json",
        "",
    ],
    ids=range(15),
)
def test_any_other_text_does_not(lookout: Lookout, text: str) -> None:
    assert not lookout.passes(text)


def test_a_summary_of_another_case_does_not_pass(lookout: Lookout, tmp_path: Path) -> None:
    other = Lookout(tmp_path / "ledger.jsonl", "case-other", frozenset({"gpt-5"}))
    other.expect("dizzy")
    assert not other.passes(body(question="dizzy"))
