"""Identifiers in free text, Japanese and English, and sentences that hold none."""

from __future__ import annotations

import time

import pytest

from sekisho.local.records.free_text import identifiers_in

FOUND = [
    ("担任の山本先生から連絡", "name", "山本"),
    ("佐藤 健一さんと同居", "name", "佐藤 健一"),
    ("タナカさんが来院", "name", "タナカ"),
    ("主治医：高橋 誠", "name", "高橋 誠"),
    ("母（佐藤 良子）が橋本病", "name", "佐藤 良子"),
    ("夫 中村 大輔が同伴", "name", "中村 大輔"),
    ("高橋医師のもとで終了", "name", "高橋"),
    ("小川看護師が測定", "name", "小川"),
    ("Seen by Dr. Lindqvist on Monday", "name", "Lindqvist"),
    ("Mrs O'Hara called", "name", "O'Hara"),
    ("Prof. Anna-Maria Berg agreed", "name", "Anna-Maria Berg"),
    ("青葉台ファミリークリニックを受診", "organisation", "青葉台ファミリークリニック"),
    ("株式会社みどり計画の経理", "organisation", "株式会社"),
    ("札幌北星病院より紹介", "organisation", "札幌北星病院"),
    ("今池東小学校の1年生", "organisation", "今池東小学校"),
    ("treated at Bayside Medical Center last week", "organisation", "Bayside Medical Center"),
    ("works for Foo Widgets Inc", "organisation", "Foo Widgets Inc"),
    ("愛知県名古屋市千種区今池3丁目4-21に住む", "address", "愛知県名古屋市千種区今池3丁目4-21"),
    ("札幌市中央区南5条西8丁目", "address", "札幌市中央区南5"),
    ("lives at 48 Harbour Lane", "address", "48 Harbour Lane"),
    ("〒150-0002 渋谷", "address", "150-0002"),
    ("電話は090-1234-5678", "phone", "090-1234-5678"),
    ("電話は０９０－１２３４－５６７８", "phone", "090-1234-5678"),
    ("call +81 45 555 0142", "phone", "+81 45 555 0142"),
    ("call (555) 123-4567", "phone", "(555) 123-4567"),
    ("連絡先misaki.sato@example.jpまで", "email", "misaki.sato@example.jp"),
    ("患者番号 STO-558923 です", "number", "STO-558923"),
    ("保険証 12345678", "number", "12345678"),
    ("SSN 999-12-3456", "number", "999-12-3456"),
    ("2024年5月10日に転倒", "date", "2024年5月10日"),
    ("on 2025-04-12 she", "date", "2025-04-12"),
    ("5月10日に転倒", "date", "5月10日"),
    ("令和6年5月1日から", "date", "令和6年5月1日"),
    ("H30.4.1に手術", "date", "H30.4.1"),
    ("fell on March 5, 2024", "date", "March 5, 2024"),
    ("fell on 5 March 2024", "date", "5 March 2024"),
    ("fell on 03/05/2024", "date", "03/05/2024"),
]

HARMLESS = [
    "昨日からめまいと動悸があります。",
    "血圧 148/82 mmHg、脈拍 96、SpO2 95%",
    "同様の症状が3日続く",
    "症状の様子をみる",
    "様々な検査を行った",
    "左殿部の痛み",
    "患者様に説明した",
    "ご本人さんの希望",
    "循環器内科の先生に相談",
    "アムロジピン5mgを1日1回朝食後",
    "HbA1c 7.8%、eGFR 34",
    "CA19-9 12 U/mL",
    "WBC 5600, PLT 250000",
    "川崎病の後遺症なし",
    "橋本病で通院中",
    "Denies chest pain or shortness of breath.",
    "Graves disease in remission since 2019.",
    "Metformin 500 mg twice daily for 3 months",
    "Parkinson disease and Crohn disease are not present",
    "2週間前から咳が続く",
    "",
]


@pytest.mark.parametrize(("text", "kind", "value"), FOUND, ids=[text for text, _, _ in FOUND])
def test_identifiers_are_found_in_sentences(text: str, kind: str, value: str) -> None:
    found = [(i.kind.value, i.value) for i in identifiers_in(text)]
    assert any(k == kind and value in v for k, v in found), found


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_sentences_hold_none(text: str) -> None:
    assert [i.value for i in identifiers_in(text)] == []


@pytest.mark.parametrize("piece", ["a", "a.", "A-", "0-", "a@", " ", "東", "市", "東京都 1", "Aa "])
def test_the_time_for_hostile_text_grows_as_the_text(piece: str) -> None:
    start = time.process_time()
    list(identifiers_in(piece * (200_000 // len(piece))))
    assert time.process_time() - start < 10  # one that looks for each end from each beginning takes minutes
