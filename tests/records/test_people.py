"""Ages, sexes and dates as records write them."""

# ruff: noqa: E501 - tables with wide letters, a row a line

from __future__ import annotations

from datetime import date

import pytest

from sekisho.local.records.people import read_age, read_date, read_sex
from sekisho.local.records.record import years_between


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1989-08-23", date(1989, 8, 23)),
        ("1989/8/3", date(1989, 8, 3)),
        ("1989.08.23", date(1989, 8, 23)),
        ("1989年8月23日", date(1989, 8, 23)),
        ("１９８９年８月２３日", date(1989, 8, 23)),
        ("19890823", date(1989, 8, 23)),
        ("昭和10年11月3日", date(1935, 11, 3)),
        ("S10.11.3", date(1935, 11, 3)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("令和6年5月1日生", date(2024, 5, 1)),
        ("大正 3年 4月 5日", date(1914, 4, 5)),
        ("明治45/7/1", date(1912, 7, 1)),
        ("March 30, 1957", date(1957, 3, 30)),
        ("30 Mar 1957", date(1957, 3, 30)),
        ("3rd September 1957", date(1957, 9, 3)),
        ("03/30/1957", date(1957, 3, 30)),
        ("30/03/1957", date(1957, 3, 30)),
        ("born 1957-03-30 in Leeds", date(1957, 3, 30)),
        ("1957-13-01", None),
        ("1957-02-30", None),
        ("1957", None),
        ("2022年3月", None),
        ("123456789", None),
        ("", None),
    ],
)
def test_dates(text: str, day: date | None) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("35", 35), ("35歳", 35), ("３５才", 35), ("35 years old", 35), ("35y", 35), ("35.0", 35), ("30代", 30),
        ("8か月", 0), ("18ヶ月", 1), ("24 months", 2), ("30 mo", 2), ("3週", 0), ("20日", 0), ("0", 0), ("130", 130),
        ("131", None), ("about 35", None), ("unknown", None), ("", None), ("-5", None),
    ],
)  # fmt: skip
def test_ages(text: str, age: int | None) -> None:
    assert read_age(text) == age


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("女", "female"), ("女性", "female"), ("Female", "female"), ("Ｆ", "female"), (" f ", "female"), ("2", "female"),
        ("男", "male"), ("男児", "male"), ("M", "male"), ("MALE", "male"),
        ("other", ""), ("unknown", ""), ("不明", ""), ("", ""), ("man woman", ""),
    ],
)  # fmt: skip
def test_sexes(text: str, sex: str) -> None:
    assert read_sex(text) == sex


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        (date(1990, 6, 2), date(2026, 6, 1), 35),
        (date(1990, 6, 1), date(2026, 6, 1), 36),
        (date(2000, 2, 29), date(2026, 2, 28), 25),
        (date(2000, 2, 29), date(2026, 3, 1), 26),
    ],
)
def test_years_are_whole(born: date, today: date, years: int) -> None:
    assert years_between(born, today) == years
