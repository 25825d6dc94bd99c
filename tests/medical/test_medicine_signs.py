"""Signs around a medicine in a note: given once, for some days, as a drip; planned, or on a condition."""

from __future__ import annotations

import pytest

from sekisho.local.medical.lexicon import Hit
from sekisho.local.medical.meaning import around
from sekisho.local.medical.medicine_signs import signs_of_medicine

SAID = [
    ("Mを7日間で終了", {"for_days"}),
    ("M 40 mg x 5 days", {"for_days"}),
    ("M 100 bd 3/7", {"for_days"}),
    ("M 10mg 2日前から", set()),
    ("M 0.6 mg/kg po x1", {"once"}),
    ("M 10ml stat", {"once"}),
    ("M once daily", set()),
    ("M 500mg div", {"as_drip"}),
    ("M持続 0.4γ", {"as_drip"}),
    ("M持続性注射剤", set()),
    ("nebulized M", {"drip_before"}),
    ("Mを投与した", {"past_tense"}),
    ("M was given", {"past_tense"}),
    ("M内服中", set()),
    ("もし熱が出たらM", {"if"}),
    ("Mの追加を検討", {"proposed"}),
    ("could consider M", {"proposed_before"}),
]


@pytest.mark.parametrize(("text", "signs"), SAID, ids=[text for text, _ in SAID])
def test_words_around_a_medicine_tell_how_it_was_given(text: str, signs: set[str]) -> None:
    assert set(_signs(text)) == signs


def test_a_course_weighs_otherwise_where_a_note_looks_back_on_a_stay() -> None:
    assert _signs("Mを7日間", stay_is_over=True) == ("for_days", "for_days_of_stay")


def _signs(text: str, stay_is_over: bool = False) -> tuple[str, ...]:
    folded = text.replace("M", "@").lower()
    hit = Hit("medicine:any", folded.index("@"), folded.index("@") + 1)
    return signs_of_medicine(around(folded, hit, [hit]), stay_is_over)
