"""Conditions that a note names only by what is treated, cut off or put in; terms that a line break cuts; who speaks."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from math import log

import pytest
from tests.medical.reading import in_note, record_of

import sekisho.local.medical as medical
from sekisho.local.medical.extract import Extractor
from sekisho.local.medical.line_wraps import without_wraps
from sekisho.local.medical.note_weights import ALWAYS, OUTCOMES, Weights, thresholds
from sekisho.local.medical.told_operations import told_operations
from sekisho.local.medical.vocabulary import load_vocabulary

CLOSED = files(medical).joinpath("data", "closed")


@pytest.mark.parametrize(
    ("note", "fact"),
    [
        ("血圧はオルメテックのみ。", "condition:hypertension active"),
        ("His pressure is treated with indapamide.", "condition:hypertension active"),
        ("Bones: T-score -2.6, risedronate weekly.", "condition:osteoporosis active"),
        ("便3日なし→ラキソベロン15滴。", "condition:constipation_chronic active"),
        ("つっぱりの薬は毎朝飲んでいる。", "condition:spasticity active"),
        ("夜は眠れずデエビゴ2.5。", "condition:insomnia active"),
    ],
)
def test_a_problem_is_told_by_the_medicine_that_is_taken_for_it(note: str, fact: str) -> None:
    assert fact in in_note(note)


@pytest.mark.parametrize(
    "note",
    [
        "血圧 156/98。",
        "血圧が低めのためアムロジピン中止。",
        "コレステロールは普通。",
        "眠れずに朝を迎えた。アムロジピン5mg。",
        "花粉の時期に咳。",
    ],
)
def test_without_such_a_medicine_the_word_says_nothing(note: str) -> None:
    names = ("hypertension", "dyslipidemia", "insomnia", "pollinosis")
    assert not [fact for fact in in_note(note) for name in names if name in fact]


@pytest.mark.parametrize(
    ("note", "state"),
    [
        ("胃を10年前に切ってから食が細い", "gastrectomy_history"),
        ("胆のうは取りました", "cholecystectomy_history"),
        ("片方の腎臓をとった", "nephrectomy_history"),
        ("右膝は人工のものになっております", "artificial_knee"),
        ("心臓の血管にステントが入っている", "coronary_stent"),
    ],
)
def test_an_operation_is_told_in_plain_words(note: str, state: str) -> None:
    assert [hit.code for hit in told_operations(note)] == [f"condition:{state}"]


@pytest.mark.parametrize(
    "note", ["胃のポリープを取った", "胃薬を切らした", "胆嚢は取っていない", "肺の水を取った", "十二指腸を切った"]
)
def test_what_else_is_cut_or_taken_out_is_no_such_operation(note: str) -> None:
    assert list(told_operations(note)) == []


def test_every_condition_and_class_of_these_lists_is_in_the_vocabulary() -> None:
    terms = load_vocabulary().terms
    problems = tomllib.loads(CLOSED.joinpath("treated_problems.toml").read_text("utf-8"))["problem"]
    operations = tomllib.loads(CLOSED.joinpath("told_operations.toml").read_text("utf-8"))["operation"]
    named = {row["means"] for row in problems} | {f"class:{name}" for row in problems for name in row["treated_by"]}
    named |= {row["means"] for operation in operations for row in operation["parts"]}
    assert len(named) > 40
    assert named <= terms.keys()


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("1.間質性肺炎 2.肺高\n血圧症(軽度)", "1.間質性肺炎 2.肺高血圧症\n(軽度)"),
        ("アレルギー歴:ボルタレ\n  ン坐薬で発疹", "アレルギー歴:ボルタレン\n  坐薬で発疹"),
        ("同居している妻はリウ\nマチ\nアレルギーなし", "同居している妻はリウマチ \nアレルギーなし"),
    ],
)
def test_a_break_within_a_term_is_moved_behind_it(text: str, joined: str) -> None:
    names = load_vocabulary().lexicon("condition", "medicine", "class", "allergen")
    assert without_wraps(text, names) == joined
    assert len(joined) == len(text)


@pytest.mark.parametrize(
    "text", ["既往歴は次の通り、高血圧\n症状は特になし", "既往歴は次の通り、糖尿病\n高血圧", "肺\n高血圧"]
)
def test_lines_that_stand_for_themselves_are_left_alone(text: str) -> None:
    names = load_vocabulary().lexicon("condition", "medicine", "class", "allergen")
    assert without_wraps(text, names) == text


def test_who_speaks_next_ends_what_is_told_of_the_family() -> None:
    note = "【家族歴】父 脳出血\n医師:血圧は安定。ニフェジピンCR40mg、オルメサルタン20mg。"
    assert {"medicine:nifedipine active", "medicine:olmesartan active"} <= in_note(note)


def test_a_list_and_a_note_that_contradict_each_other_leave_the_state_unknown() -> None:
    at = thresholds("medicine")
    over = (at.over + at.overrule) / 2

    def weights(kind: str) -> Weights:
        return Weights.of(OUTCOMES[kind], {ALWAYS: tuple(_logits(kind, over))})

    note = "外来でのお話。" * 20 + "アムロジピンについて。"
    record = record_of({"patient": {}, "medications": ["アムロジピン5mg"], "notes": note})
    facts = Extractor(load_vocabulary(), weights).facts_of(record).facts
    assert [(f.code, f.status) for f in facts if f.kind == "medicine"] == [("medicine:amlodipine", "unknown")]


def _logits(kind: str, over: float) -> list[float]:
    rest = (1 - over) / (len(OUTCOMES[kind]) - 1)
    return [log(over if outcome == "stopped" else rest) for outcome in OUTCOMES[kind]]
