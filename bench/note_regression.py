"""Multinomial logistic regression over sparse features, with weights that are nought where they are not needed.

Accelerated proximal gradient descent with restarts; nothing is drawn by chance, so the same examples give the same
weights. Needs numpy, which only the extras bring along.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bench.note_examples import Example
from sekisho.local.medical.note_weights import ALWAYS, OUTCOMES, Weights

#: What a weight costs by its size and by its square.
_COSTS = (1e-4, 1e-4)
#: In how many records a feature must stand; rounds.
_RECORDS, _ROUNDS = 5, 300
#: Digits of a weight; and a feature of which every weight is smaller than this is dropped.
_DIGITS, _LEAST = 2, 0.12

Matrix = NDArray[np.float64]


def train(kind: str, examples: Sequence[Example]) -> Weights:
    """Weights for one kind of fact from its examples."""
    outcomes = OUTCOMES[kind]
    columns = _columns(examples)
    rows, cols = _cells(examples, columns)
    wanted = np.zeros((len(examples), len(outcomes)))
    wanted[np.arange(len(examples)), [outcomes.index(e.outcome) for e in examples]] = 1
    share = np.array([e.weight for e in examples])[:, None]
    share /= share.sum()
    found, bias = _descend(rows, cols, wanted, share, len(columns), _COSTS)
    kept = {ALWAYS: _rounded(bias)}
    learned = {feature: _rounded(found[i]) for feature, i in columns.items()}
    kept |= {feature: row for feature, row in learned.items() if any(abs(weight) >= _LEAST for weight in row)}
    return Weights.of(outcomes, kept)


def _columns(examples: Sequence[Example]) -> dict[str, int]:
    records: defaultdict[str, set[str]] = defaultdict(set)
    for example in examples:
        for feature in example.features:
            records[feature].add(example.record)
    return {f: i for i, f in enumerate(sorted(f for f, seen in records.items() if len(seen) >= _RECORDS))}


def _cells(examples: Sequence[Example], columns: dict[str, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    cells = [(i, columns[f]) for i, e in enumerate(examples) for f in e.features if f in columns]
    both = np.array(cells, dtype=np.int64)
    return both[:, 0], both[:, 1]


def _descend(
    rows: NDArray[np.int64], cols: NDArray[np.int64], wanted: Matrix, share: Matrix, size: int,
    costs: tuple[float, float],
) -> tuple[Matrix, Matrix]:  # fmt: skip
    by_size, by_square = costs
    by_row, by_col = np.argsort(rows, kind="stable"), np.argsort(cols, kind="stable")
    rows_there, row_starts = np.unique(rows[by_row], return_index=True)
    cols_there, col_starts = np.unique(cols[by_col], return_index=True)
    row_cols, col_rows = cols[by_row], rows[by_col]
    often = float(np.bincount(rows, minlength=len(wanted)) @ share[:, 0])
    step = 1 / (max(0.5, 0.175 * often) + by_square)
    weights = np.zeros((size, wanted.shape[1]))
    bias = np.log(np.maximum((wanted * share).sum(0), 1e-6))
    ahead, bias_ahead, pace = weights, bias, 1.0
    for _ in range(_ROUNDS):
        sums = np.tile(bias_ahead, (len(wanted), 1))
        sums[rows_there] += np.add.reduceat(ahead[row_cols], row_starts, axis=0)
        chances = np.exp(sums - sums.max(1, keepdims=True))
        chances /= chances.sum(1, keepdims=True)
        off = (chances - wanted) * share
        slope = by_square * ahead
        slope[cols_there] += np.add.reduceat(off[col_rows], col_starts, axis=0)
        moved = ahead - step * slope
        moved = np.sign(moved) * np.maximum(np.abs(moved) - step * by_size, 0)
        bias_moved = bias_ahead - step * off.sum(0)
        if ((ahead - moved) * (moved - weights)).sum() > 0:  # it runs uphill: start anew from here
            pace, ahead, bias_ahead = 1.0, moved, bias_moved
        else:
            faster = (1 + np.sqrt(1 + 4 * pace * pace)) / 2
            ahead = moved + (pace - 1) / faster * (moved - weights)
            bias_ahead = bias_moved + (pace - 1) / faster * (bias_moved - bias)
            pace = faster
        weights, bias = moved, bias_moved
    return weights, bias


def _rounded(row: Matrix) -> tuple[float, ...]:
    return tuple(round(float(weight), _DIGITS) + 0.0 for weight in row)  # never -0.0
