"""One calendar day -> the ways in which people write it, in Japanese and English. It reads only full dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

#: Era, its letter, first day, year zero.
_ERAS = (
    ("令和", "r", date(2019, 5, 1), 2018),
    ("平成", "h", date(1989, 1, 8), 1988),
    ("昭和", "s", date(1926, 12, 25), 1925),
    ("大正", "t", date(1912, 7, 30), 1911),
    ("明治", "m", date(1868, 1, 25), 1867),
)
_ERA_KANA = {"令和": "れいわ", "平成": "へいせい", "昭和": "しょうわ", "大正": "たいしょう", "明治": "めいじ"}
#: The names of days and months in English, in lower case.
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")  # fmt: skip
_WESTERN = re.compile(r"(?<!\d)(\d{4})\s*[-/.年 ]\s*(\d{1,2})\s*[-/.月 ]\s*(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)")
_DAY_LAST = re.compile(r"(?<!\d)(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4})(?!\d)")
_ERA = re.compile(
    r"(令和|平成|昭和|大正|明治|[rhstm])\s*\.?\s*(\d{1,2}|元)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})"
)
_NAMED = re.compile(r"([a-z]{3,9})\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s*(\d{4})")
_NAMED_LAST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s*(?:of\s+)?([a-z]{3,9})\.?,?\s*(\d{4})")


def dates_in(value: str) -> set[date]:
    """The days that a value may mean: more than one where the order of day and month is open."""
    # One space for many: the patterns take quadratic time on a long run of them.
    text = " ".join(unicodedata.normalize("NFKC", value).casefold().split())
    found: set[tuple[int, int, int]] = set()
    for rule in (_WESTERN, _COMPACT):
        found.update((int(y), int(m), int(d)) for y, m, d in rule.findall(text))
    for first, second, year in _DAY_LAST.findall(text):
        found |= {(int(year), int(first), int(second)), (int(year), int(second), int(first))}
    for era, year, month, day in _ERA.findall(text):
        zero = next(z for name, letter, _, z in _ERAS if era in (name, letter))
        found.add((zero + (1 if year == "元" else int(year)), int(month), int(day)))
    for name, day, year in _NAMED.findall(text):
        found.add((int(year), _month(name), int(day)))
    for day, name, year in _NAMED_LAST.findall(text):
        found.add((int(year), _month(name), int(day)))
    return {day for parts in found if (day := _day(*parts)) is not None}


def ways_to_write(day: date) -> Iterator[str]:
    """Every usual way, in words of letters and digits: what stands between them does not matter to the wall."""
    y, m, d = day.year, day.month, day.day
    for month, dom in {(str(m), str(d)), (f"{m:02}", f"{d:02}")}:
        yield from (f"{y} {month} {dom}", f"{month} {dom} {y}", f"{dom} {month} {y}")
        yield f"{y}年{month}月{dom}日"
        yield f"{y}ねん{month}がつ{dom}にち"
        if len(month) == len(dom) == 2:
            yield f"{y % 100:02} {month} {dom}"
        for era, letter, start, zero in _ERAS:
            if day >= start:
                yield from _in_era(era, letter, y - zero, month, dom)
                break
    yield from _with_month_name(y, MONTHS[m - 1], d)
    yield f"{y} {day.timetuple().tm_yday:03}"  # ISO ordinal date
    for count in (day.toordinal() - date(1970, 1, 1).toordinal(), day.toordinal() - date(1899, 12, 30).toordinal()):
        if count >= 10_000:  # days of Unix and of spreadsheets
            yield str(count)


def _in_era(era: str, letter: str, year: int, month: str, dom: str) -> Iterator[str]:
    for written in {str(year), f"{year:02}"} | ({"元"} if year == 1 else set()):
        yield f"{era}{written}年{month}月{dom}日"
        yield f"{era} {written} {month} {dom}"
        yield f"{letter}{written} {month} {dom}"
        yield f"{letter}{written}年{month}月{dom}日"
        yield f"{_ERA_KANA[era]}{written}ねん{month}がつ{dom}にち"
        yield f"{_ERA_KANA[era]}{written}年{month}月{dom}日"


def _with_month_name(year: int, name: str, day: int) -> Iterator[str]:
    ending = "th" if 10 <= day <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    for month in {name, name[:3], "sept" if name == "september" else name}:
        for dom in (str(day), f"{day:02}", f"{day}{ending}"):
            yield from (f"{dom} {month} {year}", f"{month} {dom} {year}", f"{year} {month} {dom}")
            yield f"{dom} of {month} {year}"


def _month(name: str) -> int:
    return next((i for i, month in enumerate(MONTHS, 1) if month.startswith(name[:3])), 0)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
