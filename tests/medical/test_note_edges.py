"""Where words begin and end in notes as they are written: what is found beside another word, and what only looks so."""

from __future__ import annotations

import pytest
from tests.medical.reading import sheet_of

from sekisho.local.medical.notes import NoteReader
from sekisho.local.medical.vocabulary import load_vocabulary

FOUND = [
    ("エンドキサンパルス2回目を施行中", "medicine:cyclophosphamide"),
    ("2週間前から桂枝茯苓丸始めて継続", "medicine:keishibukuryogan"),
    ("職業性接触皮膚炎で通院中", "condition:contact_dermatitis"),
    ("クローン病に対してUST 90mg 8週ごと", "medicine:ustekinumab"),
    ("#1 空トルコ鞍", "condition:empty_sella"),
    ("day 9 after L) hip #", "condition:hip_fracture"),
]
NOT_FOUND = [
    ("Meds: metoprolol succ 50 mg daily", "medicine:suxamethonium"),
    ("MRI: prolapse at L5/S1. Takes naproxen", "medicine:tegafur_gimeracil_oteracil"),
    ("disc prolapse touching the left S1 root", "medicine:tegafur_gimeracil_oteracil"),
    ("処方: カルテ 参照", "medicine:carteolol"),
    ("術前評価 ASA2、麻酔科併診", "medicine:aspirin"),
    ("入室時 RA SpO2 97%", "condition:rheumatoid_arthritis"),
    ("Urine burns since Monday", "condition:burn"),
]


def _codes(text: str) -> set[str]:
    return {mention.code for mention in NoteReader(load_vocabulary()).reading(text, "notes").mentions}


@pytest.mark.parametrize(("text", "code"), FOUND, ids=[text for text, _ in FOUND])
def test_a_term_is_found_beside_another_word(text: str, code: str) -> None:
    assert code in _codes(text)


@pytest.mark.parametrize(("text", "code"), NOT_FOUND, ids=[text for text, _ in NOT_FOUND])
def test_what_only_looks_like_a_term_is_none(text: str, code: str) -> None:
    assert code not in _codes(text)


def test_what_a_pharmacist_writes_of_a_visit_is_a_note() -> None:
    sheet = sheet_of(
        {"patient": {"age": 60}, "薬歴": "S:眠気あり。アムロジピン5mgは昨年中止となった。O:ロサルタン50mg 継続"}
    )
    assert {(f.code, f.status) for f in sheet.of("medicine")} >= {("medicine:losartan", "active")}
    assert ("medicine:amlodipine", "active") not in {(f.code, f.status) for f in sheet.of("medicine")}
