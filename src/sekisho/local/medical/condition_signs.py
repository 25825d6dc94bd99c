"""What the words around a condition tell of its time: a year, an operation, that it goes on, that it ended.

None of it decides alone: a year behind a gastric ulcer says that it is over, and behind diabetes since when it is
there. These signs are weighed with the term and the part of the note that they stand in (docs/NOTES.md).
"""

from __future__ import annotations

import re

from sekisho.local.medical.cues import cue
from sekisho.local.medical.meaning import Around

#: Groups of words in `cues.toml`.
_GROUPS = (
    "dated", "long_ago", "cured", "ended", "operated", "active", "active_now", "persisting", "appeared", "remission",
    "since", "not_said", "other_time",
)  # fmt: skip
#: Characters that are looked at on either side, up to the next term before and the next condition behind.
_BACK, _AHEAD = 40, 80
#: A medicine was given up: what stands beside it is often what it did.
_GIVEN_UP = re.compile(
    r"[中休]止|終了|休薬|中断|断念|減量|変更|切替|やめ|止め|stop|discont|d/c|held|switch|finish|complet|(?<![a-z])off(?![a-z])"
)
#: Between the items of a list: they tell nothing.
_BETWEEN = " 、,・/。()::"


def signs_of_condition(near: Around, rest: str) -> tuple[str, ...]:
    """Which of these signs stand around a condition. `rest`: what follows up to the next one of the sentence."""
    back, ahead = near.before[-_BACK:].rpartition("\x00")[2], rest[:_AHEAD]
    return (*_found("before", back), *_found("after", ahead))


def _found(side: str, text: str) -> list[str]:
    if not text.strip(_BETWEEN):
        return []
    found = [f"{side}_{group}" for group in _GROUPS if cue(group).search(text)]
    return [*found, f"{side}_given_up"] if _GIVEN_UP.search(text) else found
