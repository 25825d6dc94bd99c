"""What a model really does, found out by asking it: nothing that a runtime says of itself is believed.

The nonce: an answer is asked for under a schema that allows one random word, by a prompt that does not hold this word.
Only a runtime that enforces the schema can answer with it.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, replace

from sekisho.errors import Code, SetupError
from sekisho.local.model.runtime import (
    Cancellation,
    Completion,
    Dialect,
    Message,
    ModelInfo,
    Runtime,
)

_TASK = Message("system", "Answer with one JSON object and nothing else.")
_SPEED_TOKENS = 64
_PREFIX_LINES = 120


@dataclass(frozen=True, slots=True)
class Prefix:
    """The same long prompt with two endings: what the second time took, and how much of it was not read again."""

    first_seconds: float
    second_seconds: float
    prompt_tokens: int | None
    cached_tokens: int | None

    @property
    def is_reused(self) -> bool:
        """Whether the runtime says so, or, where it does not count, whether the second took less than half as long."""
        if self.cached_tokens is not None and self.prompt_tokens:
            return self.cached_tokens > self.prompt_tokens // 2
        return self.second_seconds < self.first_seconds / 2


@dataclass(frozen=True, slots=True)
class Findings:
    """What a probe found.

    Attributes:
        info: What the runtime says of the model.
        dialect: The way to hand over a schema that works; `none` where none does.
        enforced: Whether the schema was enforced.
        tokens_per_second: Measured; None where the runtime does not count, or where it was not measured.
        prefix: Measured; None where it was not.
    """

    info: ModelInfo
    dialect: Dialect
    enforced: bool
    tokens_per_second: float | None = None
    prefix: Prefix | None = None


def probe(runtime: Runtime, deadline: float, cancelled: Cancellation) -> Findings:
    """Whether the model is there and enforces a schema.

    Raises:
        SetupError: `model_missing` where the runtime does not list the model, `model_not_local` where it hands it on to
            another machine, or as the runtime fails.
        Refused: `cancelled`.
    """
    info = next((model for model in runtime.models(deadline) if model.name == runtime.name), None)
    if info is None:
        raise SetupError(Code.MODEL_MISSING, runtime.name)
    if info.is_elsewhere:
        raise SetupError(Code.MODEL_NOT_LOCAL, runtime.name)
    answered = Dialect.NONE
    for dialect in runtime.capabilities.dialects:
        verdict = _is_enforced(runtime, dialect, deadline, cancelled)
        if verdict:
            return Findings(info, dialect, enforced=True)
        if verdict is False and answered is Dialect.NONE:
            answered = dialect
    return Findings(info, answered, enforced=False)


def full_probe(runtime: Runtime, deadline: float, cancelled: Cancellation) -> Findings:
    """The same, and its speed, and whether it reuses a prefix.

    Raises:
        SetupError, Refused: As `probe`.
    """
    found = probe(runtime, deadline, cancelled)
    return replace(
        found,
        tokens_per_second=_speed(runtime, deadline, cancelled),
        prefix=_prefix(runtime, deadline, cancelled),
    )


def _is_enforced(runtime: Runtime, dialect: Dialect, deadline: float, cancelled: Cancellation) -> bool | None:
    """Whether a schema in this dialect is enforced; None where the server refuses it."""
    nonce = f"w{secrets.token_hex(4)}"
    schema = {
        "type": "object",
        "properties": {"word": {"type": "string", "enum": [nonce]}},
        "required": ["word"],
        "additionalProperties": False,
    }
    question = Message("user", 'Which word do you choose? Answer as {"word": "..."}')
    try:
        said = runtime.complete([_TASK, question], schema, 64, deadline, cancelled, dialect)
    except SetupError as error:
        if error.code is Code.MODEL_INVALID:
            return None
        raise
    return nonce in said.text


def _speed(runtime: Runtime, deadline: float, cancelled: Cancellation) -> float | None:
    """Generated tokens a second; the prompt is short, so that its reading hardly counts."""
    start = time.monotonic()
    question = Message("user", f"Count from 1 to 40, with spaces between the numbers. ({secrets.token_hex(4)})")
    said = runtime.complete([question], None, _SPEED_TOKENS, deadline, cancelled, Dialect.NONE)
    took = time.monotonic() - start
    return said.usage.completion_tokens / took if said.usage.completion_tokens and took > 0 else None


def _prefix(runtime: Runtime, deadline: float, cancelled: Cancellation) -> Prefix:
    lines = "\n".join(f"F{i} {secrets.token_hex(3)}" for i in range(1, _PREFIX_LINES))

    def ask(ending: str) -> tuple[float, Completion]:
        start = time.monotonic()
        said = runtime.complete([Message("user", f"{lines}\n\n{ending}")], None, 1, deadline, cancelled, Dialect.NONE)
        return time.monotonic() - start, said

    first, _ = ask("one")
    second, said = ask("two")
    return Prefix(first, second, said.usage.prompt_tokens, said.usage.cached_tokens)
