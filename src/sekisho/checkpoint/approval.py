"""The operator's word before a release: what would leave is shown on this machine, and a person decides.

The person can only take away: a line, or everything. What is left is rendered and verified as if nobody had looked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sekisho.checkpoint.candidate import Statement
from sekisho.checkpoint.catalog import Catalog
from sekisho.checkpoint.render import line_of

#: Seconds that stay for rendering, the ledger and the way back when the operator has decided.
RESERVE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line that would leave: its number in the proposal, the key it stands under, its text, the facts behind it."""

    number: int
    key: str
    text: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would leave for one question, after the policy.

    Attributes:
        case: The case token.
        lines: All lines, in the order of the summary.
        withheld: How many statements the policy kept back, by reason.
        seconds: How long the decision may take; None without a deadline.
    """

    case: str
    lines: tuple[Line, ...]
    withheld: Mapping[str, int]
    seconds: float | None


class Approval(Protocol):
    """Asks the operator."""

    def review(self, proposal: Proposal) -> frozenset[int] | None:
        """Numbers of the lines to take out; empty to release all; None where nobody had to be asked.

        Raises:
            Refused: `not_approved` when the operator refuses, `approval_late` when nobody decided in time.
        """
        ...


def proposal_of(
    statements: Sequence[Statement],
    catalog: Catalog,
    language: str,
    case: str,
    withheld: Mapping[str, int],
    seconds: float | None,
) -> Proposal:
    """The statements as the operator reads them; a line's number is the place of its statement."""
    lines = [
        Line(number, catalog.templates[s.template].key, line_of(s, catalog, language), s.facts)
        for number, s in enumerate(statements)
    ]
    ranks = [catalog.templates[s.template].rank for s in statements]
    lines.sort(key=lambda line: (catalog.order[line.key], ranks[line.number], line.text))
    return Proposal(case, tuple(lines), dict(withheld), seconds)
