"""One run: its steps in order, an end that nothing changes any more, and nothing of what was typed in its repr."""

from __future__ import annotations

import itertools
from decimal import Decimal

from sekisho.cli.costs import Costs
from sekisho.cloud.usage import Prices, Usage
from sekisho.console.run import Phase, Run
from sekisho.console.steps import shown
from sekisho.errors import Code
from sekisho.wording import wording

COSTS = Costs(Usage(), Decimal(0), 300, 200, Prices("USD", "2026-01", {}))


def run_of_ticks() -> Run:
    """A run whose clock goes on by one second at every look."""
    ticks = itertools.count()
    return Run(1, "case-1", "en", clock=lambda: float(next(ticks)))


def events() -> list[dict[str, object]]:
    steps = [{"event": "tool_progress", "step": s} for s in ("record", "facts", "model", "checkpoint", "unheard-of")]
    return [
        {"event": "question_received"},
        {"event": "tool_requested"},
        *steps,
        {"event": "tool_result", "text": "{}", "size": 2},
        {"event": "guidance", "text": "Rest, "},
        {"event": "guidance", "text": "[Name 1]."},
        {"event": "finished", "answer": {"disclosed": ["{}"]}},
    ]


def test_the_steps_come_in_their_order_and_each_takes_until_the_next_one() -> None:
    run = run_of_ticks()
    run.leaves("dizziness")
    for event in events():
        run.take(event)
    run.finish(COSTS)
    picture = run.picture()
    assert [step.key for step in picture.steps] == [
        "question_sent", "question_received", "tool_requested", "record", "facts", "model", "checkpoint",
        "tool_result", "guidance", "finished",
    ]  # fmt: skip
    lines = shown(picture.steps, picture.seconds, picture.is_over, wording("en"))
    assert [line.seconds for line in lines[:-1]] == [1.0] * 9
    assert (lines[3].zone, lines[3].text) == ("private", "reads the record")
    assert all(line.is_over for line in lines)
    assert picture.progress == (4, 4)


def test_a_step_that_goes_on_is_told_as_such() -> None:
    run = run_of_ticks()
    run.begin("inspect")
    run.begin("zone")
    picture = run.picture()
    lines = shown(picture.steps, picture.seconds, picture.is_over, wording("ja"))
    assert [line.is_over for line in lines] == [True, False]


def test_placeholders_in_the_guidance_are_put_back_here_even_where_they_come_in_pieces() -> None:
    run = run_of_ticks()
    run.restore = lambda text: text.replace("[Name 1]", "Misaki")
    for piece in ("Rest, [Na", "me 1]."):
        run.take({"event": "guidance", "text": piece})
    assert run.picture().guidance == "Rest, Misaki."


def test_a_code_of_the_private_zone_is_a_refusal_and_not_a_summary() -> None:
    run = run_of_ticks()
    run.take({"event": "tool_result", "text": '{"error":"not_approved"}', "size": 24})
    assert run.picture().refusal is Code.NOT_APPROVED


def test_after_its_end_nothing_changes_a_run() -> None:
    run = run_of_ticks()
    run.cancel()
    before = run.picture()
    run.take({"event": "tool_requested"})
    run.fail(Code.INTERNAL)
    run.finish(COSTS)
    after = run.picture()
    assert (after.phase, after.code, after.steps) == (Phase.CANCELLED, None, before.steps)


def test_nothing_of_what_was_typed_is_in_a_repr() -> None:
    run = run_of_ticks()
    run.leaves("Zebrafinch")
    run.take({"event": "guidance", "text": "Zebrafinch"})
    assert "Zebrafinch" not in repr(run) + repr(run.picture())
