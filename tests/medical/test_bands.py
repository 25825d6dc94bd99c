"""A value becomes a band, and a guess becomes nothing."""

# ruff: noqa: E501 - tables with wide letters, a row a line

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.local.medical import bands
from sekisho.local.medical.bands import band_of, fold_unit

STATUSES = {"", "very_low", "low", "normal", "high", "very_high", "positive", "negative"}

ADULT = [
    ("lab:tsh", "0.01", "", "very_low"),
    ("lab:tsh", "0.01", "μIU/mL", "very_low"),
    ("lab:tsh", "<0.01", "", "very_low"),
    ("lab:tsh", "＜０．０１", "", "very_low"),
    ("lab:tsh", "2", "", "normal"),
    ("lab:hba1c", "7.8", "%", "high"),
    ("lab:hba1c", "7.8%", "", "high"),
    ("lab:hba1c", "７．８", "％", "high"),
    ("lab:hba1c", "7.8 H", "%", "high"),
    ("lab:hba1c", "7.8H", "", "high"),
    ("lab:hba1c", "7.8 *", "", "high"),
    ("lab:hba1c", "7.8↑", "", "high"),
    ("lab:hba1c", "5.2", "furlong", ""),
    ("lab:hba1c", "about five", "", ""),
    ("lab:hba1c", "", "", ""),
    ("lab:hba1c", "-", "", "negative"),
    ("lab:potassium", "5.6", "mmol/L", "high"),
    ("lab:potassium", "5.6", "mEq/L", "high"),
    ("lab:potassium", "5,6", "mmol/L", "high"),
    ("lab:wbc", "5600", "", "normal"),
    ("lab:wbc", "5.6", "", "normal"),
    ("lab:wbc", "5,600", "", "normal"),
    ("lab:wbc", "5.6", "10*3/uL", "normal"),
    ("lab:wbc", "56", "10^3/μL", "very_high"),
    ("lab:platelets", "250000", "", "normal"),
    ("lab:platelets", "250", "10*3/uL", "normal"),
    ("lab:glucose", "100", "mg/dL", "normal"),
    ("lab:unknown", "5", "", ""),
    ("condition:asthma", "5", "", ""),
]


@pytest.mark.parametrize(("code", "value", "unit", "band"), ADULT, ids=[f"{c} {v} {u}" for c, v, u, _ in ADULT])
def test_values_of_an_adult(code: str, value: str, unit: str, band: str) -> None:
    assert band_of(code, value, unit, 40, "female") == band


@pytest.mark.parametrize(
    ("code", "value", "unit", "band"),
    [
        ("lab:potassium", "4.9000000001", "mmol/L", "high"),
        ("lab:hba1c", "6.95079314558743", "%", "high"),
        ("lab:crp", "1e-05", "mg/dL", "normal"),
    ],
)
def test_numbers_as_computers_write_them(code: str, value: str, unit: str, band: str) -> None:
    assert band_of(code, value, unit, 40, "female") == band


@pytest.mark.parametrize(
    ("word", "band"),
    [
        ("陽性", "positive"), ("Positive", "positive"), ("(+)", "positive"), ("2+", "positive"), ("detected", "positive"),
        ("陰性", "negative"), ("NEGATIVE", "negative"), ("(-)", "negative"), ("not detected", "negative"),
        ("non-reactive", "negative"), ("trace", ""), ("positively great", ""), ("陽性と陰性", ""),
    ],
)  # fmt: skip
def test_words_for_a_result(word: str, band: str) -> None:
    assert band_of("lab:crp", word, "", 40, "") == band


def test_the_same_value_differs_by_sex_and_age() -> None:
    assert band_of("lab:hemoglobin", "12.5", "g/dL", 40, "female") == "normal"
    assert band_of("lab:hemoglobin", "12.5", "g/dL", 40, "male") == "low"
    assert band_of("vital:pulse", "120", "", 0, "") == "normal"
    assert band_of("vital:pulse", "120", "", 40, "") in ("high", "very_high")


def test_without_a_sex_or_an_age_nothing_is_guessed() -> None:
    assert band_of("lab:hemoglobin", "12.5", "g/dL", 40, "") == ""
    assert band_of("vital:pulse", "120", "", None, "") == ""
    assert band_of("lab:hba1c", "7.8", "%", None, "") == "high"


def test_every_unit_gives_the_same_band_for_the_same_amount() -> None:
    for code, test in bands.tests().items():
        for row in test.bands:
            if not row["high"]:
                continue
            age = int(row["age_from"] or 0)
            sex = "" if row["sex"] == "any" else row["sex"]
            amount = float(row["high"]) * 1.01 + 0.001
            expected = band_of(code, f"{amount:.6f}", test.unit, age, sex)
            for unit, factor in test.factors.items():
                text = f"{amount / factor:.6f}"
                if 0.01 < float(text) < 1e9:
                    assert band_of(code, text, unit, age, sex) == expected, (code, unit)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("μg/mL", "µg/mL"),
        ("ug/mL", "μg/mL"),
        ("mg/㎗", "mg/dL"),
        ("10*3/uL", "10^3/μL"),
        ("[IU]/L", "IU/L"),
        ("×10^4/μL", "x10^4/uL"),
    ],
)
def test_units_are_compared_however_they_are_written(one: str, other: str) -> None:
    assert fold_unit(one) == fold_unit(other)


@given(
    st.sampled_from(sorted(bands.tests())),
    st.text(),
    st.text(),
    st.none() | st.integers(0, 130),
    st.sampled_from(["", "male", "female"]),
)
def test_any_value_gives_a_band_or_nothing(code: str, value: str, unit: str, age: int | None, sex: str) -> None:
    assert band_of(code, value, unit, age, sex) in STATUSES


@given(
    st.sampled_from(sorted(bands.tests())),
    st.floats(0, 1e6),
    st.floats(0, 1e6),
    st.integers(0, 130),
    st.sampled_from(["male", "female"]),
)
def test_a_higher_value_never_has_a_lower_band(code: str, one: float, other: float, age: int, sex: str) -> None:
    order = ["very_low", "low", "normal", "high", "very_high"]
    unit = bands.tests()[code].unit
    low, high = sorted((round(one, 4), round(other, 4)))
    found = [band_of(code, f"{value:.4f}", unit, age, sex) for value in (low, high)]
    if all(found) and unit:
        assert order.index(found[0]) <= order.index(found[1])
