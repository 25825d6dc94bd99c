"""What is looked for, for each kind of identifier: enough, and nothing that was guessed."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.checkpoint.characters import tight, words_of
from sekisho.checkpoint.dates import dates_in, ways_to_write
from sekisho.checkpoint.identifier import Identifier, IdentifierKind
from sekisho.checkpoint.kana import hepburn, kana_of, romaji_of, same_sound
from sekisho.checkpoint.numerals import with_digits
from sekisho.checkpoint.variants import variants_of
from sekisho.checkpoint.views import views_of


def needles(kind: IdentifierKind, value: str, *readings: str) -> set[str]:
    return {tight(form) for form in variants_of(Identifier(kind, value, readings))}


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (IdentifierKind.NAME, "山田 太郎", {"山田太郎", "太郎山田", "山田", "太郎"}),
        (IdentifierKind.NAME, "山田太郎様", {"山田太郎"}),
        (IdentifierKind.NAME, "ヤマダ　タロウ",
         {"やまだたろう", "たろうやまだ", "やまだ", "たろー", "yamadataro", "taroyamada"}),
        (IdentifierKind.NAME, "フジタ チヅル", {"fujita", "chizuru", "huzita", "tizuru"}),
        (IdentifierKind.NAME, "Dr. Mary Jane Watson",
         {"maryjanewatson", "watsonjanemary", "marywatson", "mwatson", "jane"}),
        (IdentifierKind.NAME, "Abdul218 Harris789", {"abdulharris", "abdul", "harris"}),
        (IdentifierKind.NAME, "José Müller", {"josemuller", "mullerjose", "muller"}),
        (IdentifierKind.PHONE, "03-1234-5678",
         {"0312345678", "312345678", "81312345678", "0081312345678", "12345678"}),
        (IdentifierKind.PHONE, "+81 90 1234 5678", {"819012345678", "09012345678", "9012345678"}),
        (IdentifierKind.PHONE, "555-832-1123", {"5558321123"}),
        (IdentifierKind.EMAIL, "k.ono@example.com", {"konoexamplecom", "kdotonoatexampledotcom"}),
        (IdentifierKind.EMAIL, "sachiko99@example.com", {"sachiko99examplecom", "sachiko99"}),
        (IdentifierKind.NUMBER, "A-00123456", {"a00123456", "00123456", "123456"}),
        (IdentifierKind.ADDRESS, "大阪府堺市北区長曽根町130-42", {"堺市", "堺市北区長曽根町13042", "長曽根町"}),
        (IdentifierKind.ADDRESS, "〒150-0041", {"1500041"}),
        (IdentifierKind.ADDRESS, "742 Evergreen Terrace, Springfield, Japan",
         {"742evergreenterrace", "springfield"}),
        (IdentifierKind.ORGANISATION, "医療法人社団 若葉台クリニック",
         {"医療法人社団若葉台くりにっく", "若葉台"}),
        (IdentifierKind.ORGANISATION, "Thornbury General Hospital", {"thornburygeneralhospital", "thornbury"}),
        (IdentifierKind.ORGANISATION, "東京中央総合病院", {"東京中央総合病院"}),
        (IdentifierKind.OTHER, "海上保安官", {"海上保安官"}),
    ],
)  # fmt: skip
def test_an_identifier_is_looked_for_in_these_forms(kind: IdentifierKind, value: str, expected: set[str]) -> None:
    assert expected <= needles(kind, value)


@pytest.mark.parametrize(
    ("kind", "value", "unexpected"),
    [
        (IdentifierKind.NAME, "Dr. Watson", {"dr", "drwatson"}),
        (IdentifierKind.NAME, "山田 太郎", {"やまだ", "yamada"}),
        (IdentifierKind.EMAIL, "ono@example.com", {"ono", "example", "examplecom"}),
        (IdentifierKind.ADDRESS, "東京都港区芝1-2-3", {"東京都", "東京", "港", "123", "芝"}),
        (IdentifierKind.ADDRESS, "Main Street 5, Tokyo, Japan", {"tokyo", "japan"}),
        (IdentifierKind.ORGANISATION, "東京中央総合病院", {"東京", "中央", "病院", "総合病院"}),
        (IdentifierKind.ORGANISATION, "City General Hospital", {"city", "hospital", "general", ""}),
        (IdentifierKind.NUMBER, "A-001", {"001", "1"}),
        (IdentifierKind.OTHER, "会社員", {"会社員"}),
        (IdentifierKind.OTHER, "unknown", {"unknown"}),
    ],
)
def test_what_points_at_nobody_is_not_looked_for(kind: IdentifierKind, value: str, unexpected: set[str]) -> None:
    assert not unexpected & needles(kind, value)


@pytest.mark.parametrize(
    "written",
    [
        "1989-01-08", "1989/1/8", "1989.01.08", "1989年1月8日", "平成元年1月8日", "H1.1.8",
        "平成1年01月08日", "19890108",
        "January 8, 1989", "8 Jan 1989", "Jan 8th 1989", "１９８９年１月８日",
    ],
)  # fmt: skip
def test_a_date_is_read_however_the_record_writes_it(written: str) -> None:
    assert date(1989, 1, 8) in dates_in(written)


@pytest.mark.parametrize("written", ["1989-13-40", "令和", "2月30日", "", "99", "1989-02-30"])
def test_what_is_no_day_is_none(written: str) -> None:
    assert dates_in(written) == set()


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2019, 5, 1), {"令和元年5月1日", "r151", "20190501", "may12019"}),
        (date(2019, 4, 30), {"平成31年4月30日", "h31430"}),
        (date(1926, 12, 25), {"昭和元年12月25日", "s011225"}),
        (date(1920, 3, 3), {"大正9年3月3日", "t933"}),
        (date(1890, 11, 5), {"明治23年11月5日", "m23115", "5thofnovember1890"}),
        (date(1985, 4, 12), {"s60412", "850412", "april12th1985", "4121985", "1985102"}),
    ],
)
def test_eras_begin_and_end_on_their_days(day: date, expected: set[str]) -> None:
    assert expected <= {tight(words_of(way)) for way in ways_to_write(day)}


@given(st.dates(date(1870, 1, 1), date(2099, 12, 31)))
def test_an_iso_date_finds_itself_in_every_calendar(day: date) -> None:
    for way in (f"{day.year}年{day.month}月{day.day}日", f"{day:%Y/%m/%d}", f"{day:%d} {day:%b} {day:%Y}"):
        assert tight(words_of(way)) in needles(IdentifierKind.DATE, day.isoformat())


@pytest.mark.parametrize(
    ("kana", "romaji"),
    [
        ("やまだ", "Yamada"), ("しんいち", "Shin'ichi"), ("しょうへい", "Shohei"), ("しょうへい",
        "Syouhei"), ("おおの", "Ohno"),
        ("さとう", "Satoh"), ("なんば", "Namba"), ("はっとり", "Hattori"), ("つちや", "Tsuchiya"),
        ("つちや", "Tutiya"),
        ("ふじい", "Fujii"), ("じゅんこ", "Junko"), ("じゅんこ", "Zyunko"), ("いっちょう", "Itcho"),
        ("ゆうき", "Yuuki"),
        ("けいこ", "Keiko"), ("ちゃたに", "Chatani"), ("ぢ", "ji"), ("りょう", "Ryo"),
    ],
)  # fmt: skip
def test_a_reading_and_its_romaji_have_one_sound(kana: str, romaji: str) -> None:
    assert tight(same_sound(romaji_of(kana))) == tight(same_sound(words_of(romaji)))


def test_romaji_reads_back_as_kana_and_english_does_not() -> None:
    assert same_sound(kana_of("yamadataro")) == same_sound("やまだたろう")
    assert kana_of("smith") == kana_of("") == ""
    assert romaji_of("山田") == romaji_of("") == ""
    assert hepburn("tutiya syunzi") == "tsuchiya shunji"


@pytest.mark.parametrize(
    ("spelled", "digits"),
    [
        ("昭和六十年四月十二日", "昭和60年4月12日"), ("二〇二六年", "2026年"), ("百二十", "120"),
        ("千葉", "1000葉"), ("ゼロイチニサンヨンゴ", "012345"),
        ("nineteen eighty five", "1985"), ("zero nine oh", "090"), ("twenty five two three", "2523"),
        ("someone", "someone"),
        ("twenty twelve", "2012"), ("にごる", "にごる"),
    ],
)  # fmt: skip
def test_spelled_numbers_become_digits(spelled: str, digits: str) -> None:
    assert with_digits(words_of(spelled)) == digits


def test_a_plain_text_has_few_views_and_an_encoded_one_more() -> None:
    plain = [*views_of("関節リウマチがある")]
    assert len(plain) <= 4
    assert len([*views_of("%E9%96%A2 &amp; \\u5c71")]) > len(plain)


@given(st.text(st.characters()))
def test_the_alphabet_of_the_wall_is_closed(text: str) -> None:
    words = words_of(text)
    assert all(c in " \n" or c.isalnum() or c == "ー" or not c.isascii() for c in words)
    assert words_of(words_of(words)) == words_of(words)


@given(st.sampled_from(IdentifierKind), st.text(st.characters()))
def test_variants_of_anything_are_words(kind: IdentifierKind, value: str) -> None:
    for form in variants_of(Identifier(kind, value)):
        assert form == form.strip()
        assert "\n" not in form


@pytest.mark.parametrize("space", [" ", "\t", "\u3000", "\n"])
def test_a_date_with_very_many_spaces_is_read_in_no_time(space: str) -> None:
    began = time.process_time()
    assert dates_in(f"1{space * 50_000}") == set()
    assert dates_in(f"3{space * 50_000}/ 4 / 1975") == {date(1975, 3, 4), date(1975, 4, 3)}
    assert time.process_time() - began < 2
