"""Every recogniser by a table: a text, and what in it points at somebody."""

from __future__ import annotations

import re

import pytest
from tests.checkpoint.prompt.inspection import words

from sekisho.checkpoint.prompt import recognisers
from sekisho.checkpoint.prompt.identifiers import identifiers_in, looked_at
from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.recognisers import (
    accounts,
    addresses_en,
    addresses_ja,
    birth,
    cards,
    checksums,
    dates,
    documents,
    emails,
    family_names,
    full_names_en,
    handles,
    listed_names,
    long_numbers,
    lookalikes,
    my_number,
    name_places,
    organisations_en,
    organisations_ja,
    phones,
    postal_codes,
    stated_names,
    stations,
    titled_names,
    urls,
)  # fmt: skip
from sekisho.checkpoint.prompt.recognising import RECOGNISERS
from sekisho.checkpoint.prompt.spans import Span, near, without_overlaps

TABLES = {
    emails: [
        ("メールはtaro.yamada@example.comまで", ["taro.yamada@example.com"]),
        ("hanako＠example.jpに下さい", ["hanako＠example.jp"]),
        ("taro at example dot com", ["taro at example dot com"]),
        ("taroアットマークexampleドットcom", ["taroアットマークexampleドットcom"]),
        ("I was at home. It hurts", []),
        ("38.5度@家", []),
    ],
    urls: [
        ("写真はhttps://example.com/a?b=1。", ["https://example.com/a?b=1"]),
        ("see www.example.jp/karte.", ["www.example.jp/karte"]),
        ("example.co.jpです", ["example.co.jp"]),
        ("It hurts.No fever", []),
    ],
    handles: [
        ("ツイッターは@kenta_tokyoです", ["@kenta_tokyo"]),
        ("LINE IDはtaro1973です", ["taro1973"]),
        ("My Instagram is jane.doe.73", ["jane.doe.73"]),
        ("a line is drawn", []),
    ],
    phones: [
        ("090-1234-5678です", ["090-1234-5678"]),
        ("内線4471までお願いします", ["4471"]),
        ("my extension is 204", ["204"]),
        ("extended for 30 days", []),
        ("０８０−９８７６−５４３２", ["０８０−９８７６−５４３２"]),
        ("(03)3456-7890", ["(03)3456-7890"]),
        ("+81 90 1234 5678", ["+81 90 1234 5678"]),
        ("call (415) 555-0132", ["(415) 555-0132"]),
        ("+44 20 7946 0958", ["+44 20 7946 0958"]),
        ("〇九〇の一二三四の五六七八", ["〇九〇の一二三四の五六七八"]),
        ("血圧は150/95、脈は110", []),
        ("38.5度が3日", []),
    ],
    postal_codes: [
        ("〒160-0023", ["〒160-0023"]),
        ("Springfield, IL 62704", ["IL 62704"]),
        ("NW1 6XE", ["NW1 6XE"]),
        ("120-80", []),
    ],
    my_number: [
        ("1234 5678 9018", ["1234 5678 9018"]),
        ("1234 5678 9012", []),
        ("マイナンバーは1234 5678 9012", ["1234 5678 9012"]),
    ],
    cards: [
        ("4111 1111 1111 1111", ["4111 1111 1111 1111"]),
        ("4111-1111-1111-1112", []),
    ],
    accounts: [
        ("口座番号は普通1234567です", ["1234567"]),
        ("DE89 3704 0044 0532 0130 00", ["DE89 3704 0044 0532 0130 00"]),
        ("普通に歩けます", []),
    ],
    documents: [
        ("7号室の下段Cの人が", ["7号室の下段C"]),
        ("6東 618号に入院中", ["6東 618号"]),
        ("番号は第5510-38号", ["第5510-38号"]),
        ("窓側のC-7席で", ["C-7席"]),
        ("台風18号で休み", []),
        ("国道2号線で", []),
        ("ベッド14番の者です", ["14番"]),
        ("2階の12番です", ["12番"]),
        ("ベッドは2つあります", []),
        ("保険証の番号は12345678", ["12345678"]),
        ("免許証番号は302512345670", ["302512345670"]),
        ("診察券番号A-10234", ["A-10234"]),
        ("パスポートはTK1234567", ["TK1234567"]),
        ("My SSN is 078-05-1120", ["078-05-1120"]),
        ("患者は3日前から", []),
    ],
    long_numbers: [
        ("整理 12345678 です", ["12345678"]),
        ("白血球は12000", []),
    ],
    dates: [
        ("on the third of October he fainted", ["the third of October"]),
        ("October the twenty-first", ["October the twenty-first"]),
        ("1973年5月3日生まれ", ["1973年5月3日"]),
        ("S48.5.3", ["S48.5.3"]),
        ("令和六年十一月二十日", ["令和六年十一月二十日"]),
        ("11月20日から", ["11月20日"]),
        ("11/20から", ["11/20"]),
        ("2024/11/20に", ["2024/11/20"]),
        ("じゅういちがつはつかから", ["じゅういちがつはつか"]),
        ("先月の15日から", ["先月の15日"]),
        ("on March 3, 1973", ["March 3, 1973"]),
        ("the 5th of May 1980", ["the 5th of May 1980"]),
        ("11/20/2024", ["11/20/2024"]),
        ("3日前から、2週間、11月から、昨日", []),
        ("痛みは7/10です", []),
        ("1日3回、3日間", []),
        ("for 3 days, 2 weeks ago", []),
    ],
    birth: [
        ("満九十三歳です", ["九十三"]),
        ("八十九歳です", []),
        ("昭和48年生まれ", ["昭和48年"]),
        ("I was born in 1973", ["1973"]),
        ("平成30年に手術", []),
    ],
    addresses_ja: [
        ("東京都新宿区西新宿2-8-1に住んで", ["東京都新宿区西新宿2-8-1"]),
        ("川口市本町3丁目4番5号", ["川口市本町3丁目4番5号"]),
        ("グリーンハイツ305号室", ["グリーンハイツ305号室"]),
        ("札幌に転勤", ["札幌"]),
        ("市販の薬を1-2錠", []),
        ("2-3日続く", []),
        ("日本脳炎のワクチン", []),
    ],
    stations: [
        ("三鷹駅で倒れた", ["三鷹駅"]),
        ("最寄り駅まで歩く", []),
    ],
    organisations_ja: [
        ("屋号は「丸に熱」です", ["丸に熱"]),
        ("ライブハウス磁石の出番", ["磁石"]),
        ("もも組の先生に", ["もも"]),
        ("ふたり組で", []),
        ("桔梗女子の弓道部の顧問", ["桔梗女子"]),
        ("東都精機の産業医に言われた", ["東都精機"]),
        ("地元の鉄工所で働いています", []),
        ("大手の製紙会社で働いています", []),
        ("ホテル潮騒に泊まっています", ["潮騒"]),
        ("ホテル暮らしで疲れました", []),
        ("県立中央で受けました", ["中央"]),
        ("市立図書館で転びました", []),
        ("桐葉女子の寮にいます", ["桐葉女子"]),
        ("中学女子の部活で", []),
        ("昨日満月で焼き鳥を食べました", ["満月"]),
        ("昨日居酒屋で焼き鳥を食べました", []),
        ("ひまわり薬局で", ["ひまわり薬局"]),
        ("ひまわり歯科で", ["ひまわり歯科"]),
        ("中央クリニックで", ["中央クリニック"]),
        ("近所の調剤薬局で", []),
        ("息子は3年1組です", ["3年1組"]),
        ("聖ヨハネ病院で", ["聖ヨハネ病院"]),
        ("昨日青空クリニックに", ["青空クリニック"]),
        ("株式会社サンプル商事に", ["株式会社サンプル商事"]),
        ("桜ヶ丘小学校に通う", ["桜ヶ丘小学校"]),
        ("ひまわり保育園で", ["ひまわり保育園"]),
        ("近所の病院、総合病院、大学病院、整形外科クリニック", []),
        ("一度病院で診てもらい、何度か病院に行く", []),
    ],
    titled_names: [
        ("担任の一(にのまえ)先生が", ["一(にのまえ)"]),
        ("私、ぽん太(4歳の息子です)が", ["ぽん太"]),
        ("うーたん(3さい)が", ["うーたん"]),
        ("上の子(3歳)が", []),
        ("長男(3歳)が、おばあちゃん(80歳)が", []),
        ("蕗子(4歳)が、弥生(5歳)が、健人(3歳)が", ["蕗子", "弥生", "健人"]),
        ("息子のレオ（5か月）の", ["レオ"]),
        ("祖母(88歳)が", []),
        ("足がパンパンにむくんでいます", []),
        ("水様便が出ます", []),
        ("新しい先生に診てもらった", []),
        ("「お子さんが38.9度です」と言われた", []),
        ("女医さんのいる日", []),
        ("もう一度ちゃんと調べたい", []),
        ("膝がかくんと抜ける", []),
        ("どちらの先生ですか", []),
        ("途中でやめたら先生に嫌われる", []),
        ("恥ずかしくて先生に言えない", []),
        ("花子ちゃんと行った", ["花子"]),
        ("田さおり先生に", ["田さおり"]),
        ("小林さんに勧められ", ["小林"]),
        ("昨日山田先生に", ["山田"]),
        ("うちのたろうくんが", ["たろう"]),
        ("リサさん", ["リサ"]),
        ("K.T.さん", ["K.T."]),
        ("Tanakaさん", ["Tanaka"]),
        ("お母さん、看護師さん、赤ちゃん、皆さん、内科の先生、患者さん、おばあさん", []),
        ("水をたくさん飲む", []),
    ],
    stated_names: [
        ("名前はヤマダタロウです", ["ヤマダタロウ"]),
        ("オニヅカソウイチロウと言います", ["オニヅカソウイチロウ"]),
        ("やまだ はなこと申します", ["やまだ はなこ"]),
        ("昨日の者です(表示名:ぷりん@二児の母)", ["ぷりん@二児の母"]),
        ("病名は喘息です。原因は何ですか", []),
    ],
    family_names: [
        ("妻の美咲が頭痛", ["美咲"]),
        ("娘のさくらが吐いた", ["さくら"]),
        ("娘の熱が、息子の咳が、母の様子が", []),
        ("my son mark has a fever", ["mark"]),
        ("My sister Mio has a cough", ["Mio"]),
        ("my son has a fever. my doctor will call", []),
    ],
    listed_names: [
        ("田中花子の薬", ["田中花子"]),
        ("鈴木、昨日から頭痛", ["鈴木"]),
        ("遠藤 誠です", ["遠藤 誠"]),
        ("Sato has a cold", ["Sato"]),
        ("健康のために", []),
    ],
    addresses_en: [
        ("I live at 221B Baker Street, London.", ["221B Baker Street, London"]),
        ("at 45 king street", ["45 king street"]),
        ("I live in Setagaya-ku", ["Setagaya-ku"]),
        ("I am from Chicago", ["Chicago"]),
        ("the pain started from Monday", []),
    ],
    name_places: [
        ("娘のりんごが熱を出しました", ["りんご"]),
        ("友人の石が熱です", ["石"]),
        ("息子の太陽が腹痛です", ["太陽"]),
        ("チョコが昨日から吐いています", ["チョコ"]),
        ("ボブに診てもらいました", ["ボブ"]),
        ("娘の頭が痛いです", []),
        ("息子の力が入りません", []),
        ("娘のオムツが濡れません", []),
        ("夫の前で倒れました", []),
        ("ママが熱を出しました", []),
        ("急に吐きました", []),
    ],
    organisations_en: [
        ("I went to Riverside Clinic", ["Riverside Clinic"]),
        ("treated at St. Mary's Hospital", ["St. Mary's Hospital"]),
        ("I work at Acme Corporation", ["Acme Corporation"]),
        ("I went to the hospital", []),
    ],
    full_names_en: [
        ("Summer here, I fainted.", ["Summer"]),
        ("Right here it hurts.", []),
        ("my name is kenji watanabe and i have", ["kenji watanabe"]),
        ("Dr. Patel told me", ["Patel"]),
        ("I'm Emily Carter. I cough", ["Emily Carter"]),
        ("Hi, Jennifer here", ["Jennifer"]),
        ("my son will has a fever", ["will"]),
        ("my son will have a test", []),
        ("I'm tired. It's bad. This is new", []),
    ],
    lookalikes: [("〔氏名1〕さんと[Name 2]", ["〔氏名1〕", "[Name 2]"]), ("(name)", [])],
}  # fmt: skip
ROWS = [(module, text, found) for module, rows in TABLES.items() for text, found in rows]


@pytest.mark.parametrize(
    ("module", "text", "found"), ROWS, ids=[f"{m.__name__.rpartition('.')[2]}: {t}" for m, t, _ in ROWS]
)
def test_a_recogniser_finds_what_its_table_says(module: object, text: str, found: list[str]) -> None:
    spans = without_overlaps(module.find(looked_at(text, words())))  # type: ignore[attr-defined]
    assert [text[span.start : span.end] for span in spans] == found


def test_every_recogniser_has_a_table_and_is_used() -> None:
    assert {module.find for module in TABLES} == set(RECOGNISERS)
    assert recognisers.__doc__


@pytest.mark.parametrize(("digits", "right"), [("123456789018", True), ("123456789012", False), ("12345678901", False)])
def test_the_check_digit_of_an_individual_number(digits: str, right: bool) -> None:
    assert checksums.my_number(digits) is right


@pytest.mark.parametrize(("digits", "right"), [("4111111111111111", True), ("4111111111111112", False)])
def test_the_check_digit_of_a_card(digits: str, right: bool) -> None:
    assert checksums.luhn(digits) is right


def test_spans_that_overlap_become_one_with_the_kind_of_the_longest() -> None:
    spans = [Span(0, 3, Kind.NAME), Span(2, 9, Kind.ADDRESS), Span(9, 11, Kind.DATE)]
    assert without_overlaps(spans) == [Span(0, 9, Kind.ADDRESS), Span(9, 11, Kind.DATE)]


def test_places_are_those_of_the_text_as_typed() -> None:
    text = "ﾀﾅｶです。ＴＥＬ０９０－１２３４－５６７８"
    assert [text[a:b] for a, b, _ in identifiers_in(text, words(), None)][-1] == "０９０－１２３４－５６７８"


def test_looking_only_near_a_sign_finds_what_looking_everywhere_finds() -> None:
    sign, pattern = re.compile("[市区]"), re.compile("[あ-ん]{1,3}?[市区](?:ちょう)?")
    text = "あいうえ市ちょうかき区くけこさ市しす区市"
    assert [m.span() for m in near(sign, pattern, 3, text)] == [m.span() for m in pattern.finditer(text)]
