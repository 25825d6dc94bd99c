"""Phrases around a term: what is found on which side of which term, and what the lists of phrases must hold to."""

from __future__ import annotations

from collections import defaultdict

import pytest

from sekisho.local.medical.fold import fold
from sekisho.local.medical.note_mentions import Mention
from sekisho.local.medical.said_around import TABLE, SaidAround
from sekisho.local.medical.tables import files_of, listed

GROUPS = {
    "condition": {
        "ruled_out", "feared", "over", "goes_on", "suspected", "remission", "anothers", "of_medicine", "when",
    },
    "medicine": {"not_begun", "given_then", "ended", "goes_on", "begun", "spoken_of", "caused"},
    "allergy": {
        "reacts", "borne", "not_allergy", "another_reason", "anothers", "used", "tested", "asked", "avoids",
    },
}  # fmt: skip


def said(text: str, *names: str, kind: str = "medicine") -> list[set[str]]:
    """What is said of each name in a text."""
    folded = fold(text)
    mentions = []
    for name in names:
        start = folded.index(fold(name))
        mentions.append(Mention(kind, f"{kind}:{name}", start, start + len(fold(name)), "", "", firmly=False))
    around = SaidAround(folded, mentions)
    return [set(around.of(mention)) for mention in mentions]


@pytest.mark.parametrize(
    ("text", "name", "kind", "feature"),
    [
        ("スタチンは本人の希望なく見送りとした。", "スタチン", "medicine", "said=after_not_begun"),
        ("consider ezetimibe.", "ezetimibe", "medicine", "said=before_not_begun"),
        ("Propranolol is contraindicated in asthma.", "Propranolol", "medicine", "said=after_not_begun"),
        ("救急隊がアドレナリンを筋注。", "アドレナリン", "medicine", "said=before_given_then"),
        ("アムロジピンは先月で終了。", "アムロジピン", "medicine", "said=after_ended"),
        ("She remains on bisoprolol.", "bisoprolol", "medicine", "said=before_goes_on"),
        ("エナラプリルで空咳。", "エナラプリル", "medicine", "said=after_caused"),
        ("無顆粒球症の説明済。", "無顆粒球症", "condition", "said=after_feared"),
        ("No evidence of pneumonia.", "pneumonia", "condition", "said=before_ruled_out"),
        ("糖尿病で通院中。", "糖尿病", "condition", "said=after_goes_on"),
        ("学生の頃に気胸。", "気胸", "condition", "said=before_when"),
        ("カニを食べると喉がイガイガする。", "カニ", "allergy", "said=after_reacts"),
        ("プロポフォールは問題なし。", "プロポフォール", "allergy", "said=after_borne"),
    ],
)
def test_a_phrase_beside_a_term_says_what_its_group_is(text: str, name: str, kind: str, feature: str) -> None:
    assert feature in said(text, name, kind=kind)[0]


def test_what_is_said_of_a_list_is_said_of_each_and_what_is_said_of_the_next_one_stands_further_off() -> None:
    of_list = said("アムロジピン5mg、カンデサルタンは見送り。", "アムロジピン", "カンデサルタン")
    assert all("said=after_not_begun" in found for found in of_list)
    first, second = said("アムロジピンを朝に服用、カンデサルタンは見送り。", "アムロジピン", "カンデサルタン")
    assert "said=after_not_begun" in second
    assert "said=further_not_begun" in first
    assert "said=after_not_begun" not in first


def test_what_comes_first_on_a_side_is_told_apart() -> None:
    found = said("ワルファリンは見送り、アピキサバン開始。", "ワルファリン")[0]
    assert "said=next_not_begun" in found
    assert "said=next_begun" not in found


def test_a_phrase_of_another_sentence_another_kind_or_within_a_word_says_nothing() -> None:
    assert "said=after_not_begun" not in said("アムロジピン。スタチンは見送り。", "アムロジピン")[0]
    assert not any("not_begun" in feature for feature in said("スタチンは見送り。", "スタチン", kind="condition")[0])
    assert "said=before_not_begun" in said("consider ezetimibe", "ezetimibe")[0]
    assert "said=before_not_begun" not in said("xconsider ezetimibe", "ezetimibe")[0]
    assert "said=before_not_begun" not in said("considerx ezetimibe", "ezetimibe")[0]


def test_what_stands_between_two_terms_before_the_comma_is_said_of_the_first() -> None:
    names = ("asthma", "anaemia")
    first, second = said("PMH: asthma in childhood (no attacks since), anaemia", *names, kind="condition")
    assert any(feature.startswith("said=after_") for feature in first)
    assert any(feature.startswith("said=earlier_") for feature in second)
    assert not any(feature.startswith("said=before_") for feature in second)


def test_a_longer_phrase_hides_the_one_within_it() -> None:
    found = said("Bloods before starting methotrexate.", "methotrexate")[0]
    assert "said=before_not_begun" in found
    assert "said=before_begun" not in found


def test_no_feature_of_a_phrase_holds_words_of_the_note() -> None:
    text = "山田太郎様 スタチンは本人の希望なく見送り、アムロジピンは継続。"
    known = set().union(*GROUPS.values())
    for found in said(text, "スタチン", "アムロジピン"):
        assert found
        assert {feature.partition("_")[2] for feature in found} <= known


@pytest.mark.parametrize("kind", list(GROUPS))
def test_the_lists_hold_folded_phrases_each_in_one_group_of_a_side(kind: str) -> None:
    rows = next(rows for name, rows in files_of(TABLE) if name.endswith(f"/{kind}.tsv"))
    groups: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        assert row["side"] in ("before", "after"), row
        assert row["group"] in GROUPS[kind], row
        for phrase in listed(row["phrases"]):
            assert phrase == fold(phrase).strip(), phrase
            assert 2 <= len(phrase) <= 50, phrase
            assert row["group"] not in groups[row["side"], phrase], f"twice: {phrase}"
            groups[row["side"], phrase].add(row["group"])
    assert [phrase for phrase, found in groups.items() if len(found) > 1] == []
    assert {group for found in groups.values() for group in found} == GROUPS[kind]


def test_a_file_of_phrases_is_there_for_every_kind_of_fact_that_is_judged() -> None:
    assert {name.rpartition("/")[2].removesuffix(".tsv") for name, _ in files_of(TABLE)} == set(GROUPS)
