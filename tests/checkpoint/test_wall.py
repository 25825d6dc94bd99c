"""The second wall: every disguise of every kind of identifier is found, and clinical words are not."""

from __future__ import annotations

import base64
import codecs
import html
import json
import pickle
import string
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sekisho.checkpoint.identifier import Identifier, IdentifierKind
from sekisho.checkpoint.variants import variants_of
from sekisho.checkpoint.wall import Wall

NAME = Identifier(IdentifierKind.NAME, "山田 太郎", ("ヤマダ タロウ",))
OHNO = Identifier(IdentifierKind.NAME, "大野 真一", ("オオノ シンイチ",))
ENGLISH = Identifier(IdentifierKind.NAME, "Margaret Thornbury")
PHONE = Identifier(IdentifierKind.PHONE, "090-1234-5678")
EMAIL = Identifier(IdentifierKind.EMAIL, "taro.yamada@example.co.jp")
ADDRESS = Identifier(IdentifierKind.ADDRESS, "〒154-0011 東京都世田谷区上馬桜丘3-5-12 パークハイツ305")
NUMBER = Identifier(IdentifierKind.NUMBER, "MRN-0048213")
DATE = Identifier(IdentifierKind.DATE, "1985-04-12")
WORK = Identifier(IdentifierKind.ORGANISATION, "株式会社青葉電機製作所")
OTHER = Identifier(IdentifierKind.OTHER, "第三宇宙観測士")
EVERYTHING = (NAME, OHNO, ENGLISH, PHONE, EMAIL, ADDRESS, NUMBER, DATE, WORK, OTHER)

#: Any string of the record, in any kind of script -> the same string in a disguise.
DISGUISES: dict[str, Callable[[str], str]] = {
    "as it stands": str,
    "upper case": str.upper,
    "full width": lambda s: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in s),
    "spaced": " ".join,
    "dotted": ".".join,
    "middle dots": "・".join,
    "hyphens": "-".join,
    "zero width": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "bidi marks": lambda s: "\u202e" + "\u2066".join(s) + "\u202c",
    "combining marks": lambda s: "".join(c + "\u0336" for c in s),
    "tag characters": lambda s: "".join(chr(0xE0000 + ord(c)) if c.isascii() else c for c in s),
    "reversed": lambda s: s[::-1],
    "percent": quote,
    "percent of every byte": lambda s: "".join(f"%{b:02x}" for b in s.encode()),
    "percent twice": lambda s: quote(quote(s)),
    "decimal entities": lambda s: "".join(f"&#{ord(c)};" for c in s),
    "hex entities": lambda s: "".join(f"&#x{ord(c):x};" for c in s),
    "named entities": html.escape,
    "\\u escapes": lambda s: "".join(f"\\u{ord(c):04x}" for c in s),
    "\\x escapes": lambda s: "".join(f"\\x{b:02X}" for b in s.encode()),
    "U+ notation": lambda s: " ".join(f"U+{ord(c):04X}" for c in s),
    "quoted-printable": lambda s: "".join(f"={b:02X}" for b in s.encode()),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64 for addresses": lambda s: base64.urlsafe_b64encode(s.encode()).decode().rstrip("="),
    "base64 glued to letters": lambda s: "x" + base64.b64encode(s.encode()).decode(),
    "base64 twice": lambda s: base64.b64encode(base64.b64encode(s.encode())).decode(),
    "base64 of it reversed": lambda s: base64.b64encode(s[::-1].encode()).decode(),
    "hex": lambda s: s.encode().hex(),
    "hex with colons": lambda s: s.encode().hex(":"),
    "hex with 0x": lambda s: " ".join(f"0x{b:02x}" for b in s.encode()),
    "split over fields": lambda s: json.dumps({f"f{i}": c for i, c in enumerate(s)}, ensure_ascii=False),
    "split over items": lambda s: json.dumps(["", s[:2], s[2:4], s[4:]], ensure_ascii=False),
    "JSON keys": lambda s: json.dumps({s: 1}, ensure_ascii=False),
    "escaped JSON": lambda s: json.dumps({"note": s}),
    "split over keys": lambda s: '{"' + '":1,"'.join([s[:2], s[2:4], s[4:]]) + '":1}',
    "one character a line": "\n".join,
}
#: Texts that an identifier may hide in.
SURROUNDINGS = ("{}", "患者は{}である", "30代・女性 {} 高血圧症", '{{"related_history":["{}"]}}', "see {}, current")


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("identifier", EVERYTHING, ids=lambda i: f"{i.kind.value} {i.value}")
@pytest.mark.guarantee("G1")
def test_every_identifier_is_found_in_every_disguise(identifier: Identifier, disguise: str) -> None:
    wall = Wall(EVERYTHING)
    for value in (identifier.value, *identifier.readings):
        hidden = DISGUISES[disguise](value)
        for surrounding in SURROUNDINGS:
            assert wall.find(surrounding.format(hidden)) is not None, surrounding


@pytest.mark.parametrize("identifier", [ENGLISH, EMAIL], ids=["name", "e-mail"])
def test_rot13_is_undone(identifier: Identifier) -> None:
    assert Wall([identifier]).find(f"note: {codecs.encode(identifier.value, 'rot13')}.") is identifier.kind


@pytest.mark.parametrize(
    "text",
    [
        "ヤマダタロウ", "やまだたろう", "ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ", "やまださん", "タロー", "やまだたろー",
        "ヤマタ\u3099", "うろただまや",
        "Yamada Taro", "TARO YAMADA", "yamadatarou", "Tarou Yamada", "Yamada Taroh", "Tarō Yamada",
        "Tarô", "T. Yamada",
        "Υаmаdа", "Yаmada", "ʏᴀᴍᴀᴅᴀ", "🅈🄰🄼🄰🄳🄰", "𝓎𝒶𝓂𝒶𝒹𝒶", "Ya-ma-da", "Y a m a d a", "Lnznqn",
        "adamaY", "T.Y.", "Y・T", "YTさん",
        "太郎山田", "山田", "太郎くん", "山 田 太 郎", "太\n郎 山\n田", "山\u200d田", "郎太田山", "⼭⽥",
        '["やせ型","ましん","だるい","たまに","ろうじん","うつ"]', "Yet Ankle Mild Ache Dull Ankle Today",
    ],
)  # fmt: skip
def test_a_name_is_found_by_every_reading_of_it(text: str) -> None:
    assert Wall([NAME]).find(text) is IdentifierKind.NAME


@pytest.mark.parametrize(
    "text",
    [
        "Shinichi", "Shin'ichi", "Sinichi", "SINITI", "Shin-ichi", "Ohno Shinichi", "Shinichi Oono",
        "Ōno S.", "オーノ シンイチ",
        "シンイチ", "大野", "眞一", "S. Ohno", "しんいち",
    ],
)  # fmt: skip
def test_long_vowels_and_syllabic_n_are_one_sound(text: str) -> None:
    assert Wall([OHNO]).find(text) is IdentifierKind.NAME


@pytest.mark.parametrize(
    ("reading", "text"),
    [
        ("ナンバ ジュンペイ", "Namba"), ("ナンバ ジュンペイ", "Nanba Jumpei"),
        ("チバ ショウヘイ", "Tiba Syohei"),
        ("フジタ チヅル", "Hujita Chizuru"), ("ハットリ ユウジ", "Hattori Yuji"), ("サトウ ユキ", "Satoh"),
        ("イイジマ ケイコ", "イイジマケーコ"), ("キョウダ リョウ", "キヨウダリヨウ"),
        ("シュウトウ アイ", "Shuto Ai"),
    ],
)  # fmt: skip
def test_romaji_and_bank_kana_spellings_are_found(reading: str, text: str) -> None:
    assert Wall([Identifier(IdentifierKind.NAME, "某", (reading,))]).find(f"by {text}.") is IdentifierKind.NAME


def test_a_name_in_romaji_is_found_in_kana() -> None:
    assert Wall([Identifier(IdentifierKind.NAME, "Takahashi Sachiko")]).find("たかはしさちこ") is IdentifierKind.NAME


@pytest.mark.parametrize("text", ["高橋", "髙橋", "﨑山", "嶋﨑"])
def test_old_forms_of_kanji_are_one_kanji(text: str) -> None:
    names = [Identifier(IdentifierKind.NAME, name) for name in ("髙橋 一", "崎山 一", "島崎 一")]
    assert Wall(names).find(text) is IdentifierKind.NAME


@pytest.mark.parametrize(
    "text",
    [
        "09012345678", "090 1234 5678", "０９０－１２３４－５６７８", "+81-90-1234-5678",
        "+81 (0)90 1234 5678", "0081 90 1234 5678",
        "90-1234-5678", "〇九〇一二三四五六七八", "零九零-一二三四-五六七八", "①…09012345678",
        "٠٩٠١٢٣٤٥٦٧٨", "0a9b0c1d2e3f4g5h6i7j8",
        "zero nine zero one two three four five six seven eight",
        "ZeroNineZeroOneTwoThreeFourFiveSixSevenEight",
        "oh-nine-oh, one two three four, five six seven eight", "ぜろきゅうぜろいちにさんよんごろくななはち",
        "ゼロ キュウ ゼロ の イチ ニ サン ヨン の ゴ ロク ナナ ハチ", "876-5432-1090", "電話は1234-5678",
        '["0","9","0","1","2","3","4","5","6","7","8"]',
    ],
)  # fmt: skip
def test_a_phone_number_is_found_however_it_is_written(text: str) -> None:
    assert Wall([PHONE]).find(f"連絡先 {text} まで") is IdentifierKind.PHONE


@pytest.mark.parametrize(
    "text",
    [
        "1985-04-12", "1985/4/12", "1985.4.12", "19850412", "1985年4月12日", "１９８５年０４月１２日",
        "昭和60年4月12日", "S60.4.12",
        "s60-04-12", "昭和六十年四月十二日", "一九八五年四月十二日", "昭和 60. 4. 12",
        "April 12, 1985", "12 Apr 1985",
        "12th of April 1985", "Apr. 12th, 1985", "4/12/1985", "12/04/1985", "85/04/12",
        "しょうわ60ねん4がつ12にち",
        "April twelfth nineteen eighty-five", "1985-102", "day 31149", "21-40-5891",
    ],
)  # fmt: skip
def test_a_date_is_found_in_every_calendar(text: str) -> None:
    assert Wall([DATE]).find(f"生年月日は{text}です") is IdentifierKind.DATE


@pytest.mark.parametrize(
    "text",
    [
        "taro.yamada@example.co.jp", "TARO.YAMADA＠EXAMPLE.CO.JP",
        "メールはtaro.yamada@example.co.jpです", "taro yamada",
        "taro.yamada [at] example [dot] co [dot] jp", "taro dot yamada at example dot co dot jp",
        "pj.oc.elpmaxe@adamay.orat",
        "taro.yamadaあっとまーくexampleどっとcoどっとjp", "gneb.lnznqn@rknzcyr.pb.wc",
    ],
)  # fmt: skip
def test_an_e_mail_address_is_found_however_it_is_written(text: str) -> None:
    assert Wall([EMAIL]).find(f"連絡は {text} へ") is IdentifierKind.EMAIL


@pytest.mark.parametrize(
    "text",
    [
        "154-0011",
        "〒1540011",
        "世田谷区",
        "世田谷",
        "上馬桜丘3-5-12",
        "上馬桜丘3丁目5番12号",
        "上馬桜丘三丁目五番十二号",
        "パークハイツ",
    ],
)
def test_the_parts_of_an_address_are_found(text: str) -> None:
    assert Wall([ADDRESS]).find(f"{text}に在住") is IdentifierKind.ADDRESS


# ---- what must not be found -------------------------------------------------------------------------------------

PEOPLE = tuple(
    Identifier(IdentifierKind.NAME, name, tuple(readings))
    for name, *readings in (
        ("川崎 花子", "カワサキ ハナコ"), ("橋本 健", "ハシモト ケン"), ("田中 愛", "タナカ アイ"),
        ("本橋 理", "モトハシ オサム"),
        ("Wei Li",), ("Ann Park",), ("Sam Stone",),
        ("佐藤 太郎", "サトウ タロウ"), ("Lou Gehrig",), ("原 一", "ハラ ハジメ"),
        ("森 光", "モリ ヒカル"), ("伊藤 真里", "イトウ マリ"),
    )
)  # fmt: skip
JAPANESE = ("川崎病", "橋本病", "関節リウマチ", "高血圧症", "2型糖尿病", "気管支喘息",
            "全身性エリテマトーデス", "バセドウ病", "マラリア",
            "鉄欠乏性貧血", "炭酸リチウム", "レボチロキシン", "スギ花粉", "30代", "女性", "90歳以上",
            "基準範囲内", "一過性脳虚血発作", "三叉神経痛",
            "四肢のしびれ", "五十肩", "機会飲酒", "非小細胞肺癌", "十二指腸潰瘍")  # fmt: skip
ENGLISH_TERMS = ("lithium", "annual check-up", "rheumatoid arthritis", "Parkinson disease", "hypertension",
                 "amlodipine", "back pain at rest or at night", "body mass index",
                 "30s", "female", "20-39", "shortness of breath", "one to two times a day", "HbA1c",
                 "NSAIDs", "10th nerve",
                 "type 2 diabetes mellitus", "planning", "liver", "glioma", "gluten")  # fmt: skip


@pytest.mark.parametrize("text", [*JAPANESE, *ENGLISH_TERMS])
def test_a_clinical_word_is_nobody(text: str) -> None:
    assert Wall([*PEOPLE, PHONE, DATE, NUMBER]).find(json.dumps([text], ensure_ascii=False), [text]) is None


@pytest.mark.parametrize("text", [t for t in (*JAPANESE, *ENGLISH_TERMS) if t not in ("川崎病", "橋本病")])
def test_a_clinical_word_that_holds_no_name_needs_no_excuse(text: str) -> None:
    assert Wall([*PEOPLE, PHONE, DATE, NUMBER]).find(text) is None


@pytest.mark.parametrize("terms", [JAPANESE, ENGLISH_TERMS], ids=["Japanese", "English"])
def test_a_whole_summary_of_clinical_words_is_nobody(terms: tuple[str, ...]) -> None:
    text = json.dumps({"patient_context": {"chronic_conditions": list(terms)}}, ensure_ascii=False)
    assert Wall([*PEOPLE, *EVERYTHING]).find(text, terms) is None


@pytest.mark.parametrize(
    "text",
    [
        "できたなかで一番つらい",
        "Li 0.8 mEq/L, annually",
        "体温は38.5℃、血圧は132/85",
        "Wearily he parked",
        "ann\u00adual",
    ],
)
def test_what_only_resembles_a_name_or_number_is_not_found(text: str) -> None:
    assert Wall([*PEOPLE, Identifier(IdentifierKind.NUMBER, "3285")]).find(text) is None


def test_the_last_letter_of_a_word_is_no_initial() -> None:
    text = "past history, Hashimoto thyroiditis"
    wall = Wall([Identifier(IdentifierKind.NAME, "橋本 由美", ("ハシモト ユミ",))])
    assert wall.find(text, ["past history", "Hashimoto thyroiditis"]) is None
    assert wall.find("Y. Hashimoto", ["Hashimoto thyroiditis"]) is IdentifierKind.NAME


def test_digits_inside_a_longer_number_are_another_number() -> None:
    assert Wall([Identifier(IdentifierKind.NUMBER, "482130")]).find("9482130") is None


# ---- excuses ----------------------------------------------------------------------------------------------------

KAWASAKI = Wall([PEOPLE[0]])


@pytest.mark.parametrize(
    ("text", "excused", "found"),
    [
        ("川崎病", (), True),
        ("川崎病", ("川崎病",), False),
        ("川崎病（現在）", ("川崎病", "現在", "（", "）"), False),
        ("川崎さんの川崎病", ("川崎病",), True),
        ("川崎病、川崎", ("川崎病",), True),
        ("川崎", ("川崎",), True),
        ("川崎", ("川崎病",), True),
        ("花子", ("川崎病",), True),
        ("川崎病 花子", ("川崎病", "花子"), True),
        ("Kawasaki disease", ("Kawasaki disease",), False),
        ("Kawasaki disease", ("Kawasaki",), True),
        ("Kawasaki", ("Kawasaki disease",), True),
        ("川", ("川崎病",), False),
        ('["川","崎","花","子"]', ("川崎病",), True),
    ],
)
def test_only_a_proper_part_of_an_excused_segment_is_excused(text: str, excused: tuple[str, ...], found: bool) -> None:
    assert (KAWASAKI.find(text, excused) is not None) is found


def test_a_term_that_is_a_name_backwards_is_excused_as_a_whole() -> None:
    wall = Wall([Identifier(IdentifierKind.NAME, "Mary Annes")])
    assert wall.find("senna") is IdentifierKind.NAME
    assert wall.find("senna", ["senna"]) is None
    assert wall.find("Annes", ["annes"]) is IdentifierKind.NAME


def test_an_excuse_does_not_reach_into_decoded_text() -> None:
    hidden = base64.b64encode("川崎病".encode()).decode()
    assert KAWASAKI.find(hidden, ["川崎病"]) is IdentifierKind.NAME


# ---- a wall keeps its secrets -----------------------------------------------------------------------------------


def test_a_wall_shows_nothing_and_is_not_pickled() -> None:
    wall = Wall(EVERYTHING)
    assert repr(wall) == str(wall) == "<Wall>"
    with pytest.raises(TypeError):
        pickle.dumps(wall)
    assert not hasattr(wall, "__dict__")


def test_a_wall_without_identifiers_finds_nothing() -> None:
    assert Wall([]).find("山田太郎 090-1234-5678") is None
    assert Wall([Identifier(IdentifierKind.NAME, ""), Identifier(IdentifierKind.NAME, "林")]).find("林") is None


# ---- properties -------------------------------------------------------------------------------------------------

_KANJI = "山田太郎佐藤鈴木花子渡辺伊東松本井上清水斎藤美咲翔蓮陽菜"
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
_names = st.one_of(
    st.text(_KANJI, min_size=4, max_size=6),
    st.text(_KANA, min_size=4, max_size=9),
    st.text(string.ascii_lowercase, min_size=5, max_size=12).map(str.title),
)
_digits = st.text(string.digits, min_size=8, max_size=12)
_anything = st.text(max_size=40)
_GENERAL = [name for name in DISGUISES if name not in ("split over items",)]


@given(value=_names | _digits, disguise=st.sampled_from(_GENERAL), before=_anything, after=_anything)
@settings(max_examples=400, deadline=None)
@pytest.mark.guarantee("G1")
def test_any_identifier_in_any_disguise_in_any_surrounding_is_found(
    value: str, disguise: str, before: str, after: str
) -> None:
    identifier = Identifier(IdentifierKind.OTHER, value)
    assume(variants_of(identifier))  # 「False」 is nothing to look for
    wall = Wall([identifier])
    assert wall.find(f"{before} ,{DISGUISES[disguise](value)}, {after}") is IdentifierKind.OTHER


@given(text=st.text(st.characters(), max_size=200), excused=st.lists(st.text(max_size=20), max_size=4))
@settings(max_examples=400, deadline=None)
@pytest.mark.guarantee("G4")
def test_no_text_makes_it_raise(text: str, excused: list[str]) -> None:
    Wall(EVERYTHING).find(text, excused)


@given(value=st.text(st.characters()), kind=st.sampled_from(IdentifierKind))
@settings(max_examples=400, deadline=None)
def test_no_identifier_makes_it_raise(value: str, kind: IdentifierKind) -> None:
    Wall([Identifier(kind, value, (value,))]).find(value)


@pytest.mark.parametrize(
    "unit", ["あ", "\ud800", '"', '\\"', "%E5", "&#", "A", "ab ", "5bGx", "\\u", "0", "一", "e5", "=E", "\n"]
)
def test_a_megabyte_of_anything_is_read(unit: str) -> None:
    wall = Wall(EVERYTHING)
    text = (unit * 1_000_000)[:1_000_000]
    assert wall.find(text) is None
    assert wall.find(text + " 山田太郎") is IdentifierKind.NAME


@pytest.mark.parametrize("number", ["二" * 5000 + "十", "千" + "二" * 5000, "二" * 5000 + "百" + "二" * 5000])
def test_a_spelled_number_longer_than_python_makes_does_not_make_it_raise(number: str) -> None:
    wall = Wall(EVERYTHING)
    assert wall.find(number) is None
    assert wall.find(f"{number} 山田太郎") is IdentifierKind.NAME
