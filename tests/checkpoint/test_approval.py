"""The operator's word: what is taken out stays, what is refused stays, and nobody can add anything."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checkpoint.house import House, domain, released, sample

from sekisho.checkpoint.approval import Proposal
from sekisho.checkpoint.outcome import Outcome, Refusal
from sekisho.errors import Code, Refused


@dataclass
class Operator:
    """Answers as it is told, and remembers what it was shown."""

    takes_out: str = "\0"
    refuses: Code | None = None
    asked: bool = True
    shown: list[Proposal] = field(default_factory=list)

    def review(self, proposal: Proposal) -> frozenset[int] | None:
        self.shown.append(proposal)
        if self.refuses is not None:
            raise Refused(self.refuses)
        if not self.asked:
            return None
        return frozenset(line.number for line in proposal.lines if self.takes_out in line.text)


def ask(house: House, operator: Operator | None) -> Outcome:
    house.checkpoint._approval = operator
    return house.ask()


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("house"), sample("01-thyroid.json"))


def strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in strings(inner)]
    return [text for inner in value for text in strings(inner)] if isinstance(value, list) else [str(value)]


def last_entry(house: House) -> str:
    return (house.folder / "ledger.jsonl").read_text("utf-8").splitlines()[-1]


def test_the_operator_is_shown_exactly_what_would_leave(house: House) -> None:
    operator = Operator()
    summary = released(ask(house, operator))
    (proposal,) = operator.shown
    shown = [line.text for line in proposal.lines]
    assert sorted(set(shown)) == sorted(set(strings(summary)))
    assert '"approval":"approved"' in last_entry(house)


def test_without_a_word_of_the_operator_it_is_as_if_nobody_had_looked(house: House) -> None:
    assert released(ask(house, None)) == released(ask(house, Operator(asked=False)))
    assert '"approval":""' in last_entry(house)


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_whatever_lines_are_taken_out_the_rest_leaves_and_they_do_not(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    house = House(tmp_path_factory.mktemp("house"), sample("03-elderly.json"))
    whole = strings(released(ask(house, None)))
    line = data.draw(st.sampled_from(sorted(set(whole))))
    operator = Operator(takes_out=line)
    left = strings(released(ask(house, operator)))
    assert line not in left
    catalog = domain().catalog
    said_instead = [catalog.notice, *(slot.default for slot in catalog.shape if slot.default)]
    assert set(left) - set(whole) <= {catalog.templates[t].wording("ja") for t in said_instead}
    # Where there is no room for the line that says that something was kept back, it takes the place of the last one.
    assert len(set(whole) - {text for text in whole if line in text} - set(left)) <= 1
    assert '"approval":"reduced"' in last_entry(house)


def test_what_is_taken_out_is_counted_and_the_cloud_is_told_that_something_was(house: House) -> None:
    whole = strings(released(ask(house, None)))
    outcome = ask(house, Operator(takes_out="アレルギー" if any("アレルギー" in t for t in whole) else whole[1]))
    assert set(strings(released(outcome))) - set(whole)
    assert outcome.withheld["operator"] >= 1  # type: ignore[union-attr]


@pytest.mark.parametrize("code", [Code.NOT_APPROVED, Code.APPROVAL_LATE])
@pytest.mark.guarantee("G4")
def test_what_the_operator_does_not_allow_does_not_leave(house: House, code: Code) -> None:
    assert ask(house, Operator(refuses=code)) == Refusal(code)
    assert f'"code":"{code.value}"' in last_entry(house)
    assert '"summary":""' in last_entry(house)


def test_the_decision_may_not_take_all_the_time_that_the_caller_waits(house: House) -> None:
    operator = Operator()
    ask(house, operator)
    assert operator.shown[0].seconds == house.background.seconds - 5.0
