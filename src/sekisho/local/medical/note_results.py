"""Results in running text: 「HbA1c 8.2%」, "BP 150/90". Only values of now, directly behind the name of their test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sekisho.local.medical.cues import cue
from sekisho.local.medical.lexicon import Hit
from sekisho.local.medical.meaning import around

_VALUE = re.compile(
    r"\s?(?:値|が|は)?\s?[:=]?\s?(?P<value>[<>]?\d{1,6}(?:\.\d+)?(?:/\d{2,3})?)\s?"
    r"(?P<unit>%|mmhg|mg/dl|g/dl|ng/ml|pg/ml|ng/dl|u/l|iu/l|meq/l|mmol/l|μiu/ml|/μl|万|bpm|/分|回/分|°c|度|ml/min)?"
    r"(?![\d.]|\s?[-〜~]\s?\d|\s?台|\s?(?:以上|以下|未満|を目標|目標)|\s?(?:日|月|年|歳|回|錠|包|単位|本|点|本/日)|[a-z])"
)
#: 「2.4→1.9」: the value after the arrow is the one of now.
_CHANGE = re.compile(r"\s?(?:→|->)\s?(?P<value>\d{1,6}(?:\.\d+)?)(?![\d./]|\s?[a-z一-龠])")
#: Topics in which values are of the day of the note.
_TOPICS = ("", "course", "problems")


@dataclass(frozen=True, slots=True)
class Result:
    """A value of a test with its place in the sentence. `code` is that of the laboratory test or vital sign."""

    code: str
    value: str
    unit: str
    start: int
    end: int


def results_in(text: str, hits: list[Hit], topic: str, stay_is_over: bool) -> Iterator[Result]:
    """The results of a folded sentence. Those of another time, of somebody else or only aimed at are left out."""
    if topic not in _TOPICS or (stay_is_over and topic == "course"):
        return
    for hit in hits:
        found = _VALUE.match(text, hit.end)
        if found is None:
            continue
        near = around(text, hit, hits)
        said = f"{near.clause_before} {text[found.end() : found.end() + 16]}"
        if cue("other_time").search(said) or cue("dated").search(said) or near.is_family() or near.is_someone_else():
            continue
        changed = _CHANGE.match(text, found.end())
        value = changed["value"] if changed else found["value"]
        yield Result(hit.code, value, found["unit"] or "", hit.start, (changed or found).end())
