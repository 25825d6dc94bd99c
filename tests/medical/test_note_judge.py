"""Notes as a whole: judged by learned weights, released as unknown where the state is not sure, and never beyond that."""

# ruff: noqa: E501 - notes with wide letters

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from bench.note_examples import digest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.medical.reading import facts_of, in_note, sheet_of

from sekisho.local.medical.fold import fold
from sekisho.local.medical.lexicon import Hit
from sekisho.local.medical.note_features import SignedText
from sekisho.local.medical.note_judge import Judged, judged
from sekisho.local.medical.note_mentions import Mention
from sekisho.local.medical.note_weights import ALWAYS, OUTCOMES, TABLE, Thresholds, Weights, thresholds, weights_for
from sekisho.local.medical.notes import NoteReader
from sekisho.local.medical.tables import rows
from sekisho.local.medical.vocabulary import load_vocabulary

AT = Thresholds(present=0.8, over=0.7, known=0.6, family=0.5, overrule=0.9)
LONG = (
    "本日の診察所見に特記すべきことはなく、次回は予約どおり四週間後に来院していただくこととし、食事と運動について説明を行った。ご家族からも質問はなく、説明に同意された。"
    * 2
)
READER = NoteReader(load_vocabulary())


def mention(status: str = "", **given: Any) -> Mention:
    return Mention(
        **{
            "kind": "condition",
            "code": "condition:asthma",
            "start": 0,
            "end": 2,
            "topic": "",
            "firmly": False,
            "status": status,
            **given,
        }
    )


def term(kind: str = "condition", mentions: tuple[Mention, ...] = (), **chances: float) -> Judged:
    given = {outcome: chances.get(outcome, 0.0) for outcome in OUTCOMES[kind] if outcome != "family"}
    return Judged(kind, f"{kind}:x", given, 0.0, mentions or (mention(kind=kind),))


@pytest.mark.parametrize(
    ("judged_term", "status"),
    [
        (term(active=0.9, none=0.1), "active"),
        (term(active=0.3, suspected=0.6, none=0.1), "suspected"),
        (term(past=0.8, active=0.2), "past"),
        (term(past=0.8, active=0.2, mentions=(mention("remission"),)), "remission"),
        (term("medicine", stopped=0.75, active=0.25), "stopped"),
        (term(active=0.5, past=0.4, none=0.1), "unknown"),
        (term("medicine", active=0.5, stopped=0.4, none=0.1), "unknown"),
        (term(active=0.5, none=0.5), ""),
        (term("allergy", active=0.7, none=0.3), "unknown"),
        (term("allergy", active=0.2, none=0.8), ""),
    ],
)  # fmt: skip
def test_a_state_is_told_when_it_is_sure_and_else_only_that_the_thing_is_the_persons(
    judged_term: Judged, status: str
) -> None:
    assert judged_term.status(AT) == status


def test_an_allergy_that_the_rules_read_is_not_left_out() -> None:
    read = (mention("active", kind="allergy"),)
    assert term("allergy", read, active=0.06, none=0.94).status(AT) == "unknown"
    assert term("allergy", read, active=0.03, none=0.97).status(AT) == ""


@pytest.mark.parametrize(
    "words", [{"topic": "family"}, {"topic": "other_person"}, {"signs": ("someone_else",)}, {"signs": ("family",)}]
)
def test_a_medicine_or_an_allergy_of_somebody_else_is_never_the_persons(words: Mapping[str, Any]) -> None:
    for kind in ("medicine", "allergy"):
        assert term(kind, (mention(kind=kind, **words),), active=1.0).status(AT) == ""
        assert term(kind, (mention(kind=kind, **words), mention(kind=kind)), active=1.0).status(AT) == "active"


def test_of_several_mentions_each_counts_and_a_relatives_is_not_the_persons() -> None:
    outcomes = OUTCOMES["condition"]
    sure = [float(outcome == "family") for outcome in outcomes]
    one = judged("condition", "condition:asthma", [(mention(), sure)])
    assert one.family == 1.0
    assert one.chances["none"] > 0.99
    half = [0.5 if outcome in ("active", "past") else 0.0 for outcome in outcomes]
    past = [0.9 if outcome == "past" else 0.1 if outcome == "active" else 0.0 for outcome in outcomes]
    both = judged("condition", "condition:asthma", [(mention(), half), (mention(), past)])
    assert both.chances["past"] == pytest.approx(0.75, abs=0.01)
    assert len(both.spans("notes")) == 2


NOTES = [
    ("# 高血圧、外来で治療を継続している。糖尿病なし。\n【家族歴】父 胃癌、母 糖尿病。\n", {"condition:hypertension active"}, ("condition:diabetes active", "condition:gastric_cancer active", "condition:diabetes unknown")),
    ("【アレルギー】ペニシリンで全身に蕁麻疹。ピーナッツは食べている。\n【処方】アムロジピン5mg 1T1x朝 継続\n", {"allergy allergen:penicillin active", "medicine:amlodipine active"}, ("allergy allergen:peanut",)),
    ("妻がワーファリンを飲んでいる。同室の患者がインフルエンザ。本人の内服はランソプラゾール15mg 1T1x朝。\n", {"medicine:lansoprazole active"}, ("medicine:warfarin", "condition:influenza")),
    ("アムロジピンは浮腫のため先月中止し、エナラプリル5mgへ変更して継続中。肺癌は否定された。\n", {"medicine:amlodipine stopped", "medicine:enalapril active"}, ("condition:lung_cancer",)),
    ("PMH: hypertension, type 2 diabetes on metformin 500 mg bid. Denies asthma. Mother had breast cancer.\n", {"condition:type_2_diabetes active", "condition:hypertension active"}, ("condition:asthma", "condition:breast_cancer active")),
]  # fmt: skip


@pytest.mark.parametrize(("note", "said", "unsaid"), NOTES, ids=range(len(NOTES)))
def test_clear_words_in_a_whole_note_are_told_as_they_are(note: str, said: set[str], unsaid: tuple[str, ...]) -> None:
    facts = in_note(note + LONG)
    assert said <= facts
    assert not [fact for fact in facts if fact.startswith(unsaid)]


def test_what_a_list_of_the_record_says_is_not_made_unknown_by_a_note() -> None:
    said = facts_of(conditions=["喘息"], notes="喘息については資料なし。" + LONG)
    assert "condition:asthma active" in said


def test_a_broader_name_with_an_unknown_state_says_nothing_beside_a_narrower_one() -> None:
    sheet = sheet_of({"conditions": ["2型糖尿病"], "notes": "糖尿病の件は前医の資料による。" + LONG})
    assert {fact.code for fact in sheet.of("condition")} == {"condition:type_2_diabetes"}


def test_terms_of_which_nothing_is_sure_are_counted() -> None:
    text = "喘息の吸入指導についてのパンフレットを掲示。" + LONG
    reading = READER.reading(text, "notes")
    left_out = [
        t for t in reading.terms if not t.status(thresholds(t.kind)) and t.chances["none"] < thresholds(t.kind).known
    ]
    assert reading.unsure == len(left_out)
    assert sheet_of({"notes": text}).unsure == reading.unsure


def test_the_weights_are_those_of_the_opened_gold_records() -> None:
    """After a change of these records `python -m bench.train_notes` makes both files anew."""
    from importlib.resources import files

    text = files("sekisho.local.medical").joinpath("data", "closed", "note_weights.tsv").read_text(encoding="utf-8")
    told = re.search(r"digest ([0-9a-f]{16})", text)
    assert told is not None
    assert told[1] == digest()


def test_the_shipped_weights_are_few_readable_and_each_of_use() -> None:
    seen = set()
    for row in rows(TABLE):
        numbers = [row[outcome] for outcome in OUTCOMES[row["kind"]]]
        assert any(abs(float(number)) >= 0.04 for number in numbers) or row["feature"] == ALWAYS, row
        assert (row["kind"], row["feature"]) not in seen
        seen.add((row["kind"], row["feature"]))
        assert re.match(
            r"always$|dose|(?:rule|weighed|topic|nature|sign|is|before|after|beforelist|afterlist|previous|next|same_\w+|kin_\w+|as_\w+|said)=|(?:left|right):",
            row["feature"],
        ), row
    assert 1000 < len(seen) < 6000


@pytest.mark.parametrize("kind", list(OUTCOMES))
def test_the_chances_of_a_mention_are_chances(kind: str) -> None:
    found = weights_for(kind).chances(["rule=active!", "rule=active!", "no such feature", "topic=medicines"])
    assert sum(found) == pytest.approx(1)
    assert found == weights_for(kind).chances(["topic=medicines", "rule=active!"])


def test_a_feature_adds_its_weights() -> None:
    weights = Weights.of(("active", "none"), {ALWAYS: (0.0, 0.0), "rule=active": (2.0, 0.0)})
    assert weights.chances([]) == [0.5, 0.5]
    assert weights.chances(["rule=active"])[0] == pytest.approx(0.8808, abs=1e-4)


words = st.sampled_from(
    [
        "糖尿病",
        "アムロジピン5mg",
        "卵アレルギー",
        "田中一郎",
        "父",
        "、",
        "。",
        "\n",
        "なし",
        "0120-000-111",
        "令和6年",
        " ",
        "ｱﾑﾛ",
        "asthma ",
    ]
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(words | st.text(max_size=4), min_size=20, max_size=60).map("".join))
def test_whatever_a_long_note_holds_its_facts_are_terms_with_a_known_status_and_a_place(text: str) -> None:
    terms, folded = load_vocabulary().terms, fold(text)
    for fact in READER.read(text, "notes"):
        assert fact.code in terms
        assert f"status:{fact.status}" in terms
        assert fact.spans
        assert all(0 <= span.start < span.end <= len(folded) for span in fact.spans)


@settings(max_examples=100, deadline=None)
@given(
    st.text(alphabet="ab1。\n ", max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(1, 4)), max_size=4)
)
def test_a_text_with_signs_finds_the_words_on_both_sides_of_a_term(text: str, places: list[tuple[int, int]]) -> None:
    hits, reached = [], 0
    for start, size in sorted(places):
        if start >= reached and start + size <= len(text):
            hits.append(Hit("condition:asthma", start, start + size))
            reached = start + size
    mentions = [mention(start=hit.start, end=hit.end) for hit in hits]
    signed = SignedText(text, hits, mentions)
    for hit, told_here in zip(hits, mentions, strict=True):
        before, after = signed.around(told_here)
        told = [h for h in hits if h.start < hit.start]
        assert before.count("Ⓒ") <= len(told)
        if not text[hit.end : hit.end + 1].strip():
            continue
        follows = next((h for h in hits if h.start == hit.end), None)
        assert after[0] == ("Ⓒ" if follows else after[0])
        assert follows or after[0][0] in text[hit.end] + "0"
