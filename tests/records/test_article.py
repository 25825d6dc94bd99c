"""Records in the article's shape, as many hands write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.records.reading import identified, read, states, texts, values

from sekisho.local.records.record import Section

PERSON = {"full_name": "山田 花子", "date_of_birth": "1990-01-02", "sex": "女性"}

ALLERGIES: list[tuple[Any, list[str]]] = [
    ("ペニシリン", ["ペニシリン"]),
    (["ペニシリン", "卵"], ["ペニシリン", "卵"]),
    ("ペニシリン\n卵\n", ["ペニシリン", "卵"]),
    ({"allergen": "ペニシリン", "reaction": "発疹"}, ["ペニシリン"]),
    ([{"substance": "penicillin"}, "egg"], ["penicillin", "egg"]),
    ([["ペニシリン"], [["卵"]]], ["ペニシリン", "卵"]),
    ([{"name": None, "allergen": "卵"}], ["卵"]),
    ([{"allergen": "", "substance": "卵"}], ["卵"]),
    ({"allergen": ["ペニシリン", "卵"]}, ["ペニシリン", "卵"]),
    ({"allergen": {"name": "卵", "code": "x"}}, ["卵"]),
    ({"drug": "ペニシリン", "food": "卵"}, ["ペニシリン", "卵"]),
    ({"drug": ["ペニシリン"], "food": ["卵", "牛乳"]}, ["ペニシリン", "卵", "牛乳"]),
    ({"drug_allergies": ["ペニシリン"], "food_allergies": "卵"}, ["ペニシリン", "food_allergies: 卵"]),
    ({"ペニシリン": "発疹"}, ["ペニシリン: 発疹"]),
    ({"penicillin": True, "latex": False}, ["penicillin: yes", "latex: no"]),
    ({"薬": "ペニシリン", "食物": None}, ["ペニシリン"]),
    (["  ", "", "卵"], ["卵"]),
    (True, []),
    (None, []),
    ([None, None], []),
    ([], []),
    ({}, []),
    ("なし", ["なし"]),
]


@pytest.mark.parametrize(("written", "expected"), ALLERGIES, ids=[str(a) for a, _ in ALLERGIES])
def test_allergies_are_read_in_every_form(tmp_path: Path, written: Any, expected: list[str]) -> None:
    assert texts(read(tmp_path, {"patient": PERSON, "allergies": written}), "allergy") == expected


MEDICINES: list[tuple[Any, dict[str, str]]] = [
    ("アムロジピン錠5mg\nワーファリン錠1mg", {"アムロジピン錠5mg": "", "ワーファリン錠1mg": ""}),
    ([{"medication": "warfarin", "dose": "1 mg", "prescriber": "Dr Roe"}], {"warfarin": ""}),
    ([{"name": "warfarin", "active": False}], {"warfarin": "inactive"}),
    ([{"name": "warfarin", "active": True}], {"warfarin": "current"}),
    ([{"name": "warfarin", "current": "no"}], {"warfarin": "inactive"}),
    ([{"name": "warfarin", "stopped": False}], {"warfarin": ""}),
    ([{"name": "warfarin", "discontinued": True}], {"warfarin": "past"}),
    ([{"name": "warfarin", "中止": "なし"}], {"warfarin": ""}),
    ([{"name": "warfarin", "end_date": ""}], {"warfarin": ""}),
    ([{"name": "warfarin", "end_date": None}], {"warfarin": ""}),
    ([{"name": "warfarin", "end_date": "2020-01-01"}], {"warfarin": "past"}),
    ([{"name": "warfarin", "end_date": "2099-12-31"}], {"warfarin": "2099-12-31"}),
    ([{"name": "warfarin", "end_date": "2019年頃"}], {"warfarin": "past"}),
    ([{"name": "warfarin", "end_date": "継続中"}], {"warfarin": "継続中"}),
    ([{"name": "warfarin", "status": "中止"}], {"warfarin": "中止"}),
    ({"current": ["warfarin"], "past": ["aspirin"]}, {"warfarin": "current", "aspirin": "past"}),
    ({"endocrine": ["metformin"]}, {"metformin": ""}),
    ({"中止": [{"name": "aspirin"}]}, {"aspirin": "past"}),
    ({"アムロジピン": "5mg 朝"}, {"アムロジピン: 5mg 朝": ""}),
    ({"medication": ["warfarin", "aspirin"]}, {"warfarin": "", "aspirin": ""}),
]


@pytest.mark.parametrize(("written", "expected"), MEDICINES, ids=[str(m) for m, _ in MEDICINES])
def test_medicines_are_read_with_their_state(tmp_path: Path, written: Any, expected: dict[str, str]) -> None:
    assert states(read(tmp_path, {"patient": PERSON, "medications": written}), "medicine") == expected


LABS: list[tuple[Any, list[tuple[str, str, str]]]] = [
    ({"TSH": 0.01, "FT4": "2.5 ng/dL"}, [("TSH", "0.01", ""), ("FT4", "2.5 ng/dL", "")]),
    ([{"test": "HbA1c", "value": 7.1, "unit": "%"}], [("HbA1c", "7.1", "%")]),
    ({"HbA1c": {"value": "7.1", "unit": "%"}}, [("HbA1c", "7.1", "%")]),
    ({"blood": {"TSH": 1, "FT4": 2}}, [("TSH", "1", ""), ("FT4", "2", "")]),
    ({"2024-03-04": {"TSH": 1}}, [("TSH", "1", "")]),
    ({"TSH": [0.1, 0.2]}, [("TSH", "0.1", ""), ("TSH", "0.2", "")]),
    ({"TSH": [{"date": "2024-03-04", "value": 3}]}, [("TSH", "3", "")]),
    ("TSH 0.01、FT4 2.5 ng/dL", [("TSH", "0.01", ""), ("FT4", "2.5 ng/dL", "")]),
    (["TSH: 0.01", "HbA1c ＝ 7.8%"], [("TSH", "0.01", ""), ("HbA1c", "7.8%", "")]),
    ("CA19-9 12, Free T4 1.2", [("CA19-9", "12", ""), ("Free T4", "1.2", "")]),
    ([{"test": "TSH 0.01"}], [("TSH", "0.01", "")]),
    ("TSH" + " " * 10_000 + "0.01", [("TSH", "0.01", "")]),
    ("TSH" + " " * 10_000 + "x", [("TSH x", "", "")]),
    ("検査は未施行", [("検査は未施行", "", "")]),
    ({"TSH": None}, []),
]


@pytest.mark.parametrize(("written", "expected"), LABS, ids=[str(lab)[:60] for lab, _ in LABS])
def test_results_are_read_as_numbers_or_text(tmp_path: Path, written: Any, expected: list[Any]) -> None:
    assert values(read(tmp_path, {"patient": PERSON, "lab_results": written})) == expected


@pytest.mark.parametrize(
    "written",
    [
        {"date": "2024年3月4日", "TSH": 1},
        {"2024/3/4": {"TSH": 1}},
        [{"test": "TSH", "value": 1, "tested": "2024-03-04"}],
        "2024-03-04 TSH 1",
        {"TSH": [{"date": "March 4, 2024", "value": 1}]},
    ],
    ids=str,
)
def test_a_result_keeps_its_day(tmp_path: Path, written: Any) -> None:
    (item,) = read(tmp_path, {"patient": PERSON, "labs": written}).items
    assert (item.text, item.when) == ("TSH", "2024-03-04")


CONDITIONS: list[tuple[Any, dict[str, str]]] = [
    ([{"condition": "喘息", "status": "治療中"}, "片頭痛"], {"喘息": "治療中", "片頭痛": ""}),
    ({"past": ["asthma"], "active": [{"diagnosis": "gout"}]}, {"asthma": "past", "gout": "current"}),
    ({"高血圧": "治療中"}, {"高血圧: 治療中": ""}),
    ({"diabetes": True, "gout": False}, {"diabetes: yes": "", "gout: no": ""}),
    ([{"condition": "gout", "end_date": "2001"}], {"gout": "past"}),
    ([{"condition": {"name": "gout"}}], {"gout": ""}),
    ("高血圧、糖尿病", {"高血圧、糖尿病": ""}),
]


@pytest.mark.parametrize(("written", "expected"), CONDITIONS, ids=[str(c) for c, _ in CONDITIONS])
def test_conditions_are_read_with_their_state(tmp_path: Path, written: Any, expected: dict[str, str]) -> None:
    assert states(read(tmp_path, {"patient": PERSON, "medical_history": written}), "condition") == expected


@pytest.mark.parametrize(
    "content",
    [
        {"patient": {**PERSON, "allergies": ["卵"]}},
        {"patient": {**PERSON, "history": ["喘息"], "allergies": {"food": "卵"}}},
        {"患者": {"氏名": "山田 花子", "生年月日": "平成2年1月2日", "性別": "女", "アレルギー": "卵"}},
        {"基本情報": PERSON, "アレルギー歴": [{"アレルゲン": "卵"}]},
        {**PERSON, "allergies": ["卵"]},
        {"extra": {"deeper": {"allergies": ["卵"]}}, "patient": PERSON},
        [{"patient": PERSON, "allergies": ["卵"]}],
        {"Patient": PERSON, "Food Allergies": "卵"},
        {"ＰＡＴＩＥＮＴ": PERSON, "food-allergies": "卵"},
    ],
    ids=["inside the patient", "history inside", "Japanese", "sections", "flat", "nested", "list", "case", "width"],
)
def test_sections_are_found_wherever_and_however_they_are_named(tmp_path: Path, content: Any) -> None:
    record = read(tmp_path, content)
    assert "卵" in texts(record, "allergy")
    assert (record.age, record.sex) == (36, "female")
    assert "山田 花子" in identified(record)


def test_a_history_inside_the_patient_is_a_history_and_no_identifier(tmp_path: Path) -> None:
    record = read(tmp_path, {"patient": {**PERSON, "history": ["asthma"]}})
    assert texts(record, "condition") == ["asthma"]
    assert "asthma" not in identified(record)


def test_a_byte_order_mark_is_no_content(tmp_path: Path) -> None:
    assert texts(read(tmp_path, b'\xef\xbb\xbf{"allergies": "egg"}'), "allergy") == ["egg"]


def test_nulls_everywhere_are_nothing(tmp_path: Path) -> None:
    keys = "patient allergies medical_history current_medications lab_results vitals lifestyle family_history notes"
    record = read(tmp_path, dict.fromkeys(keys.split()) | {"emergency_contact": {"name": None, "phone": None}})
    assert (record.age, record.sex, record.items, record.identifiers, record.unread) == (None, "", (), (), 0)


def test_nulls_inside_of_entries_are_nothing(tmp_path: Path) -> None:
    entry = {"condition": "gout", "status": None, "diagnosed": None, "lab_results": {"TSH": None}, "notes": None}
    record = read(
        tmp_path, {"patient": {"name": None, "date_of_birth": None, "sex": None}, "conditions": [None, entry]}
    )
    assert states(record, "condition") == {"gout": ""}
    assert len(record.items) == 1


def test_provider_contacts_kana_and_former_names_are_identifiers(tmp_path: Path) -> None:
    record = read(
        tmp_path,
        {
            "patient": {**PERSON, "kana": "ヤマダ ハナコ", "former_names": ["鈴木 花子", "佐々木 花子"], "mrn": 4711},
            "emergency_contact": [{"name": "山田 太郎", "フリガナ": "ヤマダ タロウ", "phone": "090-1111-2222"}],
            "medical_provider": {
                "hospital": "中央総合病院",
                "doctor": {"name": "森 一郎", "license_number": "L-99887"},
            },
            "employer": "株式会社みどり",
            "medications": [{"name": "warfarin", "prescribed_by": "伊藤 次郎"}],
        },
    )
    assert {
        "山田 花子", "ヤマダ ハナコ", "鈴木 花子", "佐々木 花子", "4711", "山田 太郎", "ヤマダ タロウ", "090-1111-2222",
        "中央総合病院", "森 一郎", "L-99887", "株式会社みどり", "伊藤 次郎", "1990-01-02",
    } <= identified(record)  # fmt: skip


@pytest.mark.parametrize(
    "family",
    [
        [{"relation": "father", "condition": "stroke", "age": 61, "sex": "male", "date_of_birth": "1930-01-01"}],
        [{"relation": "father", "conditions": ["stroke"]}],
        {"father": {"conditions": [{"name": "stroke"}]}},
        {"father": "stroke"},
        [{"name": "Taro Yamada", "condition": "stroke", "notes": "also diabetes", "medications": ["warfarin"]}],
        "father: stroke",
    ],
    ids=str,
)
def test_what_is_said_of_the_family_stays_with_the_family(tmp_path: Path, family: Any) -> None:
    record = read(tmp_path, {"patient": {"age": 30, "sex": "F"}, "family_history": family})
    assert {item.section for item in record.items} == {Section.FAMILY}
    assert any("stroke" in item.text for item in record.items)
    assert (record.age, record.sex) == (30, "female")


def test_a_relatives_name_beside_a_disease_is_a_name(tmp_path: Path) -> None:
    family = [{"name": "Taro Yamada", "condition": "stroke"}, {"name": "gout", "relation": "mother"}]
    record = read(tmp_path, {"allergies": None, "family_history": family})
    assert texts(record, "family") == ["stroke", "gout"]
    assert "Taro Yamada" in identified(record)
    assert "gout" not in identified(record)


def test_an_age_within_an_entry_is_not_the_persons(tmp_path: Path) -> None:
    history = [{"condition": "measles", "age": 5, "sex": "male", "birth_date": "2001-01-01", "details": {"age": 6}}]
    record = read(tmp_path, {"patient": {"age": "45歳", "sex": "女"}, "medical_history": history})
    assert (record.age, record.sex) == (45, "female")


def test_somebody_elses_disease_is_neither_a_name_nor_a_fact(tmp_path: Path) -> None:
    relatives = [{"name": "山田 太郎", "condition": "喘息", "medications": ["テオフィリン"]}]
    record = read(tmp_path, {"patient": PERSON, "family_members": relatives})
    assert identified(record).isdisjoint({"喘息", "テオフィリン"})
    assert record.items == ()
    assert record.unread == 2


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ("咳あり", ["咳あり"]),
        (["咳あり", {"text": "熱なし"}], ["咳あり", "熱なし"]),
        ([{"title": "外来", "date": "2024-01-01", "author": "森 一郎", "text": "咳あり"}], ["外来", "咳あり"]),
        ({"2024-01-01": "咳あり"}, ["咳あり"]),
        ({"author": "森 一郎", "body": ["咳あり", "熱なし"]}, ["咳あり", "熱なし"]),
        ("咳あり\n熱なし", ["咳あり\n熱なし"]),
    ],
    ids=str,
)
def test_notes_are_read_whole_without_their_authors(tmp_path: Path, notes: Any, expected: list[str]) -> None:
    assert texts(read(tmp_path, {"patient": PERSON, "notes": notes}), "note") == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"lifestyle": {"smoking": "なし", "alcohol": None}}, ["smoking: なし"]),
        ({"smoking": "20本/日"}, ["smoking: 20本/日"]),
        ({"喫煙": True}, ["喫煙: yes"]),
        ({"patient": {"smoking": "never"}}, ["smoking: never"]),
        ({"lifestyle": ["smoker", "drinks socially"]}, ["smoker", "drinks socially"]),
    ],
    ids=str,
)
def test_lifestyle_keeps_its_key(tmp_path: Path, content: Any, expected: list[str]) -> None:
    assert texts(read(tmp_path, content), "lifestyle") == expected


def test_prose_beside_a_name_is_read_as_a_note(tmp_path: Path) -> None:
    record = read(tmp_path, {"conditions": [{"condition": "asthma", "description": "mild; her mother has gout"}]})
    assert (texts(record, "condition"), texts(record, "note")) == (["asthma"], ["mild; her mother has gout"])


def test_what_nobody_can_read_is_counted_and_looked_through(tmp_path: Path) -> None:
    record = read(tmp_path, {"patient": PERSON, "zzz": ["森先生に相談", 5, True, {"yyy": "x"}]})
    assert record.unread == 4
    assert "森先生" not in texts(record, "note")
    assert record.items == ()


def test_a_patient_given_twice_with_the_same_words_is_one_person(tmp_path: Path) -> None:
    record = read(tmp_path, {"patient": [PERSON, PERSON], "visits": [{"patient": PERSON, "conditions": ["gout"]}]})
    assert texts(record, "condition") == ["gout"]


def test_every_item_tells_its_place_in_known_keys(tmp_path: Path) -> None:
    history = [{"condition": "gout", "lab_results": {"尿酸": 9}, "山田太郎": {"notes": "咳"}}]
    record = read(tmp_path, {"medical_history": history})
    assert [item.path for item in record.items] == [
        "medical_history[0].lab_results.?",
        "medical_history[0].?.notes",
        "medical_history[0]",
    ]


def test_nothing_of_a_record_shows_in_its_repr(tmp_path: Path) -> None:
    record = read(tmp_path, {"patient": PERSON, "allergies": ["卵"]})
    shown = f"{record!r} {record.items!r} {record.identifiers!r}"
    assert "卵" not in shown
    assert "山田" not in shown
