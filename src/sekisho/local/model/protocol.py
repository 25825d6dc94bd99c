"""The seam to whatever chooses the facts: rules, or a small language model on this machine.

A selector is offered numbered facts and answers with ids. Whatever it answers, the domain renders and the checkpoint
verifies, so the worst it can do is to choose badly.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto
from typing import Protocol


class Bearing(Flag):
    """How the domain's own rules think that a fact bears on the reported symptoms."""

    NONE = 0
    HISTORY = auto()
    RISK = auto()


@dataclass(frozen=True, slots=True)
class Offered:
    """One fact as a selector sees it: its number, a line made of vocabulary terms, and the rules' opinion."""

    id: str
    line: str
    bearing: Bearing


@dataclass(frozen=True, slots=True)
class Offer:
    """What a selector is asked: which of these facts matter for these symptoms.

    `symptoms` are display terms of the vocabulary, not the words that were sent: those could hold anything (G5).
    """

    language: str
    facts: tuple[Offered, ...]
    symptoms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The answer: ids of facts that belong to the related history, and of those that are risk factors."""

    history: frozenset[str]
    risks: frozenset[str]


class Selector(Protocol):
    """Chooses facts."""

    @property
    def name(self) -> str:
        """What it is, for the ledger and the screen: `rules`, or a model's name."""
        ...

    def choose(self, offer: Offer) -> Choice:
        """Choose among the offered facts. Ids that were not offered are ignored by the caller."""
        ...


def only_offered(choice: Choice, offer: Offer) -> Choice:
    """The choice without ids that were not offered."""
    ids = frozenset(fact.id for fact in offer.facts)
    return Choice(choice.history & ids, choice.risks & ids)
