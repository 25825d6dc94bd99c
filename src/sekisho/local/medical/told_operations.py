"""Operations and devices that are told in plain words: 「胃を10年前に切ってから」, 「右膝は人工のものに」.

A part of the body and what was done to it, with nothing between that could be another thing (「胃のポリープを取った」).
Data: `data/closed/told_operations.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from sekisho.local.medical.lexicon import Hit


class _Data(NamedTuple):
    """The states, and the pattern that finds one: the n-th group tells the n-th state."""

    states: tuple[str, ...]
    told: re.Pattern[str]


def told_operations(folded: str) -> Iterator[Hit]:
    """The states that the plain words of a folded note tell."""
    data = _data()
    for found in data.told.finditer(folded):
        yield Hit(data.states[(found.lastindex or 1) - 1], found.start(), found.end())


@cache
def _data() -> _Data:
    table = tomllib.loads(files(__package__).joinpath("data", "closed", "told_operations.toml").read_text("utf-8"))
    between, verbs = table["between"], table["verbs"]
    groups: list[str] = []
    states: list[str] = []
    letters: set[str] = set()
    for operation in table["operation"]:
        for row in operation["parts"]:
            states.append(row["means"])
            letters.update(part[0] for part in row["part"])
            groups.append(f"({'|'.join(row['part'])}){between}{verbs[operation['kind']]}")
    # Where no part can begin, none is tried; within a longer word it is another one (「十二指腸」, 「下垂体」).
    begins = rf"(?=[{''.join(sorted(letters))}])(?<![一-龠ァ-ヶー](?<![右左両側の片]))"
    return _Data(tuple(states), re.compile(f"{begins}(?:{'|'.join(groups)})"))
