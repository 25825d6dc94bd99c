"""What a row becomes: a known term, a new one under something that is surely broader, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.medical.importing import report_of, write_master

from sekisho.local.medical.fold import key_of
from sekisho.local.medical.local_terms.judge import Judge, Judged
from sekisho.local.medical.local_terms.master import MasterRow
from sekisho.local.medical.local_terms.terms import ROOTS
from sekisho.local.medical.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
JUDGES = {kind: Judge(VOCABULARY, kind) for kind in ("condition", "medicine", "allergen", "lab")}


def judged(kind: str, name: str, **more: str) -> Judged:
    return JUDGES[kind].judge(MasterRow(2, name, **more))


@pytest.mark.parametrize(
    ("kind", "name", "term"),
    [
        ("condition", "糖尿病", "condition:diabetes"),
        ("condition", "バセドウ病", "condition:graves_disease"),
        ("medicine", "アムロジピン錠5mg「甲乙」", "medicine:amlodipine"),
        ("medicine", "ｱﾑﾛｼﾞﾋﾟﾝＯＤ錠１０ｍｇ", "medicine:amlodipine"),
        ("lab", "TSH", "lab:tsh"),
    ],
)
def test_what_the_vocabulary_knows_is_known(kind: str, name: str, term: str) -> None:
    row = judged(kind, name, code="C1")
    assert (row.known, row.refused, row.code) == (term, "", "C1")


@pytest.mark.parametrize(
    ("kind", "name", "parent", "parents"),
    [
        ("condition", "膜髄性肺炎", "", ["condition:pneumonia"]),
        ("condition", "膜髄性関節炎", "E10.1", ["condition:arthritis"]),
        ("condition", "膜髄病", "E10.1", ["condition:ch_endocrine_metabolic"]),
        ("condition", "膜髄病", "H70", ["condition:ch_ear"]),
        ("condition", "膜髄病", "R10.1", ["condition:ch_state"]),
        ("condition", "膜髄病", "糖尿病", ["condition:diabetes"]),
        ("condition", "膜髄病", "condition:pneumonia", ["condition:pneumonia"]),
        ("condition", "膜髄病", "medicine:warfarin", ["condition:import_other"]),
        ("condition", "膜髄病", "U99", ["condition:import_other"]),
        ("condition", "膜髄病", "誰も知らない", ["condition:import_other"]),
        ("condition", "Zyx pneumonia", "", ["condition:pneumonia"]),
        # The head word does not say what it is
        ("condition", "仮性膜髄性肺炎", "", ["condition:import_other"]),
        ("condition", "肺炎後膜髄", "", ["condition:import_other"]),
        ("condition", "膜髄肺性高血圧症", "", ["condition:import_other"]),
        ("condition", "膜髄心性喘息", "", ["condition:import_other"]),
        ("condition", "fear of pneumonia", "", ["condition:import_other"]),
        ("condition", "non-zyx pneumonia", "", ["condition:import_other"]),
        ("medicine", "ゾムロバスタチン", "", ["class:statins"]),
        ("medicine", "zomrovastatin", "", ["class:statins"]),
        ("medicine", "ゾムロマブ", "", ["class:monoclonal_antibodies"]),
        ("medicine", "アムロジピン・ゾムロン配合", "", ["medicine:amlodipine"]),
        ("medicine", "ゾムロン", "", ["class:import_other"]),
        ("medicine", "ゾムロン", "抗菌薬", ["class:antibacterials"]),
        ("allergen", "ゾムロの実", "", ["allergen:al_other"]),
        ("lab", "抗ゾムロ抗体", "", ["lab:import_other"]),
        ("lab", "抗ゾムロ抗体", "自己抗体", ["lab:autoantibodies"]),
        ("lab", "髄液TSH", "", ["lab:import_other"]),
    ],
)  # fmt: skip
def test_what_is_new_stands_under_something_surely_broader(
    kind: str, name: str, parent: str, parents: list[str]
) -> None:
    row = judged(kind, name, parent=parent)
    assert (row.refused, row.known) == ("", "")
    assert list(row.parents) == parents


@pytest.mark.parametrize(
    ("kind", "name", "more", "rare"),
    [
        ("condition", "膜髄性肺炎", {}, True),
        ("condition", "膜髄性肺炎", {"frequency": "Common"}, False),
        ("condition", "膜髄性肺炎", {"frequency": "rare"}, True),
        ("condition", "膜髄性肺炎", {"frequency": "?"}, True),
        ("condition", "膜髄病", {"parent": "川崎病", "frequency": "rare"}, True),
        ("medicine", "ゾムロバスタチン", {}, False),
        ("medicine", "ゾムロン", {}, True),
        ("medicine", "ゾムロン", {"parent": "class:rare_disease_medicines", "frequency": "common"}, True),
        ("allergen", "ゾムロの実", {}, False),
    ],
)
def test_what_nobody_knows_the_frequency_of_is_rare(kind: str, name: str, more: dict[str, str], rare: bool) -> None:
    assert judged(kind, name, **more).rare is rare


@pytest.mark.parametrize(
    ("name", "en", "expected"),
    [
        ("膜髄病", "zyx disease", "zyx disease"),
        ("膜髄病", "", None),
        ("膜髄病", "膜髄病", None),
        ("膜髄病", "Mr Jones", None),
        ("Zyx syndrome", "", "Zyx syndrome"),
    ],
)
def test_no_language_is_mixed_silently(name: str, en: str, expected: str | None) -> None:
    assert judged("condition", name, en=en).en == expected


@given(
    kind=st.sampled_from(list(JUDGES)), name=st.text(max_size=70), parent=st.text(max_size=10), en=st.text(max_size=70)
)
def test_whatever_a_row_holds_it_is_refused_known_or_stands_under_a_term(
    kind: str, name: str, parent: str, en: str
) -> None:
    row = judged(kind, name, parent=parent, en=en)
    if row.refused:
        assert (row.known, row.parents) == ("", ())
    elif row.known:
        assert row.known in VOCABULARY.terms
    else:
        assert row.parents
        assert all(code in VOCABULARY.terms or code in ROOTS for code in row.parents)
        assert row.key == key_of(row.ja)


def test_repeated_names_and_codes_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    rows = [
        ["病名", "コード", "英名"],
        ["膜髄病", "1", ""], ["膜髄病", "1", ""], ["膜髄病", "2", ""], ["膜髄 病", "", ""], ["髄膜耳病", "1", ""],
        ["糖尿病", "7", ""], ["髄膜耳症", "7", ""], ["山田 太郎", "8", ""], ["", "", "x"],
    ]  # fmt: skip
    report = report_of(write_master(tmp_path / "m.csv", rows))
    assert (report.rows, report.taken, report.known, report.refused) == (9, 4, 1, 2)
    assert dict(report.groups) == {
        "repeated": 2, "several_codes": 1, "several_names": 2, "refused.person": 1, "refused.empty": 1
    }  # fmt: skip
    assert report.codes == 1
    assert [(e.name, e.other) for e in report.examples["several_names"]] == [
        ("1", "膜髄病, 髄膜耳病"),
        ("7", "髄膜耳症, 糖尿病"),
    ]
    assert [seen.outcome for seen in report.preview] == [*["new"] * 5, "known", "new", "person", "empty"]


def test_no_more_than_twenty_examples_are_kept(tmp_path: Path) -> None:
    rows = [["病名"], *([f"山田 太郎{'子' * (i % 2)}"] for i in range(50))]
    report = report_of(write_master(tmp_path / "m.csv", rows), columns="name=病名")
    assert report.refused == 50
    assert len(report.examples["refused.person"]) == 20
