"""A part of the body and how it hurts are together a name of its pain."""

from __future__ import annotations

import pytest

from sekisho.local.medical.fold import fold
from sekisho.local.medical.ways_to_say import WaysToSay

WAYS = WaysToSay({"ふらつ": "symptom:dizziness"}, {"頭|こめかみ": "symptom:headache", "膝|ひざ": "symptom:knee_pain"})


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("頭がとても痛いです", ["symptom:headache"]),
        ("こめかみがズキズキする", ["symptom:headache"]),
        ("ひざが痛くて、頭も痛む", ["symptom:knee_pain", "symptom:headache"]),
        ("頭が痛く、ふらつきます", ["symptom:headache", "symptom:dizziness"]),
        ("頭を使う仕事です", []),
        ("痛いです", []),
    ],
)
def test_a_part_that_hurts_is_its_pain(said: str, codes: list[str]) -> None:
    assert [hit.code for hit in WAYS.scan(fold(said))] == codes


def test_the_place_of_a_pain_is_from_the_part_to_the_word_that_hurts() -> None:
    text = fold("昨日から頭が少し痛いです")
    (hit,) = WAYS.scan(text)
    assert text[hit.start : hit.end] == "頭が少し痛"
