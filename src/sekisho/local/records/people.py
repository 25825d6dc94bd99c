"""Age, sex and dates as records write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_SEXES = {
    "female": ("f", "female", "woman", "girl", "女", "女性", "女児", "女子", "女の子", "2"),
    "male": ("m", "male", "man", "boy", "男", "男性", "男児", "男子", "男の子", "1"),
}
_ERAS = {
    "令和": 2018,
    "平成": 1988,
    "昭和": 1925,
    "大正": 1911,
    "明治": 1867,
    "r": 2018,
    "h": 1988,
    "s": 1925,
    "t": 1911,
}
_WESTERN = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:18|19|20)\d{2})(\d{2})(\d{2})(?!\d)")
_ERA = re.compile(
    r"(令和|平成|昭和|大正|明治|(?<![a-z])[rhst])\s*(\d{1,2}|元)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})", re.I
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*\.?"
_MONTH_FIRST = re.compile(rf"(?<![a-z]){_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})", re.I)
_DAY_FIRST = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(\d{{4}})", re.I)
_AMERICAN = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")
_YEARS_IN = {"月": 12, "m": 12, "週": 52, "w": 52, "日": 365, "d": 365}


def read_sex(text: str) -> str:
    """`female`, `male`, or empty for anything else."""
    word = unicodedata.normalize("NFKC", text).strip().lower()
    return next((sex for sex, words in _SEXES.items() if word in words), "")


def read_date(text: str) -> date | None:
    """The first full date in a text, western, Japanese era or English; None if there is none."""
    plain = unicodedata.normalize("NFKC", text)
    try:
        if found := _WESTERN.search(plain) or _COMPACT.search(plain):
            return date(*(int(part) for part in found.groups()))
        if found := _ERA.search(plain):
            era, year, month, day = found.groups()
            years = 1 if year == "元" else int(year)
            return date(_ERAS[era.lower()] + years, int(month), int(day))
        if found := _MONTH_FIRST.search(plain):
            return date(int(found[3]), _MONTHS.index(found[1].lower()) + 1, int(found[2]))
        if found := _DAY_FIRST.search(plain):
            return date(int(found[3]), _MONTHS.index(found[2].lower()) + 1, int(found[1]))
        if found := _AMERICAN.search(plain):
            first, second, year = (int(part) for part in found.groups())
            return date(year, second, first) if first > 12 else date(year, first, second)
    except ValueError:
        return None
    return None


def read_age(text: str) -> int | None:
    """Whole years from 「35歳」, 「30代」, `35`, `35 years old`, 「18か月」; None if it says no age of a person."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := re.match(r"(\d{1,3})(?:\.\d+)?\s*(?:歳|才|代|y|$)", plain, re.I):
        return int(found[1]) if int(found[1]) <= 130 else None
    if found := re.match(r"(\d{1,4})\s*(?:[かヶカヵケ箇]?(月)|(m)(?:o|$)|(週)|(w)|(日)|(d))", plain, re.I):
        unit = next(group for group in found.groups()[1:] if group)
        return int(found[1]) // _YEARS_IN[unit.lower()]
    return None
