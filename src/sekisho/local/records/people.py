"""Age, sex and dates as records write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_SEXES = {
    "female": ("f", "female", "woman", "girl", "女", "女性", "女児", "2"),
    "male": ("m", "male", "man", "boy", "男", "男性", "男児", "1"),
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
_WESTERN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_ERA = re.compile(r"(令和|平成|昭和|大正|明治|[rhst])\s*(\d{1,2}|元)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})", re.I)


def read_sex(text: str) -> str:
    """`female`, `male`, or empty for anything else."""
    word = unicodedata.normalize("NFKC", text).strip().lower()
    return next((sex for sex, words in _SEXES.items() if word in words), "")


def read_date(text: str) -> date | None:
    """The first full date in a text, western or Japanese era; None if there is none."""
    plain = unicodedata.normalize("NFKC", text)
    try:
        if found := _WESTERN.search(plain):
            return date(*(int(part) for part in found.groups()))
        if found := _ERA.search(plain):
            era, year, month, day = found.groups()
            years = 1 if year == "元" else int(year)
            return date(_ERAS[era.lower()] + years, int(month), int(day))
    except ValueError:
        return None
    return None


def read_age(text: str) -> int | None:
    """Whole years from 「35歳」, `35`, `35 years old`; None if it says no age of a person."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = re.match(r"(\d{1,3})\s*(?:歳|才|y|$)", plain, re.I)
    if found is None or int(found.group(1)) > 130:
        return 0 if re.match(r"\d{1,2}\s*(?:か月|ヶ月|カ月|ヵ月|months?|週|日)", plain, re.I) else None
    return int(found.group(1))
