"""The texts of ours in the body of a request: all but what is the same in every request, and what the cloud said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from sekisho.checkpoint.canonical import texts_in
from sekisho.cloud.instructions import INSTRUCTIONS
from sekisho.cloud.tool_form import SPECIFICATION

#: Words of the wire forms themselves.
_FORM: Final = frozenset(
    {
        *("system", "user", "tool", "message", "input_text", "function", "function_call_output", "auto", "none"),
        *("agent_reference", "reasoning.encrypted_content"),
    }
)
_CLOUDS_OWN: Final = frozenset(["function_call", "reasoning"])


def our_texts(body: str, *, known: frozenset[str] = frozenset()) -> list[str]:
    """Every text in it that came from this side and is not fixed.

    Args:
        body: The exact text of the request.
        known: More fixed texts: the names of the model and of the agent.

    Raises:
        ValueError: It is no JSON.
    """
    fixed = _FORM | known | frozenset(INSTRUCTIONS.values()) | frozenset(texts_in(SPECIFICATION))
    return [text for text in _ours(json.loads(body)) if text and text not in fixed]


def _ours(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from _ours(inner)
    elif isinstance(value, dict):
        if value.get("role") == "assistant" or value.get("type") in _CLOUDS_OWN:
            return
        for name, inner in value.items():
            # Numbers that the cloud gave its calls.
            if name not in ("call_id", "tool_call_id"):
                yield from _ours(inner)
