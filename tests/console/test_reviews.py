"""Reviews: a countdown that ends, one decision each, and what nobody waits for is refused."""

from __future__ import annotations

from dataclasses import dataclass, field

from sekisho.console.reviews import Reviews

LINES = [{"number": n, "key": "patient_context.allergies", "text": f"t{n}", "facts": [f"F{n}"]} for n in (0, 1)]


@dataclass
class Table:
    """Reviews with a clock that a test sets, and what was sent to the zone."""

    now: float = 0.0
    sent: list[dict[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reviews = Reviews(clock=lambda: self.now)

    def ask(self, number: int, case: str = "case-1", seconds: float | None = 30.0) -> None:
        event = {"review": number, "case": case, "seconds": seconds, "withheld": {"rare": 1}, "lines": LINES}
        self.reviews.arrived(event, self.sent.append)


def test_what_is_released_is_told_with_the_lines_that_were_taken_out() -> None:
    table = Table()
    table.ask(1)
    (review,) = table.reviews.waiting()
    assert [(line.text, line.facts) for line in review.lines] == [("t0", ("F0",)), ("t1", ("F1",))]
    assert table.reviews.release(1, frozenset({1}))
    assert table.sent == [{"review": 1, "without": [1]}]


def test_the_first_decision_counts_whoever_makes_it() -> None:
    table = Table()
    table.ask(1)
    assert table.reviews.refuse(1)
    assert not table.reviews.release(1, frozenset())
    assert table.sent == [{"review": 1, "refuse": True}]


def test_when_the_countdown_is_over_nothing_is_released() -> None:
    table = Table()
    table.ask(1, seconds=10.0)
    (review,) = table.reviews.waiting()
    table.now = 9.0
    assert table.reviews.seconds_left(review) == 1.0
    table.now = 10.0
    assert table.reviews.waiting() == []
    assert not table.reviews.release(1, frozenset())
    assert table.sent == []


def test_a_review_that_the_zone_has_ended_is_shown_no_more() -> None:
    table = Table()
    table.ask(1, seconds=None)
    table.ask(2, seconds=None)
    table.reviews.over(1)
    assert [review.number for review in table.reviews.waiting()] == [2]
    table.reviews.clear()
    assert table.reviews.waiting() == []


def test_a_case_for_which_nobody_waits_is_refused_and_another_one_is_not() -> None:
    table = Table()
    table.ask(1, "case-1")
    table.ask(2, "case-2")
    table.reviews.refuse_case("case-1")
    assert table.sent == [{"review": 1, "refuse": True}]
    assert [review.number for review in table.reviews.waiting()] == [2]
