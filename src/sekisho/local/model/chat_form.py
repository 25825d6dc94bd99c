"""The Chat Completions form, which every runtime here speaks, in this process or over HTTP: a question, an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sekisho.errors import Code, SetupError
from sekisho.local.model.runtime import Completion, Dialect, Message, Schema, Usage

#: Without it a model may fill an answer with white space up to its limit.
_GUIDANCE = {"x-guidance": {"whitespace_flexible": False}}


def question(
    model: str, messages: Sequence[Message], schema: Schema | None, max_tokens: int, dialect: Dialect
) -> dict[str, Any]:
    """The body of a request."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": message.role, "content": message.content} for message in messages],
        "max_tokens": max_tokens,
        "temperature": 0,
        "stream": False,
    }
    if schema is not None and dialect is not Dialect.NONE:
        body["response_format"] = {"type": "json_schema", "json_schema": _in_dialect(schema, dialect)}
    return body


def completion(answer: object) -> Completion:
    """What an answer holds.

    Raises:
        SetupError: `model_invalid`: it has another form.
    """
    try:
        choice = answer["choices"][0]  # type: ignore[index]
        text, reason = choice["message"]["content"], choice.get("finish_reason") or "stop"
    except (KeyError, IndexError, TypeError, AttributeError):
        raise SetupError(Code.MODEL_INVALID) from None
    if type(text) is not str or type(reason) is not str:
        raise SetupError(Code.MODEL_INVALID)
    return Completion(text, reason, _usage(answer))


def _in_dialect(schema: Schema, dialect: Dialect) -> dict[str, Any]:
    """Merged: Foundry Local reads the schema beside the name, all others read it under `schema`."""
    if dialect is Dialect.STANDARD:
        return {"name": "answer", "strict": True, "schema": dict(schema)}
    guided = {**schema, **_GUIDANCE}
    return {"name": "answer", "strict": True, "schema": guided, **guided}


def _usage(answer: object) -> Usage:
    """The counts, where there are any; llama-server tells what it had in its cache among its timings."""
    assert isinstance(answer, Mapping)
    usage = _mapping(answer.get("usage"))
    cached = _count(_mapping(usage.get("prompt_tokens_details")).get("cached_tokens"))
    if cached is None:
        cached = _count(_mapping(answer.get("timings")).get("cache_n"))
    return Usage(_count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens")), cached)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None
