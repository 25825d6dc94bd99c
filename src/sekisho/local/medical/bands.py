"""A measured value -> its band. The value itself never leaves."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from sekisho.local.medical.tables import Row, listed, rows

_NUMBER = re.compile(
    r"[<>≦≧≤≥]?\s*(-?\d{1,9}(?:[.,]\d+)?(?:[eE][+-]?\d+)?)\s*(?:[HL]{1,2}|\*|↑|↓)?\s*([^\d\s.,].{0,20})?$"
)
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?:\D|$))")
_POSITIVE = re.compile(r"^(?:陽性|positive|pos|\(?[1-4]?\+{1,4}\)?|detected|reactive|あり)$")
_NEGATIVE = re.compile(r"^(?:陰性|negative|neg|\(?[-−]\)?|not detected|non-?reactive|なし)$")


@dataclass(frozen=True, slots=True)
class Test:
    """A laboratory test or vital sign: the unit its bands are in, and factors from other units."""

    unit: str
    factors: dict[str, float]
    bands: tuple[Row, ...]


@cache
def tests() -> dict[str, Test]:
    """Every test by term code (`lab:tsh`, `vital:pulse`)."""
    found: dict[str, Test] = {}
    for kind in ("lab", "vital"):
        bands: dict[str, list[Row]] = {}
        for row in rows(f"labs/{kind}_bands.tsv"):
            bands.setdefault(row["id"], []).append(row)
        for row in rows(f"labs/{kind}s.tsv"):
            factors = {}
            for pair in listed(row["other_units"]):
                unit, _, factor = pair.rpartition("=")
                factors[fold_unit(unit)] = float(factor)
            found[f"{kind}:{row['id']}"] = Test(fold_unit(row["unit"]), factors, tuple(bands.get(row["id"], ())))
    return found


def fold_unit(unit: str) -> str:
    """The form in which units are compared: µ and u, case, brackets, spaces and multiplication signs folded."""
    plain = unicodedata.normalize("NFKC", unit).lower().replace("μ", "u").replace("µ", "u")
    return re.sub(r"[\s\[\]{}]", "", plain.replace("×", "x").replace("*", "^").replace("㎗", "dl"))


def band_of(code: str, value: str, unit: str, age: int | None, sex: str) -> str:
    """The band of a value as a status id (`low`, `very_high`, `positive` ...), or empty where it cannot be told.

    A unit that is not known gives no band: a guess could turn a normal value into an alarming one.
    """
    test = tests().get(code)
    if test is None:
        return ""
    text = _GROUPED.sub("", unicodedata.normalize("NFKC", value).strip())
    if _POSITIVE.match(text.lower()):
        return "positive"
    if _NEGATIVE.match(text.lower()):
        return "negative"
    found = _NUMBER.match(text)
    if found is None:
        return ""
    row = _row_for(test, age, sex)
    if row is None:
        return ""
    number, written = float(found.group(1).replace(",", ".")), fold_unit(unit or found.group(2) or "")
    readings = {_compare(number * factor, row) for factor in _factors(written, test)}
    if len(readings) > 1:
        readings -= {"very_low", "very_high"}
    return readings.pop() if len(readings) == 1 else ""


def _factors(unit: str, test: Test) -> list[float]:
    """Factors to the test's own unit. Several, where a count is written without a unit: 5.6 and 5600 are both usual."""
    if not unit:
        return [1.0, *test.factors.values()] if test.unit.endswith("/ul") else [1.0]
    if unit == test.unit:
        return [1.0]
    return [test.factors[unit]] if unit in test.factors else []


def _row_for(test: Test, age: int | None, sex: str) -> Row | None:
    """The row for this person; without a sex or an age only a row that holds for everybody."""
    for row in test.bands:
        if row["sex"] not in ("any", sex):
            continue
        low, high = int(row["age_from"] or 0), int(row["age_to"] or 999)
        if (age is None and low == 0 and high == 999) or (age is not None and low <= age < high):
            return row
    return None


def _compare(number: float, row: Row) -> str:
    limits = {name: float(row[name]) for name in ("very_low", "low", "high", "very_high") if row[name]}
    if "very_low" in limits and number < limits["very_low"]:
        return "very_low"
    if "low" in limits and number < limits["low"]:
        return "low"
    if "very_high" in limits and number > limits["very_high"]:
        return "very_high"
    if "high" in limits and number > limits["high"]:
        return "high"
    return "normal"
