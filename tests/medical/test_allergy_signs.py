"""Allergies in everyday words and in the marks of forms and tests: signs for the judge, and what comes out."""

from __future__ import annotations

import pytest

from sekisho.local.medical.allergy_signs import signs_of_allergy
from sekisho.local.medical.fold import fold
from sekisho.local.medical.lexicon import Hit
from sekisho.local.medical.meaning import around
from sekisho.local.medical.notes import NoteReader
from sekisho.local.medical.vocabulary import load_vocabulary

READER = NoteReader(load_vocabulary())


def signs(before: str, name: str, after: str) -> set[str]:
    text = fold(f"{before}{name}{after}")
    start = len(fold(before))
    hit = Hit("allergen:cat", start, start + len(fold(name)))
    return set(signs_of_allergy(around(text, hit, [hit])))


@pytest.mark.parametrize(
    ("before", "name", "after", "sign"),
    [
        ("prick: ", "dog", " 0, birch 4", "mark_nought"),
        ("", "カニ", "  3  じんましん", "mark_number"),
        ("", "ネコ", " クラス4", "mark_number"),
        ("", "ニッケル", " ++", "mark_plus"),
        ("", "牛乳", "   ×   停止", "mark_cross"),
        ("", "小麦", "  ○", "mark_circle"),
        ("", "latex", " -", "mark_minus"),
        ("", "Colophony", " nil", "mark_minus"),
        ("☑ ", "ラテックス", "", "ticked"),
        ("[x] ", "penicillin", "  [ ] latex", "ticked"),
        ("□ ", "卵", "", "unticked"),
        ("", "桃", "をむくと手が真っ赤になる", "says_may_react"),
        ("", "dogs", ", she has two and sleeps with both, no bother", "tells_may_be_borne"),
        ("くしゃみと鼻水は", "猫", "", "began_may_react"),
    ],
)
def test_what_stands_around_a_substance_is_a_sign(before: str, name: str, after: str, sign: str) -> None:
    assert sign in signs(before, name, after)


@pytest.mark.parametrize("after", [" -> soap", " 10 mg", "→中止"])
def test_an_arrow_and_a_dose_are_no_answer_of_a_form(after: str) -> None:
    assert not signs("", "cat", after) & {"mark_minus", "mark_nought", "mark_cross"}


NOTES = [
    (
        "問診票(お母さま記入)\n・風船を口でふくらませると唇がぷくっと腫れる子です。ゴムの手袋はやめていただけると助かります。\n"
        "・サワシリンの粉で1歳のとき体中ぶつぶつになりました。クラリスは飲めます。\n・ぜんそくでモンテルカストを寝る前に1錠。\n"
        "・お姉ちゃんはネックレスの金属でかぶれます。この子はつけたことがないのでわかりません。\n・お弁当は持参します。\n",
        {"medicine:amoxicillin"},
        {"allergen:metal", "medicine:clarithromycin"},
    ),
    (
        "Pre-assessment for a knee replacement, gone through one by one:\nLatex - yes, balloons and dentists' gloves "
        "swell her lips\nElastoplast - skin lifts, red for days. Micropore fine\nChlorhexidine - nil\nBanana and kiwi "
        "make her mouth itch\nPMH knee osteoarthritis, hypertension (amlodipine), hypothyroid (levothyroxine)\n",
        {"allergen:latex", "allergen:banana", "allergen:kiwi"},
        {"medicine:chlorhexidine", "medicine:amlodipine"},
    ),
]


@pytest.mark.parametrize(("note", "told", "not_told"), NOTES, ids=["Japanese", "English"])
def test_an_allergy_in_everyday_words_is_released_and_what_is_borne_is_not(
    note: str, told: set[str], not_told: set[str]
) -> None:
    codes = {fact.code for fact in READER.read(note, "notes") if fact.kind == "allergy"}
    assert told <= codes
    assert not codes & not_told


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("クラスで飼っているうさぎの当番です。", "allergen:rabbit"),
        ("Two cats at home.", "allergen:cat"),
        ("Bactrim gave her spots at 19.", "medicine:sulfamethoxazole_trimethoprim"),
    ],
)
def test_an_allergen_is_judged_without_a_word_for_a_reaction_and_a_medicine_by_an_everyday_one(
    sentence: str, code: str
) -> None:
    assert code in {mention.code for mention in READER.reading(sentence, "notes").mentions if mention.kind == "allergy"}


@pytest.mark.parametrize(
    "asked", ["アレルギーを確認した", "食物アレルギーについて問診", "Drug allergies reviewed", "Asked about allergy"]
)
def test_a_word_that_only_heads_a_field_is_no_illness(asked: str) -> None:
    assert "condition" not in {mention.kind for mention in READER.reading(asked, "notes").mentions}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("ゆうなぎ薬局にて調剤。" * 12, "うなぎ"),
        ("両側の鼻茸あり、手術を検討。" * 10, "茸"),
        ("看護記録(SOAP) 食事は全量摂取。" * 8, "soap"),
        ("仙骨部にポリウレタンフィルムを貼付。" * 8, "ポリウレタン"),
    ],
)
def test_a_part_of_another_word_is_no_substance(text: str, word: str) -> None:
    reading = READER.reading(text, "notes")
    found = {reading.folded[m.start : m.end] for m in reading.mentions if m.kind == "allergy"}
    assert word in fold(text)
    assert word not in found


def test_the_same_words_alone_are_substances() -> None:
    text = "昼にうなぎを食べて蕁麻疹。茸で口がかゆい。soapで手が荒れる。ポリウレタンの手袋で発赤。" * 3
    reading = READER.reading(text, "notes")
    found = {reading.folded[m.start : m.end] for m in reading.mentions if m.kind == "allergy"}
    assert {"うなぎ", "茸", "soap", "ポリウレタン"} <= found


def test_the_illness_within_the_name_of_a_class_is_a_mention() -> None:
    text = (
        "高血圧の薬は立ちくらみがあり先月やめた。喘息の薬は続けている。次回は来月の予定で変わりなく過ごしている。" * 3
    )
    found = {(m.kind, m.code) for m in READER.reading(text, "notes").mentions}
    assert ("condition", "condition:hypertension") in found
    assert any(kind == "condition" and "asthma" in code for kind, code in found)
    assert any(kind == "medicine" for kind, _ in found)
