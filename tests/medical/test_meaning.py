"""What the words around a term make of it: in notes and in the parts of a record, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from tests.medical.reading import facts_of, in_note, sheet_of

NOTES = [
    # Negated, also over a list
    ("糖尿病なし。", ""),
    ("咳、発熱、胸痛なし。", ""),
    ("喘息の既往なし", ""),
    ("糖尿病、高血圧は認めず。", ""),
    ("Denies asthma or diabetes.", ""),
    ("No history of diabetes, hypertension, or asthma.", ""),
    ("Hypertension but no diabetes", "condition:hypertension active"),
    ("高血圧はないが糖尿病がある", "condition:diabetes active"),
    # Family
    ("父が脳梗塞、母は橋本病。", "condition:cerebral_infarction family, condition:hashimoto_thyroiditis family"),
    ("Father had a stroke at 61.", "condition:stroke family"),
    ("家族歴：糖尿病", "condition:diabetes family"),
    ("患者は喘息、父は痛風。", "condition:asthma active, condition:gout family"),
    ("母は元気。本人は喘息。", "condition:asthma active"),
    ("父がペニシリンアレルギー", ""),
    # Somebody else
    ("同僚がインフルエンザ。", ""),
    ("隣席の同級生が結核。", ""),
    ("Her husband Thomas is recovering from pneumonia.", ""),
    ("夫が喫煙", ""),
    # Suspected
    ("肺炎の疑い。", "condition:pneumonia suspected"),
    ("r/o pulmonary embolism", "condition:pulmonary_embolism suspected"),
    ("甲状腺機能亢進症？", "condition:hyperthyroidism suspected"),
    # Past and remission
    ("喘息は小児期に治癒", "condition:asthma past"),
    ("乳癌術後", "condition:breast_cancer past"),
    ("バセドウ病は寛解している。", "condition:graves_disease remission"),
    # Planned, prevented, explained
    ("インフルエンザワクチン接種予定。", ""),
    ("胃癌検診を勧めた", ""),
    ("If asthma worsens, return.", ""),
    ("糖尿病予防について説明", ""),
    ("Counseled about the risk of stroke.", ""),
    # Allergies
    ("ペニシリンアレルギーあり", "allergy allergen:penicillin active"),
    ("Allergic to penicillin and latex.", "allergy allergen:latex active, allergy allergen:penicillin active"),
    ("アレルギー歴：卵、牛乳", "allergy allergen:egg active, allergy allergen:milk active"),
    ("アレルギー：なし", "allergy_status:none_known active"),
    ("No known drug allergies", "allergy_status:none_known active"),
    # Medicines
    ("ワルファリン 2mg 内服中。", "medicine:warfarin active"),
    ("アスピリンを中止し、クロピドグレルを開始。", "medicine:aspirin stopped, medicine:clopidogrel active"),
    ("プラザキサからワーファリンへ変更。", "medicine:dabigatran stopped, medicine:warfarin active"),
    ("Started metformin 500 mg twice daily.", "medicine:metformin active"),
    ("ワルファリンは使用しない", ""),
    # Lifestyle
    ("飲酒は機会飲酒", "lifestyle:alcohol_social active"),
    ("喫煙なし", "lifestyle:smoking_non active"),
]


def said(facts: str) -> set[str]:
    return set(facts.split(", ")) if facts else set()


@pytest.mark.parametrize(("text", "facts"), NOTES, ids=[text for text, _ in NOTES])
def test_a_note_gives_what_it_says_and_nothing_else(text: str, facts: str) -> None:
    assert in_note(text) == said(facts)


PARTS: list[tuple[dict[str, Any], str]] = [
    ({"allergies": "なし"}, "allergy_status:none_known active"),
    ({"allergies": "NKDA"}, "allergy_status:none_known active"),
    ({"allergies": ["No known allergies"]}, "allergy_status:none_known active"),
    ({"allergies": "不明"}, ""),
    ({"allergies": ["ペニシリン（疑い）"]}, "allergy allergen:penicillin suspected"),
    ({"allergies": [{"allergen": "卵", "status": "resolved"}]}, ""),
    ({"allergies": {"ペニシリン": "発疹"}}, "allergy allergen:penicillin active"),
    ({"allergies": {"ペニシリン": "なし"}}, ""),
    ({"allergies": {"food": "egg", "drug": "aspirin"}}, "allergy allergen:egg active, allergy medicine:aspirin active"),
    ({"conditions": ["糖尿病なし"]}, ""),
    ({"conditions": ["糖尿病疑い"]}, "condition:diabetes suspected"),
    ({"conditions": [{"condition": "喘息", "status": "治癒"}]}, "condition:asthma past"),
    ({"conditions": [{"condition": "喘息", "active": False}]}, "condition:asthma past"),
    ({"conditions": [{"condition": "肺炎"}]}, "condition:pneumonia past"),
    ({"conditions": [{"condition": "肺炎", "status": "治療中"}]}, "condition:pneumonia active"),
    ({"conditions": {"diabetes": True, "asthma": False}}, "condition:diabetes active"),
    ({"conditions": "喘息（小児期）、糖尿病（治療中）"}, "condition:asthma past, condition:diabetes active"),
    ({"conditions": [{"condition": "謎の病", "icd10": "J45"}]}, "condition:asthma active"),
    ({"medications": "ワルファリン1mg\nアスピリン100mg"}, "medicine:aspirin active, medicine:warfarin active"),
    ({"medications": [{"name": "ワルファリン", "status": "中止"}]}, "medicine:warfarin stopped"),
    ({"medications": [{"name": "warfarin", "end_date": "2020-01-01"}]}, "medicine:warfarin stopped"),
    ({"medications": [{"name": "warfarin", "end_date": "2099-01-01"}]}, "medicine:warfarin active"),
    ({"medications": [{"name": "warfarin", "stopped": False}]}, "medicine:warfarin active"),
    ({"medications": "なし"}, ""),
    ({"lifestyle": {"喫煙": "20本/日"}}, "lifestyle:smoking_current active"),
    ({"lifestyle": "Former smoker"}, "lifestyle:smoking_former active"),
    ({"family_history": "父：糖尿病、母：なし"}, "condition:diabetes family"),
    ({"family_history": {"father": ["stroke"]}}, "condition:stroke family"),
    (
        {"family_history": [{"relation": "父", "conditions": ["脳卒中"], "notes": "喘息も"}]},
        "condition:asthma family, condition:stroke family",
    ),
    ({"conditions": ["喘息"], "notes": "喘息は治癒した。"}, "condition:asthma active"),
    ({"conditions": ["喘息"], "family_history": "喘息"}, "condition:asthma active, condition:asthma family"),
    ({"conditions": ["糖尿病", "2型糖尿病"]}, "condition:type_2_diabetes active"),
]


@pytest.mark.parametrize(("content", "facts"), PARTS, ids=[str(content) for content, _ in PARTS])
def test_a_part_of_a_record_gives_what_it_says(content: dict[str, Any], facts: str) -> None:
    assert facts_of(**content) == said(facts)


@pytest.mark.parametrize(
    ("content", "facts"),
    [
        ({"medical_history": ["母が糖尿病"]}, "condition:diabetes family"),
        ({"notes": "卵アレルギーなし。"}, ""),
        ({"notes": "喫煙は20年前に禁煙。"}, "lifestyle:smoking_former active"),
        ({"notes": "2010年に胃潰瘍、治癒。"}, "condition:gastric_ulcer past"),
        ({"notes": "糖尿病は否定できない。"}, "condition:diabetes suspected"),
        ({"notes": "NKDA"}, "allergy_status:none_known active"),
        ({"allergies": ["アレルギーなし"]}, "allergy_status:none_known active"),
        ({"lifestyle": {"smoking": "never"}}, "lifestyle:smoking_non active"),
        ({"lifestyle": {"smoking": "なし"}}, "lifestyle:smoking_non active"),
    ],
    ids=str,
)
def test_known_faults_of_meaning(content: dict[str, Any], facts: str) -> None:
    assert facts_of(**content) == said(facts)


def test_what_is_not_in_the_vocabulary_is_counted_by_its_place_only() -> None:
    sheet = sheet_of({"medications": ["ナゾノクスリ"], "allergies": [{"allergen": "ナゾ"}], "zzz": "x"})
    assert sorted((u.section, u.path) for u in sheet.unlisted) == [
        ("allergy", "allergies[0]"),
        ("medicine", "medications[0]"),
    ]
    assert sheet.unread == 1


def test_nothing_said_is_nothing_withheld() -> None:
    sheet = sheet_of({"patient": {}, "medications": "なし", "conditions": ["糖尿病なし"], "allergies": "不明"})
    assert (sheet.facts, sheet.unlisted) == ((), ())


def test_the_newest_result_counts() -> None:
    labs = [
        {"test": "HbA1c", "value": 9.9, "date": "2020-01-01"},
        {"test": "HbA1c", "value": 5.2, "date": "2024-01-01"},
    ]
    for given in (labs, labs[::-1]):
        sheet = sheet_of({"patient": {"age": 40, "sex": "F"}, "labs": given})
        assert [(f.code, f.status) for f in sheet.of("lab")] == [("lab:hba1c", "normal")]


def test_blood_pressure_is_two_findings() -> None:
    sheet = sheet_of({"patient": {"age": 40, "sex": "F"}, "vitals": {"血圧": "150/95 mmHg"}})
    assert [(f.code, f.status) for f in sheet.of("vital")] == [
        ("vital:systolic_bp", "high"),
        ("vital:diastolic_bp", "high"),
    ]


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "infant"), (1, "preschool"), (5, "preschool"), (6, "school"), (9, "school"), (10, "age_10s"), (39, "age_30s"),
     (89, "age_80s"), (90, "age_90_up"), (130, "age_90_up")],
)  # fmt: skip
def test_an_age_is_said_as_its_band(age: int, band: str) -> None:
    sheet = sheet_of({"patient": {"age": age}})
    assert [f.code for f in sheet.of("age")] == [f"age:{band}"]


def test_facts_are_numbered_in_the_order_of_their_kinds() -> None:
    sheet = sheet_of({"medications": ["warfarin"], "allergies": ["egg"], "patient": {"age": 40, "sex": "M"}})
    assert [(f.id, f.kind) for f in sheet.facts] == [
        ("F1", "age"),
        ("F2", "sex"),
        ("F3", "allergy"),
        ("F4", "medicine"),
    ]
