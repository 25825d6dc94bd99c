"""Results written as text: 「TSH 0.01、FT4 2.5 ng/dL」, `HbA1c: 7.8%`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from sekisho.local.records.people import read_date

_BETWEEN = re.compile(r"[、;\n]|,(?!\d)")
#: Spaces in a row, as reports pad their columns: each would be tried with each.
_SPACES = re.compile(r"\s+")
_DATE = re.compile(r"[(\[]?\s*(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?\s*[)\]]?:?")
_RESULT = re.compile(
    r"(?P<name>\S.*?)(?:\s*[:=]\s*|\s+)"
    r"(?P<value>[<>≦≧≤≥]?\s*\d[\d.,/]*.{0,24}|\([-+±]{1,3}\)|陽性|陰性|positive|negative|detected|not detected)",
    re.I,
)


def results_in(text: str) -> Iterator[tuple[str, str, str]]:
    """Name, value and ISO date (or empty) of each result; a part that is none comes whole as a name without a value."""
    when = ""
    for padded in _BETWEEN.split(unicodedata.normalize("NFKC", text)):
        part = _SPACES.sub(" ", padded)
        if found := read_date(part):
            when = found.isoformat()
        plain = _DATE.sub(" ", part).strip()
        if plain:
            result = _RESULT.fullmatch(plain)
            yield (result["name"], result["value"].strip(), when) if result else (plain, "", when)
