"""What the keys of an entry say of its state: `past: [...]`, `active: false`, `end_date: 2020-01-01`."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from sekisho.local.records.people import read_date

_CURRENT = ("current", "active", "ongoing", "継続", "現在")
_PAST = (
    "past", "previous", "former", "inactive", "resolved", "stopped", "discontinued",
    "中止", "終了", "既往", "過去",
)  # fmt: skip
#: Keys whose value is a date, or nothing while it goes on.
_ENDS = frozenset({"end", "ended", "enddate", "stopdate"})
_YES = frozenset({"true", "yes", "y", "1", "はい", "有", "有り", "あり"})
_NO = frozenset({"false", "no", "n", "0", "いいえ", "無", "無し", "なし", "none", "n/a", "na", "-", ""})


def state_of_part(folded: str) -> str:
    """The state of everything under a key: `past`, `current`, or empty where the key tells none."""
    if folded.startswith(_PAST) or folded in _ENDS:
        return "past"
    return "current" if folded.startswith(_CURRENT) else ""


def state_told(folded: str, value: str | bool | int | float, today: date) -> str:
    """Words for the state that a key of an entry tells; empty where it tells nothing."""
    said = unicodedata.normalize("NFKC", str(value)).strip().lower()
    part = state_of_part(folded)
    if not part:
        return "" if isinstance(value, bool) else str(value)
    if part == "current":
        return "current" if said in _YES else "inactive" if said in _NO else f"current {value}"
    if said in _NO or (folded in _ENDS and not _is_over(said, today)):
        return "" if said in _NO else str(value)
    return "past"


def _is_over(said: str, today: date) -> bool:
    """Whether something with this end has ended: a medicine prescribed until next year is still taken."""
    if said in _YES:
        return True
    if day := read_date(said):
        return day <= today
    year = re.search(r"(?:19|20)\d{2}", said)
    return year is not None and int(year[0]) <= today.year
