from __future__ import annotations

import pytest
from tests.cloud.toy_server import SUMMARY, canonical

from sekisho.cloud.summary import MAX_BYTES, is_releasable, read_error, read_summary, write_error
from sekisho.errors import Code


def test_a_summary_in_the_articles_shape_is_read() -> None:
    summary = read_summary(canonical(SUMMARY))
    assert summary is not None
    assert summary.age_group == "60代"
    assert summary.allergies == ("ペニシリン系",)
    assert summary.recommendations == tuple(SUMMARY["recommendations"])


def without(key: str) -> dict[str, object]:
    return {name: value for name, value in SUMMARY.items() if name != key}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "not json",
        '"60代"',
        "\ud800",
        canonical(SUMMARY) + "\n",
        " " + canonical(SUMMARY),
        canonical(SUMMARY).replace("60代", "60\\u4ee3"),
        canonical(without("recommendations")),
        canonical({**SUMMARY, "more": []}),
        canonical({**SUMMARY, "patient_context": []}),
        canonical({**SUMMARY, "patient_context": {**SUMMARY["patient_context"], "name": "山田"}}),
        canonical({**SUMMARY, "patient_context": {**SUMMARY["patient_context"], "age_group": 62}}),
        canonical({**SUMMARY, "patient_context": {**SUMMARY["patient_context"], "allergies": None}}),
        canonical({**SUMMARY, "symptom_relevance": {}}),
        canonical({**SUMMARY, "recommendations": [1]}),
        canonical({**SUMMARY, "recommendations": ["あ" * (MAX_BYTES // 3)]}),
        "[" * 5000 + "]" * 5000,
    ],
    ids=lambda value: None,
)
def test_anything_else_is_no_summary(text: str) -> None:
    assert read_summary(text) is None
    assert not is_releasable(text)


@pytest.mark.parametrize("code", list(Code))
def test_every_code_can_be_written_and_read(code: Code) -> None:
    assert read_error(write_error(code)) is code


@pytest.mark.parametrize(
    "text",
    [
        '{"error":"山田"}',
        '{"error":null}',
        '{"error":["busy"]}',
        '{"error":"busy","x":1}',
        '{"error": "busy"}',
        "busy",
    ],
)
def test_anything_else_is_no_error(text: str) -> None:
    assert read_error(text) is None
    assert not is_releasable(text)
