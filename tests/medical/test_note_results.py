"""Results in notes become bands: those of now, of this person, and none that is only aimed at."""

from __future__ import annotations

import pytest
from tests.medical.reading import sheet_of

RESULTS = [
    ("HbA1c 8.2%、Hb 9.1", {"lab:hba1c very_high", "lab:hemoglobin low"}),
    ("血圧138/76 脈拍68", {"vital:systolic_bp normal", "vital:diastolic_bp normal", "vital:pulse normal"}),
    ("BP 150/95, SpO2 94%", {"vital:systolic_bp high", "vital:diastolic_bp high", "vital:spo2 low"}),
    ("eGFR 58→61", {"lab:egfr normal"}),
    ("平成21年の健診でHbA1c 8.2%を指摘", set()),
    ("前回HbA1c 8.2%", set()),
    ("HbA1c 7%未満を目標とする", set()),
    ("入院時 CRP 12.3", set()),
    ("父のHbA1c 9%", set()),
    ("HbA1cを測定", set()),
]


@pytest.mark.parametrize(("text", "bands"), RESULTS, ids=[text for text, _ in RESULTS])
def test_a_result_in_a_note_becomes_its_band(text: str, bands: set[str]) -> None:
    sheet = sheet_of({"patient": {"age": 60, "sex": "F"}, "notes": text})
    assert {f"{f.code} {f.status}" for f in (*sheet.of("lab"), *sheet.of("vital"))} == bands


def test_what_the_record_lists_as_a_result_goes_before_a_note() -> None:
    labs = [{"test": "HbA1c", "value": 5.2, "date": "2024-01-01"}]
    sheet = sheet_of({"patient": {"age": 60, "sex": "F"}, "labs": labs, "notes": "HbA1c 8.2%"})
    assert [(f.code, f.status) for f in sheet.of("lab")] == [("lab:hba1c", "normal")]
