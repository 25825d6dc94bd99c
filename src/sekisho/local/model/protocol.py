"""The seam to whatever chooses the facts: rules, or a small language model on this machine.

A selector is offered numbered facts and answers with ids. Whatever it answers, the domain renders and the checkpoint
verifies, so the worst it can do is to choose badly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Flag, auto
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # rules need none of these
    from sekisho.checkpoint.wall import Wall
    from sekisho.local.model.prompt import Prompts
    from sekisho.local.model.report import Report
    from sekisho.local.model.runtime import Cancellation


class Bearing(Flag):
    """How the domain's own rules think that a fact bears on the reported symptoms."""

    NONE = 0
    HISTORY = auto()
    RISK = auto()


@dataclass(frozen=True, slots=True)
class Offered:
    """One fact as a selector sees it: its number, a line made of vocabulary terms, and the rules' opinion.

    `terms` are the terms that the line is made of.
    """

    id: str
    line: str
    bearing: Bearing
    terms: tuple[str, ...] = ()


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
    """The answer: ids of facts that belong to the related history, and of those that are risk factors.

    `by` says what chose, for the ledger, where it was not simply the selector: `rules (fallback: model_timeout)`.
    """

    history: frozenset[str]
    risks: frozenset[str]
    by: str = ""


@dataclass(frozen=True, slots=True)
class DraftReading:
    """What a draft said, as far as the record says it too.

    Attributes:
        choice: The facts that it names, where they stand in the record.
        supported, unsupported, unknown: How many statements were in the record, were terms of the vocabulary without
            being in the record, and held no term at all.
    """

    choice: Choice
    supported: int
    unsupported: int
    unknown: int


@dataclass(frozen=True, slots=True, repr=False)
class Reduced:
    """A record as a model may read it: lines of words of the vocabulary, as the record writes them. It shows nothing.

    Attributes:
        lines: The lines.
        words: The words that the lines are made of.
        left_out: How many lines held something that could be an identifier after all.
    """

    lines: tuple[str, ...]
    words: tuple[str, ...]
    left_out: int = 0

    def __repr__(self) -> str:
        return "<Reduced>"


class Told(Protocol):
    """What a domain can tell a language model about a question, beside the offer. Made only when it is asked for."""

    def prompts(self) -> Prompts:
        """The domain's prompts in the language of the offer."""
        ...

    def reduced_record(self) -> Reduced:
        """The record without anything but words of the vocabulary (G5)."""
        ...

    def read_draft(self, draft: Mapping[str, object]) -> DraftReading:
        """A draft, read back into facts."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """The call that a choice is made for. It holds what is private; it shows nothing and goes nowhere.

    Attributes:
        digest: Of the record; a key for what is remembered.
        vocabulary: The vocabulary's version; another key.
        wall: The record's identifiers: what the model reads is searched for them first.
        told: What the domain can tell a language model.
        deadline: When the answer must be there, on the scale of `time.monotonic()`.
        cancelled: Says that nobody waits any more; None where nobody can say so.
        watch: Is told how the choice came about, for the operator's eyes.
    """

    digest: str
    vocabulary: str
    wall: Wall
    told: Told
    deadline: float
    cancelled: Cancellation | None = None
    watch: Callable[[Report], None] | None = None

    def __repr__(self) -> str:
        return "<Call>"


class Selector(Protocol):
    """Chooses facts."""

    @property
    def name(self) -> str:
        """What it is, for the ledger and the screen: `rules`, or a model's name."""
        ...

    def choose(self, offer: Offer, call: Call) -> Choice:
        """Choose among the offered facts. Ids that were not offered are ignored by the caller."""
        ...


def only_offered(choice: Choice, offer: Offer) -> Choice:
    """The choice without ids that were not offered."""
    ids = frozenset(fact.id for fact in offer.facts)
    return Choice(choice.history & ids, choice.risks & ids, choice.by)
