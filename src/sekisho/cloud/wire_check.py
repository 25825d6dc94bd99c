"""Whether the body of a request is made of approved parts alone: an allow-list of keys, and an origin for every value.

Two forms are known, Chat Completions and Responses. What is not written down here does not pass: a new key of a new
release of a client library stops the run until somebody has looked at it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sekisho.cloud.approvals import Approvals
from sekisho.cloud.tool_form import SPECIFICATION
from sekisho.cloud.wire_words import Words

Check = Callable[[object], bool]

_CHAT_TOOLS: Final = [SPECIFICATION]
_RESPONSES_TOOLS: Final = [{"type": "function", **SPECIFICATION["function"], "strict": False}]
_ENCRYPTED: Final = ["reasoning.encrypted_content"]


class BodyCheck:
    """Judges the bodies of one conversation."""

    def __init__(self, approvals: Approvals, words: Words) -> None:
        self._approvals = approvals
        self._words = words
        said = words.hold
        fixed = approvals.fixed
        common: dict[str, Check] = {
            "store": _is(fixed.store),
            "stream": _is_flag,
            "tool_choice": _among("auto", "none"),
            "model": _is(fixed.model or ""),
        }
        self._chat_shape = {
            **common,
            "messages": self._are_messages,
            "stream_options": _is({"include_usage": True}),
            "tools": _is(_CHAT_TOOLS),
        }
        self._responses_shape = {
            **common,
            "input": _any,
            "instructions": _is(fixed.instructions),
            "include": _is(_ENCRYPTED),
            "tools": _is(_RESPONSES_TOOLS),
            **({"previous_response_id": said} if fixed.store else {}),
            **({} if fixed.agent is None else {"agent_reference": _is(_reference(*fixed.agent))}),
        }
        function = _shaped({"name": said, "arguments": said})
        self._message_shapes: dict[object, dict[str, Check]] = {
            "assistant": {
                "role": _any,
                "content": _or_none(said),
                "tool_calls": _each(_shaped({"id": said, "type": _is("function"), "function": function})),
            },
            "tool": {"role": _any, "tool_call_id": said, "content": _any},
        }
        self._item_shapes: dict[object, dict[str, Check]] = {
            "message": {
                "type": _any,
                "role": _is("assistant"),
                "id": said,
                "status": said,
                "content": _each(
                    _shaped({"type": _is("output_text"), "text": said, "annotations": _is([]), "logprobs": _is([])})
                ),
            },
            "reasoning": {
                "type": _any,
                "id": said,
                "status": said,
                "summary": _each(_shaped({"type": _is("summary_text"), "text": said})),
                "content": _each(_shaped({"type": _is("reasoning_text"), "text": said})),
                "encrypted_content": _or_none(said),
            },
            "function_call": {
                "type": _any,
                "id": said,
                "call_id": said,
                "name": said,
                "arguments": said,
                "status": said,
            },
            "function_call_output": {"type": _any, "call_id": said, "output": _any},
        }

    def is_chat(self, body: object) -> bool:
        """Whether a body in the form of Chat Completions is approved, all of it."""
        return _fits(body, self._chat_shape, {"messages", "store", "model", "tools"})

    def is_responses(self, body: object) -> bool:
        """Whether a body in the form of Responses is approved, all of it."""
        own = {"model", "tools"} if self._approvals.fixed.agent is None else {"agent_reference"}
        return (
            isinstance(body, dict)
            and self._is_input(body.get("input"), is_continued="previous_response_id" in body)
            and _fits(body, self._responses_shape, {"input", "store", "instructions", *own})
        )

    def _are_messages(self, messages: object) -> bool:
        if not isinstance(messages, list) or not messages:
            return False
        first, *others = messages
        return first == {"role": "system", "content": self._approvals.fixed.instructions} and self._in_order(
            others, lambda message: message.get("role"), _chat_question, self._is_message
        )

    def _is_input(self, items: object, *, is_continued: bool) -> bool:
        if not isinstance(items, list):
            return False
        if is_continued:  # the service has the rest
            return all(isinstance(item, dict) and self._is_new(item) for item in items)
        return self._in_order(items, lambda item: item.get("type"), _responses_question, self._is_item)

    def _is_new(self, item: dict[str, Any]) -> bool:
        """A result, or the newest question."""
        if item.get("type") == "function_call_output":
            return self._is_item("function_call_output", item)
        return bool(self._approvals.questions) and item == _responses_question(self._approvals.questions[-1])

    def _in_order(
        self,
        items: list[Any],
        kind: Callable[[Mapping[str, Any]], object],
        question: Callable[[str], dict[str, Any]],
        is_later: Callable[[object, dict[str, Any]], bool],
    ) -> bool:
        """The questions of the conversation, all of them and in order, the first of them first; others approved."""
        waiting = [question(text) for text in self._approvals.questions]
        if not items or not waiting or items[0] != waiting[0]:
            return False
        for item in items:
            if not isinstance(item, dict):
                return False
            if waiting and item == waiting[0]:
                del waiting[0]
            elif not is_later(kind(item), item):
                return False
        return not waiting

    def _is_message(self, role: object, message: dict[str, Any]) -> bool:
        if role == "tool" and not self._approvals.is_result(message.get("tool_call_id"), message.get("content")):
            return False
        return _fits(message, self._message_shapes.get(role), {"content", "tool_call_id"} if role == "tool" else set())

    def _is_item(self, kind: object, item: dict[str, Any]) -> bool:
        if kind == "function_call_output" and not self._approvals.is_result(item.get("call_id"), item.get("output")):
            return False
        return _fits(item, self._item_shapes.get(kind), {"output"} if kind == "function_call_output" else set())


def _chat_question(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def _responses_question(text: str) -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


def _reference(name: str, version: str) -> dict[str, str]:
    return {"name": name, "type": "agent_reference", **({"version": version} if version else {})}


def _fits(value: object, shape: Mapping[str, Check] | None, needed: set[str]) -> bool:
    return (
        isinstance(value, dict)
        and shape is not None
        and needed <= value.keys() <= shape.keys()
        and all(shape[name](inner) for name, inner in value.items())
    )


def _shaped(shape: Mapping[str, Check]) -> Check:
    return lambda value: _fits(value, shape, set())


def _each(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(check(inner) for inner in value)


def _or_none(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _is(expected: object) -> Check:
    # The type too: 0 and False are equal, and 1.0 is written otherwise than 1.
    return lambda value: type(value) is type(expected) and value == expected


def _among(*expected: str) -> Check:
    return lambda value: isinstance(value, str) and value in expected


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _any(_: object) -> bool:
    """Stands where the value was compared before."""
    return True
