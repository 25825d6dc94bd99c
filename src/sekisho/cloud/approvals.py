"""What may go to the cloud in one conversation: one store, which both guards read and only two places fill.

The conversation puts the inspected questions in, the tool watch puts the signed results in. What the cloud itself
says is not here: each guard hears that for itself, at its own place.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fixed:
    """What stands beside the conversation in every request, word for word.

    Attributes:
        instructions: What we tell the model.
        model: The name of the model or deployment; None where the service knows it itself (a hosted agent).
        store: Whether the operator lets the service keep the conversation.
        agent: Name and version of an existing Foundry agent, or None.
    """

    instructions: str
    model: str | None = None
    store: bool = False
    agent: tuple[str, str] | None = None


@dataclass(slots=True)
class Approvals:
    """The memory of one conversation. A result is never replaced; some servers number the calls of each answer anew, so
    one number may have several."""

    fixed: Fixed
    questions: list[str] = field(default_factory=list)
    results: dict[str, set[str]] = field(default_factory=dict)

    def ask(self, question: str) -> None:
        """The next question, as it is sent; the checkpoint has passed its text."""
        self.questions.append(question)

    def take_back(self) -> None:
        """The last question got no answer: it is no longer a part of the conversation."""
        self.questions.pop()

    def tool_answered(self, call_id: str, text: str) -> None:
        """A releasable result of our tool for one call of this conversation."""
        self.results.setdefault(call_id, set()).add(text)

    def is_result(self, call_id: object, text: object) -> bool:
        """Whether the tool has answered this call with this text."""
        return isinstance(call_id, str) and isinstance(text, str) and text in self.results.get(call_id, ())
