"""A part of the body and what is with it are together a name of a symptom."""

from __future__ import annotations

import pytest

from sekisho.local.medical.body_signs import BodySigns
from sekisho.local.medical.fold import fold
from sekisho.local.medical.ways_to_say import WaysToSay

SIGNS = {
    "hurts": ("痛|ズキ", "hurts?|pain"),
    "swells": ("腫れ", "swollen"),
    "between": ("(?:が|も)?(?:とても|少し|腫れて|、)*", "(?: is| and| swollen)* "),
    "before": ("", "(?: in)?(?: my)? "),
}
PARTS = [
    ("頭|こめかみ|head", {"hurts": "symptom:headache"}),
    ("膝|ひざ|knee", {"hurts": "symptom:knee_pain", "swells": "symptom:knee_swelling"}),
    ("手首", {"hurts": "symptom:wrist_hand_pain"}),
    ("首", {"hurts": "symptom:neck_pain"}),
]
WAYS = WaysToSay({"ふらつ": "symptom:dizziness"}, BodySigns(PARTS, SIGNS))


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("頭がとても痛いです", ["symptom:headache"]),
        ("こめかみがズキズキする", ["symptom:headache"]),
        ("ひざが痛くて、頭も痛む", ["symptom:knee_pain", "symptom:headache"]),
        ("頭が痛く、ふらつきます", ["symptom:headache", "symptom:dizziness"]),
        ("膝が腫れて、とても痛い", ["symptom:knee_swelling", "symptom:knee_pain"]),
        ("手首が痛いです", ["symptom:wrist_hand_pain"]),
        ("My knee is swollen and hurts", ["symptom:knee_swelling", "symptom:knee_pain"]),
        ("pain in my head", ["symptom:headache"]),
        ("右kneeが痛い", ["symptom:knee_pain"]),
        ("knees up", []),
        ("船首が痛む", []),
        ("頭を使う仕事です", []),
        ("痛いです", []),
    ],
)
def test_a_part_that_hurts_is_its_pain(said: str, codes: list[str]) -> None:
    assert [hit.code for hit in WAYS.scan(fold(said))] == codes


def test_the_place_of_a_sign_is_where_it_stands_not_its_part() -> None:
    text = fold("昨日から頭が少し痛いです")
    (hit,) = WAYS.scan(text)
    assert text[hit.start : hit.end] == "痛"
