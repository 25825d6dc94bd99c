"""Learning the weights: the same examples give the same weights; what tells outcomes apart weighs, and no more."""

from __future__ import annotations

import pytest
from bench.note_examples import Example
from bench.note_regression import train
from bench.survival import Score, count
from bench.train_notes import choose

from sekisho.local.facts import Fact
from sekisho.local.medical.note_judge import Judged
from sekisho.local.medical.note_mentions import Mention
from sekisho.local.medical.note_weights import ALWAYS
from sekisho.local.medical.vocabulary import load_vocabulary

GOLD = {
    "id": "x",
    "gold": [
        {"kind": "condition", "name": "高血圧", "en": "hypertension", "status": "active"},
        {"kind": "condition", "name": "喘息", "en": "asthma", "status": "past"},
        {"kind": "condition", "name": "糖尿病", "en": "diabetes", "status": "family"},
    ],
    "absent": [{"kind": "condition", "name": "肺癌", "en": "lung cancer", "why": "excluded"}],
    "also": [
        {"kind": "condition", "name": "片頭痛", "en": "migraine", "status": "active"},
        {"kind": "condition", "name": "動悸", "en": "palpitations", "status": "symptom"},
        {"kind": "condition", "name": "肺炎", "en": "pneumonia", "status": "past"},
        {"kind": "condition", "name": "緑内障", "en": "glaucoma", "status": "family"},
    ],
}


def example(number: int, outcome: str, *features: str, new: bool = True) -> Example:
    mention = Mention("medicine", f"medicine:m{number}", 0, 2, "", "", firmly=False)
    return Example(f"practice/{number}", new, mention, features, outcome, outcome)


def some() -> list[Example]:
    found = []
    for number in range(60):
        outcome = ("active", "stopped", "none")[number % 3]
        found.append(example(number, outcome, f"right:{outcome}", "topic=none", f"left:only_{number}"))
    return found


def test_the_same_examples_give_the_same_weights_whatever_their_order_of_features() -> None:
    turned = [example(int(e.record[9:]), e.outcome, *reversed(e.features)) for e in some()]
    assert train("medicine", some()).rows == train("medicine", turned).rows


def test_what_tells_outcomes_apart_weighs_and_what_stands_in_few_records_has_no_row() -> None:
    weights = train("medicine", some())
    assert {ALWAYS, "right:active", "right:stopped", "right:none"} <= weights.rows.keys()
    assert not [feature for feature in weights.rows if feature.startswith("left:only")]
    chances = weights.chances(["right:stopped", "topic=none"])
    assert weights.outcomes[chances.index(max(chances))] == "stopped"


def test_an_example_that_the_rules_know_counts_less() -> None:
    fitted = [example(n, "active", "topic=none", new=False) for n in range(20)]
    fresh = [example(n, "stopped", "topic=none") for n in range(20, 40)]
    active, stopped, _ = train("medicine", [*fitted, *fresh]).chances(["topic=none"])
    assert stopped > active


def test_the_chosen_thresholds_leave_a_doubtful_state_unknown_and_a_doubtful_thing_out() -> None:
    def term(active: float, stopped: float, none: float) -> Judged:
        mention = Mention("medicine", "medicine:x", 0, 2, "", "", firmly=False)
        return Judged("medicine", "medicine:x", {"active": active, "stopped": stopped, "none": none}, 0.0, (mention,))

    sure = [(term(0.9, 0.1, 0.0), "active", False)] * 8
    halves = [(term(0.5, 0.4, 0.1), "active", False), (term(0.5, 0.4, 0.1), "stopped", False)] * 4
    idle = [(term(0.35, 0.2, 0.45), "none", False)] * 8
    at = choose("medicine", [*sure, *halves, *idle])
    assert [term(*chances).status(at) for chances in ((0.9, 0.1, 0.0), (0.5, 0.4, 0.1), (0.35, 0.2, 0.45))] == [
        "active",
        "unknown",
        "",
    ]


@pytest.mark.parametrize(
    ("code", "status", "kept", "wrong"),
    [
        ("condition:hypertension", "active", "exact", 0),
        ("condition:hypertension", "unknown", "unknown", 0),
        ("condition:asthma", "unknown", "lost", 0),
        ("condition:asthma", "active", "lost", 1),
        ("condition:diabetes", "unknown", "lost", 1),
        ("condition:lung_cancer", "unknown", "lost", 1),
        ("condition:gout", "unknown", "lost", 1),
        ("condition:gout", "past", "lost", 0),
        ("condition:migraine", "active", "lost", 0),
        ("condition:palpitations_problem", "active", "lost", 0),
        ("condition:pneumonia", "unknown", "lost", 0),
        ("condition:pneumonia", "active", "lost", 1),
        ("condition:glaucoma", "unknown", "lost", 1),
    ],
)
def test_unknown_survives_for_what_is_there_and_is_wrong_only_for_what_is_not_the_persons(
    code: str, status: str, kept: str, wrong: int
) -> None:
    total = Score()
    count(GOLD, [Fact("condition", code, status, id="F1")], load_vocabulary(), total)
    assert {how: getattr(total, how)["condition"] for how in ("exact", "generalised", "unknown", "lost")} == {
        how: int(how == kept) for how in ("exact", "generalised", "unknown", "lost")
    }
    assert len(total.wrong) + len(total.extra) == wrong
