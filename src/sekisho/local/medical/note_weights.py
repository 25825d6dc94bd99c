"""The learned weights of features, and from which chance on something is said. Data: `data/closed/note_*`.

Learned by `bench/train_notes.py`; docs/NOTES.md tells how. A feature without a row weighs nothing.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sekisho.local.medical.note_features import beginnings
from sekisho.local.medical.tables import rows

#: What a mention can be, by kind of fact. `none`: not this person's, or not so.
OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "condition": ("active", "suspected", "past", "family", "none"),
    "medicine": ("active", "stopped", "none"),
    "allergy": ("active", "suspected", "none"),
}
TABLE = "closed/note_weights.tsv"
#: What stands for a line break in the table.
LINE_BREAK = "⏎"
#: The feature that every mention has.
ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights for one kind of fact: feature -> one number an outcome; and its runs of words with their beginnings."""

    outcomes: tuple[str, ...]
    rows: Mapping[str, tuple[float, ...]]
    runs: frozenset[str]

    @classmethod
    def of(cls, outcomes: tuple[str, ...], rows: Mapping[str, tuple[float, ...]]) -> Weights:
        """Weights with their runs of words."""
        return cls(outcomes, rows, frozenset(begun for feature in rows for begun in beginnings(feature)))

    def chances(self, features: Iterable[str]) -> list[float]:
        """The chance of each outcome; each feature counts once."""
        found = filter(None, map(self.rows.get, dict.fromkeys(features)))
        sums = list(map(sum, zip(self.rows[ALWAYS], *found, strict=True)))
        most = max(sums)
        powers = [math.exp(s - most) for s in sums]
        whole = sum(powers)
        return [power / whole for power in powers]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which chance on a kind of fact is stated.

    Attributes:
        present: That it is active or suspected.
        over: That it is past or stopped.
        known: That it is the person's, whatever its present state.
        family: That a relative has it.
        overrule: That it is over, although a list of the record holds it.
    """

    present: float
    over: float
    known: float
    family: float
    overrule: float


@cache
def weights_for(kind: str) -> Weights:
    """The shipped weights for a kind of fact.

    Raises:
        SetupError: `vocabulary_broken` with the file and line.
    """
    return _shipped()[kind]


@cache
def _shipped() -> dict[str, Weights]:
    found: dict[str, dict[str, tuple[float, ...]]] = {kind: {} for kind in OUTCOMES}
    for row in rows(TABLE):
        numbers = tuple(float(row[outcome] or 0) for outcome in OUTCOMES[row["kind"]])
        found[row["kind"]][row["feature"].replace(LINE_BREAK, "\n")] = numbers
    return {kind: Weights.of(OUTCOMES[kind], known) for kind, known in found.items()}


@cache
def thresholds(kind: str) -> Thresholds:
    """The thresholds for a kind of fact."""
    table = tomllib.loads(
        files(__package__).joinpath("data", "closed", "note_thresholds.toml").read_text(encoding="utf-8")
    )
    return Thresholds(**table[kind])
