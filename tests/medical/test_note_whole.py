"""Whole notes: what one part says is weighed with what another part says, and with the lists of the record."""

# ruff: noqa: E501 - sentences with wide letters

from __future__ import annotations

import pytest
from tests.medical.reading import facts_of, in_note

DISCHARGE = """退院時サマリー
【診断】#1 急性胆嚢炎 #2 2型糖尿病
【既往歴】虫垂炎(18歳)、肺結核(20代、内服治療で治癒)
【アレルギー】ロキソプロフェンで蕁麻疹。
【経過】第1病日より絶食、スルバシリン開始。術後せん妄に対しクエチアピンを一時使用、軽快し中止。
【退院時処方】
ジャヌビア50mg 1T1x朝
メトグルコ250mg 2T2x朝夕
"""
LETTER = """Dear Dr. Tanabe,
Thank you for seeing this 47-year-old woman with poorly controlled migraine. She has tried propranolol without benefit.
She currently takes sumatriptan 50 mg as needed.
PMH: asthma in childhood (no attacks since age 12), iron deficiency anaemia. No hypertension, no DVT.
Allergies: trimethoprim - widespread rash, strawberries make her lips swell.
Family: mother has glaucoma, sister had a stroke at 40.
I have ruled out giant cell arteritis.
"""
SHORTHAND = """58M
既) HTN、痛風、脂肪肝  DM(-) AAA(-)
薬) ニフェジピンCR40 1T、ザイロリック100 1T  ※ベンズブロマロンは肝障害あり中止
FH) 父 前立腺癌
"""


@pytest.mark.parametrize(
    ("note", "said", "unsaid"),
    [
        (
            DISCHARGE,
            {"condition:type_2_diabetes active", "condition:pulmonary_tuberculosis past",
             "allergy medicine:loxoprofen active", "medicine:sitagliptin active", "medicine:metformin active"},
            {"condition:acute_cholecystitis active", "condition:delirium", "medicine:quetiapine active", "medicine:loxoprofen", "condition:urticaria"},
        ),
        (
            LETTER,
            {"condition:migraine active", "condition:iron_deficiency_anemia active",
             "medicine:sumatriptan active", "allergy medicine:trimethoprim active", "allergy allergen:strawberry active",
             "condition:glaucoma family", "condition:stroke family"},
            {"medicine:propranolol active", "condition:asthma active", "condition:hypertension", "condition:deep_vein_thrombosis", "condition:giant_cell_arteritis"},
        ),
        (
            SHORTHAND,
            {"condition:hypertension active", "condition:gout active", "medicine:nifedipine active",
             "medicine:allopurinol active", "medicine:benzbromarone stopped", "condition:prostate_cancer family"},
            {"condition:diabetes", "condition:abdominal_aortic_aneurysm", "condition:prostate_cancer active"},
        ),
    ],
    ids=["discharge", "letter", "shorthand"],
)  # fmt: skip
def test_a_whole_note_is_read_with_its_headings(note: str, said: set[str], unsaid: set[str]) -> None:
    facts = in_note(note)
    assert said <= facts
    assert not [fact for fact in facts for word in unsaid if fact.startswith(word)]


@pytest.mark.parametrize(
    ("note", "fact"),
    [
        ("【病名】誤嚥性肺炎\n\n肺炎は治癒した。", "condition:aspiration_pneumonia past"),
        ("#1 SLE疑い\n\nSLEは否定された。", ""),
        ("処方: アムロジピン5mg\n\nアムロジピンは本日で中止した。", "medicine:amlodipine stopped"),
        ("アムロジピンは入院時に中止した。\n\n退院処方:\nアムロジピン5mg 1T\n", "medicine:amlodipine active"),
    ],
)
def test_the_last_firm_word_of_a_note_holds(note: str, fact: str) -> None:
    assert in_note(note) == ({fact} if fact else set())


@pytest.mark.parametrize(
    ("lists", "note", "facts"),
    [
        ({"medications": ["アムロジピン5mg"]}, "アムロジピンは本日で中止した。", {"medicine:amlodipine stopped"}),
        ({"medications": ["アムロジピン5mg"]}, "アムロジピンは手術時に中止予定。", {"medicine:amlodipine active"}),
        (
            {"allergies": ["ペニシリン"]},
            "ペニシリンは負荷試験陰性でアレルギーのラベルを外した。",
            {"allergy allergen:penicillin active"},
        ),
        ({"allergies": ["ペニシリン"]}, "ペニシリンは以前飲めた。", {"allergy allergen:penicillin active"}),
        ({"conditions": ["喘息"]}, "喘息はない。", {"condition:asthma active"}),
    ],
)
def test_a_note_overrules_a_list_only_in_so_many_words_and_never_an_allergy(
    lists: dict[str, list[str]], note: str, facts: set[str]
) -> None:
    assert facts_of(**lists, notes=note) == facts


def test_an_abbreviation_means_what_the_note_says_it_means() -> None:
    assert in_note("DM (dermatomyositis) since 2019.\nDM stable.") == {"condition:dermatomyositis active"}
