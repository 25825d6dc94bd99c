"""A sentence with an unknown word leaves as codes: the same meaning, of the same person, with the same polarity."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checkpoint.prompt.inspection import inspect, leaves, words

from sekisho.checkpoint.prompt import Detail, Said, Treatment
from sekisho.checkpoint.prompt.codes import rendered

#: An unknown word, so that the sentence cannot leave as typed.
#: More unknown words than are masked, so that the sentence leaves as codes.
JA = "（ゾルブラト、モロネガス、カタバミノ、ヨシギリン）"
EN = " (zorblat, kewlin, mofratan, ozzly)"

READ_JA = {
    "a symptom": ("頭痛がします", "頭痛。"),
    "one that is denied": ("熱はないです", "発熱: なし。"),
    "denied, and another one": ("熱はないが、咳が出ます", "発熱: なし。咳嗽。"),
    "since when": ("3日前から咳が出ます", "咳嗽（3日前から）。"),
    "from yesterday, no dry cough": ("昨日から咳が出ます", "咳嗽（昨日から）。"),
    "how long": ("頭痛が2週間続いています", "頭痛（2週間、続いている）。"),
    "how bad": ("ひどい頭痛です", "頭痛（程度: 強い）。"),
    "worse": ("咳が悪化しています", "咳嗽（悪化している）。"),
    "a temperature": ("38.7度です", "体温（38.5〜38.9℃）。発熱。"),
    "a slight fever": ("37.2度です", "体温（37〜37.4℃）。微熱。"),
    "no fever by its number": ("熱は36.4度です", "発熱: なし。体温（36〜36.4℃）。"),
    "a bath": ("お風呂は40度です", ""),
    "a part and its sign": ("足首が赤く腫れて痛いです", "皮膚の発赤。足首の腫れ。足関節痛。"),
    "what does not go away": ("手のしびれがとれません", "手のしびれ。"),
    "cough since, no dry cough": ("引っ越してから咳が出ます", "咳嗽。"),
    "denied with も": ("吐いてもいません", "嘔吐: なし。"),
    "a pulse": ("脈拍は112です", "脈拍数（110〜119/分）。"),
    "blood pressure": ("血圧は152/94です", "収縮期血圧（150〜159mmHg）。拡張期血圧（90〜99mmHg）。"),
    "a mother's": ("母は頭痛がします", "母の症状: 頭痛。"),
    "a child's": ("子どもが咳をしています", "子どもの症状: 咳嗽。"),
    "two persons'": ("母は頭痛、私は腹痛です", "母の症状: 頭痛。腹痛。"),
    "told to the mother": ("母に言われて来ました、頭痛がします", "頭痛。"),
    "a named person's": ("田中花子さんは頭痛がします", "〔氏名1〕の症状: 頭痛。"),
    "an unknown subject's": ("ゾルブラトは頭痛がします", "だれか（本人とは限らない）の症状: 頭痛。"),
    "only of whom": ("母のことです", "母について。"),
    "asked, not said": ("熱が出たらどうすればいいですか", ""),
}  # fmt: skip
READ_EN = {
    "a symptom": ("I have a headache", "headache."),
    "one that is denied": ("I have no fever", "no fever."),
    "denied with not": ("I don't have chest pain", "no chest pain."),
    "since when": ("I have had a cough since 3 days ago", "cough (since 3 day(s) ago)."),
    "how long": ("I have had a headache for two weeks", "headache (for 2 week(s))."),
    "somebody else's": ("My mother has a headache", "mother: headache."),
    "the writer's beside it": ("My mother is well but I have a headache", "headache."),
    "Fahrenheit": ("My temperature is 101.5 F", "body temperature (38.5-38.9 ℃). fever."),
    "how often a day": ("I vomit 3 times a day", "vomiting (3 time(s) a day)."),
    "a part and its sign": ("My left ankle is swollen", "swollen ankle."),
}


@pytest.mark.parametrize("denied", ["足はむくんでいません", "足はむくんでいない", "まったく吐いていません"])
def test_a_verb_that_is_denied_behind_its_te_form_is_never_stated(denied: str) -> None:
    said = words().read(denied)
    assert [one.negated for one in said] == [True]


@pytest.mark.parametrize(
    "can",
    [
        "よく眠れています",
        "意識はあります",
        "おしっこが出ます",
        "声が出ます",
        "ご飯は食べられます",
        "手は動かせます",
        "口は開けます",
        "飲み込めます",
        "歩けます",
        "ろれつは回っています",
        "呼んだら返事をします",
        "腕は上がります",
        "My leg is fine",
    ],
)
def test_what_somebody_can_do_is_no_symptom(can: str) -> None:
    assert words().read(can) == ()


@pytest.mark.guarantee("G6")
@pytest.mark.parametrize(("typed", "coded"), READ_JA.values(), ids=READ_JA)
def test_a_japanese_sentence_keeps_its_meaning(typed: str, coded: str) -> None:
    assert leaves(typed + JA) == coded


@pytest.mark.guarantee("G6")
@pytest.mark.parametrize(("typed", "coded"), READ_EN.values(), ids=READ_EN)
def test_an_english_sentence_keeps_its_meaning(typed: str, coded: str) -> None:
    assert leaves(typed + EN, "en") == coded


@pytest.mark.parametrize(
    "denied", ["熱はない", "熱はありません", "熱は出ていません", "熱がなく", "熱もなかった", "発熱なし", "熱は全くない"]
)
def test_what_is_denied_is_never_stated(denied: str) -> None:
    assert "発熱" not in leaves(f"{denied}{JA}").replace("発熱: なし", "")


@pytest.mark.guarantee("G6")
@settings(max_examples=200, deadline=None)
@given(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
    st.sampled_from(["頭痛がします", "母は熱があります", "I have a cough"]),
)
def test_nothing_typed_is_copied_into_codes(noise: str, said: str) -> None:
    inspected = inspect(f"{noise}ゾルブラト{said}")
    closed = {part for pair in words().displays.values() for side in pair for part in side.split("{")}
    for part in inspected.parts:
        if part.treatment is Treatment.CODES and part.leaves.strip():
            assert "ゾルブラト" not in part.leaves
            for line in part.leaves.strip().rstrip("。").split("。"):
                stated = (
                    line.rpartition("の症状: ")[2].partition("（")[0].removesuffix(": なし").removesuffix("について")
                )
                assert stated in closed or any(stated in text for text in closed), line


def test_codes_numbers_and_persons_outside_the_lists_are_dropped() -> None:
    displays = {"s": ("頭痛", "headache"), "d": ("{0}日前から", "since {0} day(s) ago")}
    assert rendered([Said("x")], displays, "ja") == ""
    assert rendered([Said("s", who="田中")], displays, "ja") == ""
    assert rendered([Said("s", details=(Detail("d", (9_012_345_678,)), Detail("x")))], displays, "ja") == "頭痛。"
    assert (
        rendered([Said("s", who="〔氏名1〕", details=(Detail("d", (3,)),))], displays, "en")
        == "〔氏名1〕: headache (since 3 day(s) ago)."
    )


@pytest.mark.guarantee("G6")
@pytest.mark.parametrize("name", ["はなこ", "さくら", "のどか", "ゾルブラト", "健太郎丸"])
@pytest.mark.parametrize("analyser", [False, True], ids=["lists", "sudachi"])
def test_the_symptom_of_somebody_unknown_is_not_said_of_the_writer(name: str, analyser: bool) -> None:
    said = inspect(f"{name}が頭痛を訴えています{JA}。", analyser=analyser).text
    assert said in ("だれか（本人とは限らない）の症状: 頭痛。", "〔氏名1〕の症状: 頭痛。")
