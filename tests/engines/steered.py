"""A real runtime whose tiny model is made to say something sensible: the schema leaves it no other answer.

Random weights write noise. With a schema of one constant the runtime's own grammar decides every token, so that the
decoding, the counting of tokens and the way back are real, and the answer is one that a good model could give.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sekisho.local.model.runtime import (
    Cancellation,
    Capabilities,
    Completion,
    Dialect,
    Message,
    ModelInfo,
    Runtime,
    Schema,
)


@dataclass
class Steered:
    """Another runtime, with its answers given by `says`; None leaves the model its own."""

    runtime: Runtime
    says: Callable[[Sequence[Message], Schema], object | None]

    @property
    def kind(self) -> str:
        return self.runtime.kind

    @property
    def name(self) -> str:
        return self.runtime.name

    @property
    def address(self) -> str:
        return self.runtime.address

    @property
    def capabilities(self) -> Capabilities:
        return self.runtime.capabilities

    def models(self, deadline: float) -> tuple[ModelInfo, ...]:
        return self.runtime.models(deadline)

    def complete(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        max_tokens: int,
        deadline: float,
        cancelled: Cancellation,
        dialect: Dialect = Dialect.MERGED,
    ) -> Completion:
        wanted = self.says(messages, schema) if schema is not None else None
        steered = schema if wanted is None else {"const": wanted}
        return self.runtime.complete(messages, steered, max_tokens, deadline, cancelled, dialect)

    def close(self) -> None:
        self.runtime.close()


def is_question(schema: Schema) -> bool:
    """Whether it is a question about a case, and not one of the probe's."""
    return "word" not in schema.get("properties", {})
