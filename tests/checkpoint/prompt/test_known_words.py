"""The allow-lists: ordinary sentences pass whole, names in any script do not slip through as words and endings."""

from __future__ import annotations

import pytest
from tests.checkpoint.prompt.inspection import inspect, words

from sekisho.checkpoint.prompt.japanese_rules import CONTENT, HIRAGANA_FIRST, STATES, arcs
from sekisho.checkpoint.prompt.known import is_known
from sekisho.checkpoint.prompt.sentences import sentences
from sekisho.local.medical.prompt_words import ordinary_japanese

HIRAGANA = [
    "はなこ",
    "さくら",
    "けんた",
    "のどか",
    "ひなた",
    "あおい",
    "ゆい",
    "めい",
    "まい",
    "りな",
    "そうた",
    "はると",
    "ゆうと",
    "ななみ",
    "みさき",
    "かおり",
    "しおり",
    "さおり",
    "えり",
    "あかり",
    "いちか",
    "のぞみ",
    "ひかり",
    "こころ",
    "みらい",
    "かえで",
    "つばさ",
    "しずか",
    "はるか",
    "まさる",
    "つとむ",
    "みのる",
    "しげる",
    "わたる",
    "まもる",
    "めぐみ",
    "いずみ",
    "たかし",
    "きよし",
    "ただし",
    "なお",
    "まり",
    "ゆり",
    "えみ",
    "かな",
    "みお",
    "あや",
    "ゆき",
    "みき",
    "さき",
    "あすか",
    "まどか",
    "ことね",
    "ここな",
    "かずみ",
    "よしこ",
    "のりこ",
    "たなか",
    "すずき",
    "さとう",
    "やまもと",
    "まえだ",
    "うちだ",
    "なかの",
    "みずの",
    "しみず",
    "ながい",
    "あらい",
    "あさい",
    "ほんだ",
    "やまだ",
    "こうの",
]
KANJI = [
    "太郎",
    "花子",
    "健",
    "翔",
    "蓮",
    "葵",
    "結衣",
    "美咲",
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "渡辺",
    "山本",
    "小林",
    "森",
    "林",
    "泉",
    "目黒",
    "手塚",
    "足立",
    "三上",
    "高木",
    "日高",
    "出口",
    "大木",
    "木村",
    "水野",
    "口羽",
    "首藤",
    "金井",
    "土屋",
    "川上",
    "山中",
    "谷川",
    "石原",
    "白石",
    "黒田",
    "青山",
    "古田",
    "新田",
    "太田",
    "細田",
    "田尻",
    "北",
    "南",
]
KATAKANA = ["ハナコ", "ケンタ", "リサ", "マリ", "ジョン", "サトウ", "タナカ", "オニヅカ", "メアリー"]
FRAMES = (
    "{}が熱を出した。", "{}は昨日から咳が出ています。", "{}、三日前から頭痛です。", "{}の熱が下がりません。",
    "妹の{}が咳をしています。",
    "{}も咳が出ます。", "昨日{}に薬を飲ませました。",
)  # fmt: skip


@pytest.mark.guarantee("G6")
@pytest.mark.parametrize("name", [*HIRAGANA, *KANJI, *KATAKANA])
@pytest.mark.parametrize("analyser", [False, True], ids=["lists", "sudachi"])
def test_a_name_that_nobody_recognised_makes_its_sentence_unknown(name: str, analyser: bool) -> None:
    assert [frame for frame in FRAMES if is_known(frame.format(name), words(analyser))] == []


@pytest.mark.guarantee("G6")
@pytest.mark.parametrize(
    "sentence",
    ["Zorblat has a fever.", "I saw Keiran yesterday.", "kenjiro has a cough", "Mark has a fever.",
    "Will is sick.", "Rose, 34, coughs.",
     "May has a rash.", "Hope felt dizzy.", "my pain, says Oduya", "I moved to Xanten.", "In Mark we trust"],
)  # fmt: skip
def test_an_english_name_makes_its_sentence_unknown(sentence: str) -> None:
    assert not is_known(sentence, words())


@pytest.mark.parametrize(
    "sentence",
    ["Will it get better?", "May I take it?", "In May I had a cold.", "Since March, my back hurts.",
    "I have Crohn's disease.",
     "I took Tylenol twice on Monday.", "It is 7 out of 10.", "My BP was 120/80.", "HELP, MY CHEST HURTS",
     "I'm 34 and tired.",
     "3-4 days ago it began.", "My COVID test was positive."],
)  # fmt: skip
def test_an_ordinary_english_sentence_is_known(sentence: str) -> None:
    assert is_known(sentence, words())


@pytest.mark.parametrize(
    "sentence",
    ["橋本病で通院しています。", "川崎病と言われました。", "熱は38度5分でした。",
    "血圧は150/95で、脈拍は110です。", "SpO2は97%です。", "CTでは異常なしです。",
     "1日3回、食後に2錠ずつ飲んでいます。", "めまい、ふらつき、吐き気（昨夜から）", "どうすればいいですか？",
     "飲んでもよくならなければ受診したほうがいいでしょうか",
     "中2です。中指が曲げらんない", "My period is 12 days late, 検査薬 was negative",
     "痛くて歩けんくて困っとる", "泣きよったら吐いた", "部屋に入るなと言われた", "半分しか入らん。", "座ってられない",
     "貼って寝とけばいい", "子供の頃に打ったきりです", "妊娠がわかってから咳が出る", "意味があるのかなと思います。",
     "夜になると heart がバクバクする。"],
)  # fmt: skip
def test_an_ordinary_japanese_sentence_is_known(sentence: str) -> None:
    assert is_known(sentence, words())


@pytest.mark.parametrize("analyser", [False, True], ids=["lists", "sudachi"])
@pytest.mark.parametrize(
    "text",
    [
        "Is it okay to do 人間ドック if I have a cold?",
        "My skin is super かゆい in winter.",
        "My son's 湿疹 is red, should I do 検査?",
        "She needs an 検査 today.",
        "It stops こむら返り.",
        "My father-in-law has 発熱.",
        "Do I have to skip 朝ごはん?",
        "I feel ふらふら, will I be ok?",
        "爪がgreenになった。",
        "goodな枕を使っています。",
    ],
)
def test_a_word_that_is_a_name_too_stays_where_no_name_stands(text: str, analyser: bool) -> None:
    assert inspect(text, language="ja", analyser=analyser).text == text


@pytest.mark.parametrize("sentence", ["母るなが熱です", "森るなと申します", "妹のらんが熱です", "娘のかなと行った"])
def test_an_ending_is_only_what_stands_behind_a_verb(sentence: str) -> None:
    assert not is_known(sentence, words())


@pytest.mark.guarantee("G6")
@pytest.mark.parametrize("analyser", [False, True], ids=["lists", "sudachi"])
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I saw hope at 病院 and have a cough.", "hope"),
        ("called by grace about 発疹.", "grace"),
        ("grace my daughter has 熱.", "grace"),
        ("I went to the park with mark と転んだ。", "mark"),
        ("I talked to hope about 頭痛.", "hope"),
        ("hope は元気だけど頭が痛い。", "hope"),
        ("昨日 mark に会ってから咳が出ます。", "mark"),
        ("娘のjoyが熱を出した。", "joy"),
        ("In Winter の家 I had a cough.", "Winter"),
        ("Grace I know has 発熱.", "Grace"),
        ("hope you remember 頭痛.", "hope"),
        ("昨日 hope-rose と会った。", "hope"),
    ],
)
def test_a_name_that_is_a_word_too_does_not_stay_among_japanese_words(text: str, name: str, analyser: bool) -> None:
    assert name not in inspect(text, language="ja", analyser=analyser).text


@pytest.mark.parametrize(
    "sentence",
    [
        "合計は385です。",
        "合計は92です。",
        "部屋は12です。",
        "5の12の3です。",
        "番号は12345です。",
        "It was 4821.",
        "I am number 55.",
    ],
)
def test_a_number_without_a_unit_is_unknown(sentence: str) -> None:
    assert not is_known(sentence, words())


def test_every_rule_speaks_of_states_that_there_are() -> None:
    used = [
        state for row in (*CONTENT.values(), *((f, t) for f, _, t in arcs())) for cell in row for state in cell.split()
    ]
    assert set(used) | {s for row in HIRAGANA_FIRST.values() for s in row.split()} <= {*STATES, "GODAN"}
    assert {name for _, name in ordinary_japanese()} <= set(CONTENT)


def test_the_lists_hold_several_thousand_words() -> None:
    lists = words()
    assert len({word for word, _ in ordinary_japanese()}) > 10_000
    assert len(lists.english) > 5000


def test_no_listed_noun_is_a_listed_name() -> None:
    lists = words()
    people = lists.surnames | lists.given | lists.places
    assert [word for word, name in ordinary_japanese() if name in ("noun", "noun1") and word in people] == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("めまい。頭痛！どう？", ["めまい。", "頭痛！", "どう？"]),
        ("It hurts. Dr. Lee came. OK?", ["It hurts. ", "Dr. Lee came. ", "OK?"]),
        ("38.5度\nだるい", ["38.5度\n", "だるい"]),
    ],
)
def test_sentences_put_together_are_the_text(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts
    assert "".join(sentences(text)) == text


@pytest.mark.parametrize(
    "form", ["ずきずき", "ズキズキ", "ズキッと", "ずきんずきん", "ぎゅーっと", "ギューッと", "ずーんと"]
)
def test_a_sound_is_known_in_all_its_forms(form: str) -> None:
    assert is_known(f"頭が{form}痛みます。", words(False))


def test_a_particle_may_follow_a_bracket() -> None:
    assert is_known("子供（8か月）が熱を出しました。", words(False))
