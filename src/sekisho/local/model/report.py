"""How a choice came about: for the operator's eyes on this machine, never for what leaves."""

from __future__ import annotations

from dataclasses import dataclass, field

from sekisho.errors import Code
from sekisho.local.model.protocol import Choice, Offer
from sekisho.local.model.runtime import Usage


@dataclass(frozen=True, slots=True)
class Attempt:
    """One generation: how long it took, what it counted, and the code of what was wrong with it."""

    seconds: float
    usage: Usage = field(default_factory=Usage)
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One choice of a language model, or of the rules in its place.

    Attributes:
        model, mode: What was asked, and how (`select` or `write`).
        offer: What it could choose from.
        choice: What was chosen.
        attempts: The generations.
        waited: Seconds in the queue.
        enforced: Whether the runtime was seen to enforce a schema; None where that is not known.
        cached: Whether the choice was remembered from before.
        fallback: Why the rules chose instead.
        untold: Lines of the record, or facts, for which the prompt had no room.
        unsupported, unknown: Statements of a draft that the record does not support, and that held no term.
    """

    model: str
    mode: str
    offer: Offer
    choice: Choice
    attempts: tuple[Attempt, ...] = ()
    waited: float = 0.0
    enforced: bool | None = None
    cached: bool = False
    fallback: Code | None = None
    untold: int = 0
    unsupported: int = 0
    unknown: int = 0
