"""The texts of ours in the body of a request: all but what is the same in every request, and what the cloud said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from sekisho.cloud.instructions import INSTRUCTIONS
from sekisho.cloud.tool_form import SPECIFICATION

#: Words of the wire forms themselves, and the names of their keys.
_FORM: Final = frozenset(
    {
        *("system", "user", "tool", "message", "input_text", "function", "function_call_output", "auto", "none"),
        *("agent_reference", "reasoning.encrypted_content"),
        *("model", "stream", "stream_options", "include_usage", "store", "include", "input", "messages"),
        *("instructions", "tools", "tool_choice", "strict", "type", "role", "content", "text", "output"),
        *("name", "version", "call_id", "tool_call_id", "previous_response_id"),
    }
)
_CLOUDS_OWN: Final = frozenset(["function_call", "reasoning"])
#: Where the numbers stand that the cloud gave its calls and its answers. One is printable ASCII without a space.
_NUMBERED: Final = frozenset(["call_id", "tool_call_id", "previous_response_id"])
_NUMBER: Final = re.compile(r"[!-~]{0,256}")


def our_texts(body: str, *, known: frozenset[str] = frozenset()) -> list[str]:
    """Every text in it that came from this side and is not fixed; the name of a key and a figure are texts, too.

    Args:
        body: The exact text of the request.
        known: More fixed texts: the names of the model and of the agent.

    Raises:
        ValueError: It is no JSON.
    """
    fixed = _FORM | known | frozenset(INSTRUCTIONS.values()) | frozenset(_ours(SPECIFICATION))
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
            yield name
            if not (name in _NUMBERED and isinstance(inner, str) and _NUMBER.fullmatch(inner)):
                yield from _ours(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield json.dumps(value)
