"""`python -m bench.train_notes`: learn the weights by which notes are judged, from gold records and marked notes.

It cross-validates over records first (the chances of each record come from weights that were learned without it),
chooses the thresholds on these chances, prints what they give, and writes `note_weights.tsv` and
`note_thresholds.toml`. `--check` writes nothing. docs/NOTES.md explains both files.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import sekisho.local.medical as medical
from bench.note_examples import SETS, Example, digest, examples, fold_of, is_new
from bench.note_regression import train
from bench.survival import TODAY, Score, cases_of, count
from sekisho.local.medical.extract import Extractor
from sekisho.local.medical.note_judge import UNKNOWN, Judged, judged
from sekisho.local.medical.note_weights import LINE_BREAK, OUTCOMES, TABLE, Thresholds, Weights, thresholds
from sekisho.local.medical.tables import COLUMNS
from sekisho.local.medical.vocabulary import load_vocabulary
from sekisho.local.records.reader import read_record

DATA = Path(medical.__file__).parent / "data" / "closed"
#: What a present state is worth that is told with its status, or released as `unknown`; and what a wrong statement
#: costs. A wrong allergy costs less than a lost one; of one with an unknown state no warning is made.
_TOLD, _UNKNOWN = 1.0, {"condition": 0.52, "medicine": 0.5, "allergy": 0.5}
_WRONG = {"condition": 3.0, "medicine": 2.0, "allergy": 1.0}
_WRONG_UNKNOWN = {"condition": 0.4, "medicine": 0.35, "allergy": 0.2}
#: From which chance on something is `unknown` at the latest: a lost allergy does more harm than a doubted one.
_DOUBTED = {"allergy": 0.15}
#: How many statements must be right that something is over or a relative's, and that a list is to be overruled.
_RIGHT, _OVERRULES = 0.9, 0.95
_STEPS = [n / 50 for n in range(15, 50)]
_PRESENT, _ENDED = ("active", "suspected"), ("past", "stopped")
#: A term of a record as it was judged, and what it is.
Case = tuple[Judged, str, bool]


def cross_validated(kind: str, found: Sequence[Example]) -> list[Case]:
    """The terms of the new records, each judged by weights that were learned without its record."""
    return [
        case
        for fold in range(5)
        for case in held_out(kind, found, lambda e, fold=fold: e.new and e.fold == fold)  # type: ignore[misc]
    ]


def held_out(kind: str, found: Sequence[Example], out: Callable[[Example], bool]) -> list[Case]:
    """The terms of some records that are a measure, judged by weights that were learned from all others."""
    here = [e for e in found if e.mention.kind == kind]
    return judge_all(kind, [e for e in here if out(e) and e.is_measure], train(kind, [e for e in here if not out(e)]))


def judge_all(kind: str, found: Iterable[Example], weights: Weights) -> list[Case]:
    """The terms of examples, judged."""
    terms: defaultdict[tuple[str, str], list[Example]] = defaultdict(list)
    for example in found:
        terms[example.record, example.mention.code].append(example)
    cases = []
    for (_, code), told in terms.items():
        term = judged(kind, code, [(e.mention, weights.chances(e.features)) for e in told])
        cases.append((term, told[0].of_term, any(e.outcome == "family" for e in told)))
    return cases


def choose(kind: str, cases: Sequence[Case]) -> Thresholds:
    """The thresholds that are worth most on chances of records that were not learned from."""
    over = _lowest(_RIGHT, [(t.over, truth in _ENDED) for t, truth, _ in cases])
    family = _lowest(_RIGHT, [(t.family, of_family) for t, _, of_family in cases])
    overrule = _lowest(_OVERRULES, [(t.over, truth in _ENDED) for t, truth, _ in cases])
    pairs = [Thresholds(present, over, known, family, overrule) for present in _STEPS for known in _STEPS]
    best = max(pairs, key=lambda at: _worth(kind, cases, at))
    return replace(best, known=min(best.known, _DOUBTED.get(kind, 1.0)))


def _worth(kind: str, cases: Sequence[Case], at: Thresholds) -> float:
    worth = 0.0
    for term, truth, _ in cases:
        status = term.status(at)
        if status in _PRESENT:
            worth += _TOLD if truth in _PRESENT else -_WRONG[kind]
        elif status == UNKNOWN:
            worth += _UNKNOWN[kind] if truth in _PRESENT else -_WRONG_UNKNOWN[kind] if truth == "none" else 0.0
    return worth


def _lowest(aim: float, chances: list[tuple[float, bool]]) -> float:
    """The lowest step from which on at least this share is right; one above all where none is."""
    for step in _STEPS:
        right = [so for chance, so in chances if chance >= step]
        if right and sum(right) / len(right) >= aim:
            return step
    return 1.0


def told(kind: str, cases: Sequence[Case], at: Thresholds) -> str:
    """What thresholds give: kept with the state, kept with an unknown state, lost, and wrong ones of what is said."""
    now = [term.status(at) for term, truth, _ in cases if truth in _PRESENT]
    kept, unknown = sum(s in _PRESENT for s in now), sum(s == UNKNOWN for s in now)
    said = [(term.status(at), truth) for term, truth, _ in cases]
    stated = [(status, truth) for status, truth in said if status in (*_PRESENT, UNKNOWN)]
    wrong = sum(truth == "none" if status == UNKNOWN else truth not in _PRESENT for status, truth in stated)
    best = sum(max(t.chances, key=lambda o: t.chances[o]) == truth for t, truth, _ in cases)
    return (
        f"{kind}: of {len(now)} present {100 * kept / max(1, len(now)):.1f} % with their state, "
        f"{100 * unknown / max(1, len(now)):.1f} % unknown, {len(now) - kept - unknown} lost; wrong {wrong} of "
        f"{len(stated)} said ({100 * wrong / max(1, len(stated)):.1f} %); likeliest outcome right "
        f"{100 * best / max(1, len(cases)):.1f} % of {len(cases)} terms"
    )


def survival(found: Sequence[Example]) -> Score:
    """What survives of the new records as a whole, lists included, read by weights learned without the record."""
    total, vocabulary = Score(), load_vocabulary()
    for fold in range(5):
        rest = [e for e in found if not (e.new and e.fold == fold)]
        weights = {kind: train(kind, [e for e in rest if e.mention.kind == kind]) for kind in OUTCOMES}
        extractor = Extractor(vocabulary, weights.__getitem__)
        for name in SETS:
            for case, path in cases_of(name):
                if is_new(name, path) and fold_of(f"{name}/{path.stem}") == fold:
                    count(case, extractor.facts_of(read_record(path, TODAY)).facts, vocabulary, total)
    return total


def summed(score: Score) -> str:
    """A score in a line."""
    kinds = ", ".join(
        f"{kind} {score.share(kind):.1f} % of {score.known(kind)} ({score.exact[kind]} exact, "
        f"{score.generalised[kind]} generalised, {score.unknown[kind]} unknown)"
        for kind in OUTCOMES
    )
    return f"{kinds}; wrong {score.wrong_share:.1f} % of {score.stated} stated"


def write(weights: dict[str, Weights], chosen: dict[str, Thresholds], records: int, source: str) -> None:
    """Write both data files."""
    lines = [
        "# Weights by which a mention of a term in a note is judged; docs/NOTES.md. Made by bench/train_notes.py:\n"
        f"# change nothing here by hand. Learned from {records} gold records and marked notes (digest {source}).\n",
        "\t".join(COLUMNS[TABLE]) + "\n",
    ]
    for kind, learned in weights.items():
        for feature, row in sorted(learned.rows.items()):
            of = dict(zip(learned.outcomes, row, strict=True))
            numbers = "\t".join(f"{of[outcome]:g}" if outcome in of else "" for outcome in COLUMNS[TABLE][2:])
            lines.append(f"{kind}\t{feature.replace(chr(10), LINE_BREAK)}\t{numbers}\n")
    (DATA / "note_weights.tsv").write_text("".join(lines), encoding="utf-8")
    parts = [
        "# From which chance on something is said of a term of a note; docs/NOTES.md. Made by bench/train_notes.py.\n"
    ]
    for kind, at in chosen.items():
        rows = "".join(f"{name} = {getattr(at, name):g}\n" for name in Thresholds.__dataclass_fields__)
        parts.append(f"\n[{kind}]\n{rows}")
    (DATA / "note_thresholds.toml").write_text("".join(parts), encoding="utf-8")


def main(check: bool) -> None:
    """Cross-validate, choose, print; write unless it is only a check."""
    found = examples()
    records = {example.record for example in found}
    print(f"{len(found)} mentions in {len(records)} records of {', '.join(SETS)} and marked notes")
    chosen = {}
    for kind in OUTCOMES:
        cases = cross_validated(kind, found)
        chosen[kind] = choose(kind, cases)
        print(chosen[kind])
        print(f"cross-validated {told(kind, cases, chosen[kind])}", flush=True)
    weights = {kind: train(kind, [e for e in found if e.mention.kind == kind]) for kind in OUTCOMES}
    for kind in OUTCOMES:
        here = [e for e in found if e.mention.kind == kind and e.new]
        print(
            f"fitted {told(kind, judge_all(kind, here, weights[kind]), chosen[kind])}; {len(weights[kind].rows)} rows"
        )
    if not check:
        write(weights, chosen, len(records), digest())
        thresholds.cache_clear()
    print(f"whole records, cross-validated, thresholds as shipped: {summed(survival(found))}")


if __name__ == "__main__":
    main(check="--check" in sys.argv[1:])
