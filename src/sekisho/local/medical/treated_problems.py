"""Problems that a note names only by what is treated: 「血圧はオルメテック」, "bones: risedronate".

The word alone says nothing. A medicine given for it must follow in the sentence, or the word for one right behind it.
Data: `data/closed/treated_problems.toml`.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from sekisho.local.medical.lexicon import Hit
from sekisho.local.medical.vocabulary import Vocabulary

#: How far behind the problem its medicine may stand, and what ends the search: a sentence, or a blank line.
_REACH = 40
_ENDS = re.compile(r"[。\n]|[.;](?=\s)")


class _Problem(NamedTuple):
    code: str
    classes: frozenset[str]


class _Data(NamedTuple):
    """The problems; the pattern that finds one, the n-th group the n-th problem; and a word for a medicine."""

    problems: tuple[_Problem, ...]
    called: re.Pattern[str]
    medicine_word: re.Pattern[str]


def treated_problems(folded: str, medicines: Sequence[Hit], vocabulary: Vocabulary) -> Iterator[Hit]:
    """The conditions that are told so. `medicines`: the medicines and classes of the note, in its order."""
    data, starts = _data(), [medicine.start for medicine in medicines]
    for found in data.called.finditer(folded):
        problem, at = data.problems[(found.lastindex or 1) - 1], found.end()
        if data.medicine_word.match(folded, at) is None:
            ends = _ENDS.search(folded, at, at + _REACH)
            first, beyond = bisect_left(starts, at), bisect_left(starts, ends.start() if ends else at + _REACH)
            if not any(problem.classes.intersection(vocabulary.ancestors(m.code)) for m in medicines[first:beyond]):
                continue
        yield Hit(problem.code, found.start(), at)


@cache
def _data() -> _Data:
    table = tomllib.loads(files(__package__).joinpath("data", "closed", "treated_problems.toml").read_text("utf-8"))
    rows = table["problem"]
    problems = tuple(_Problem(row["means"], frozenset(f"class:{name}" for name in row["treated_by"])) for row in rows)
    groups = "|".join(f"({'|'.join(map(_whole, row['called']))})" for row in rows)
    letters = "".join(sorted({word[0] for row in rows for word in row["called"]}))
    # Where none can begin, none is tried.
    called = re.compile(rf"(?=[{letters}])(?<![a-z])(?:{groups})")
    return _Data(problems, called, re.compile(table["medicine_word"]["after"]))


def _whole(word: str) -> str:
    """A Latin word stands for itself only, not for the beginning of another."""
    return rf"{word}(?![a-z])" if word[0].isascii() else word
