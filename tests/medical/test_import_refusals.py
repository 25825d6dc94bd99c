"""What looks like a person, a place or a statement never becomes a term; what only resembles one does."""

# ruff: noqa: E501 - one case stands on one line

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sekisho.local.medical.local_terms import suspicious
from sekisho.local.medical.local_terms.names import plain_name, shown
from sekisho.local.medical.local_terms.suspicious import REASONS, why_refused

REFUSED = {
    "person": [
        "山田 太郎", "山田　花子", "佐藤太郎", "鈴木一郎", "渡邊美香", "ヤマダ タロウ", "やまだ たろう", "Taro Yamada", "SATO Hanako",
        "田中さん", "山田様", "高橋先生", "主治医 田中先生", "Dr. Smith", "Mr Jones", "小林殿", "林くん", "関口 健二",
    ],
    "place": [
        "東京都千代田区1-2", "大阪府大阪市北区", "札幌市中央区北1条", "千代田区丸の内2", "神奈川県横浜市", "甲乙病院", "丙丁クリニック",
        "株式会社甲乙", "医療法人社団甲", "三丁目12番地", "12 Main Street",
    ],
    "contact": ["03-1234-5678", "連絡先090-1234-5678", "a.b@example.jp", "0312345678", "https://example.jp", "〒100-0001", "+81-3-1234-5678"],
    "date": ["2024-05-06", "2024年5月6日発症", "5月6日の発作", "令和5年の骨折", "R5.3.2 手術", "20240506", "Jan 3, 2020", "3/4/2021"],
    "digits": ["12345", "12-34", "---", "①"],
    "braces": ["甲{0}症", "}甲乙"],
    "control": ["甲\x00乙", "甲\u200b乙症", "甲\u202e乙症", "甲\n乙症", "甲\ue000乙"],
    "too_long": ["甲" * 61],
    "too_short": ["甲", "x"],
    "empty": ["", " ", "　"],
    "statement": ["糖尿病疑い", "特記事項なし", "アレルギー不明", "喘息の既往", "no known allergies"],
}  # fmt: skip
TAKEN = (
    "橋本氏病", "山本型心膜症", "林檎花粉症", "石原式色覚異常症", "区域性肺炎", "市中感染性肺炎2型", "川崎病様血管症", "第8因子異常症",
    "上田式検査", "インターロイキン-6", "CA19-9様抗原", "1型甲乙症", "5-FU関連腸炎", "高木因子", "抗甲乙抗体", "ロブリスタチン",
    "様々な甲乙症", "君子蘭", "Mori-Yanagi syndrome", "beta-2 thing", "COVID後甲乙症", "薬剤師関連症",
)  # fmt: skip


@pytest.mark.parametrize(("reason", "name"), [(reason, name) for reason, names in REFUSED.items() for name in names])
def test_refused(reason: str, name: str) -> None:
    assert why_refused(shown(name)) == reason


@pytest.mark.parametrize("name", TAKEN)
def test_taken(name: str) -> None:
    assert why_refused(shown(name)) == ""


def test_the_table_has_every_reason() -> None:
    assert set(REFUSED) == set(REASONS)


@given(
    st.sampled_from([name for names in REFUSED.values() for name in names])
    | st.text(st.sampled_from("肺胃炎症山田太郎東京都千代区市院疑無クリニック薬局医者様氏君子美一"), max_size=9)
)
def test_the_short_way_for_plain_names_decides_as_the_rules_do(name: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        quick = why_refused(shown(name))
        patch.setattr(suspicious, "_PLAIN", re.compile(r"(?!)"))
        assert why_refused(shown(name)) == quick


@given(st.text(max_size=80))
@example("@A")
def test_whatever_is_taken_is_short_plain_text_without_braces(text: str) -> None:
    name = shown(text)
    if not why_refused(name):
        assert 2 <= len(name) <= 60
        assert name.isprintable()
        assert not set("{}@") & set(name)
        assert any(character.isalpha() for character in name)


@pytest.mark.parametrize(
    ("kind", "name", "plain"),
    [
        ("medicine", "ロブリスタチン錠5mg「甲乙」", "ロブリスタチン"),
        ("medicine", "ロブリスタチンOD錠10mg", "ロブリスタチン"),
        ("medicine", "ロブリスタチン細粒0.5%", "ロブリスタチン"),
        ("medicine", "ロブリスタチン点滴静注用500mg", "ロブリスタチン"),
        ("medicine", "ロブリスタチン注射液10mg/mL", "ロブリスタチン"),
        ("medicine", "ロブリスタチン散", "ロブリスタチン"),
        ("medicine", "抑肝散", "抑肝散"),
        ("medicine", "ビタミンB12", "ビタミンB12"),
        ("medicine", "インターフェロンα-2b", "インターフェロンα-2b"),
        ("medicine", "ロブリスタチン軟膏", "ロブリスタチン軟膏"),
        ("medicine", "錠", "錠"),
        ("allergen", "卵アレルギー", "卵"),
        ("allergen", "アレルギー", "アレルギー"),
        ("condition", "卵アレルギー", "卵アレルギー"),
    ],
)
def test_a_name_is_cut_down_to_the_thing_itself(kind: str, name: str, plain: str) -> None:
    assert plain_name(kind, name) == plain
