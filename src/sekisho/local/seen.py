"""What the operator may see of a call when it has ended: facts of its envelope. No symptom, no fact, no text."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Seen:
    """One call of the tool.

    Attributes:
        case: The case token, or empty where it was not known.
        verdict: `disclosure`, or the code of the refusal.
        model: What chose the facts.
        size: Bytes that were released.
        sequence: The number of the ledger entry; 0 for a refusal.
        seconds: How long it took.
        steps: Milliseconds since the beginning at which each step began.
        withheld: How many statements were kept back, by reason.
    """

    case: str
    verdict: str
    model: str
    size: int
    sequence: int
    seconds: float
    steps: dict[str, float] = field(default_factory=dict)
    withheld: dict[str, int] = field(default_factory=dict)

    def as_plain(self) -> dict[str, object]:
        """Plain data."""
        return asdict(self)
