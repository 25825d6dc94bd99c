"""Where everything that may go to the cloud came from, in one run.

Only these come in: the question that was approved, results of our tool, and what the cloud itself answered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final

from agent_framework import Content, Message

#: What the cloud may have said. Anything else in its messages (a file, a hosted tool's result) is refused.
_SAYABLE: Final = {"text", "text_reasoning", "function_call"}

#: The framework numbers each call for itself; that number is made after the cloud has answered.
_OCCURRENCE: Final = re.compile(r"af-call-[0-9a-f]{32}")


class Provenance:
    """The memory of one run. Nothing in it is ever forgotten or replaced."""

    def __init__(self, question: str) -> None:
        self._question = question
        self._said: set[str] = set()
        self._raw: list[object] = []
        self._occurrences: set[str] = set()
        self._call_properties: dict[str, object] = {}
        self._results: dict[str, str] = {}

    def cloud_said(self, messages: Iterable[Message]) -> None:
        """Remember an answer of the cloud, whole: its texts, its calls and the provider's marks on them."""
        for message in messages:
            self._said.add(_mark(message, leaving_out={"contents"}))
            self._raw.append(message.raw_representation)
            for content in message.contents:
                if content.type not in _SAYABLE:
                    continue
                self._said.add(_mark(content, leaving_out={"id"}))
                self._raw.append(content.raw_representation)
                if content.id is not None:
                    self._occurrences.add(content.id)
                if content.type == "function_call" and content.call_id is not None:
                    self._call_properties[content.call_id] = dict(content.additional_properties)

    def tool_answered(self, call_id: str, text: str) -> None:
        """Remember a releasable result of our tool for one call of this run."""
        self._results[call_id] = text

    def is_question(self, message: Message) -> bool:
        """Whether this is the approved question, alone, with nothing attached."""
        return (
            _filled(message, leaving_out={"contents"}) == {"role": "user"}
            and len(message.contents) == 1
            and _is_bare_text(message.contents[0], self._question)
        )

    def is_from_the_cloud(self, message: Message) -> bool:
        """Whether the cloud itself said this message, to the last mark."""
        return (
            message.role == "assistant"
            and _mark(message, leaving_out={"contents"}) in self._said
            and self._is_known_raw(message.raw_representation)
            and all(self._is_said(content) for content in message.contents)
        )

    def is_tool_result(self, message: Message) -> bool:
        """Whether this holds results of our tool for calls of this run, and nothing else."""
        return (
            _filled(message, leaving_out={"contents"}) == {"role": "tool"}
            and bool(message.contents)
            and all(self._is_result(content) for content in message.contents)
        )

    def _is_said(self, content: Content) -> bool:
        return (
            type(content) is Content
            and _mark(content, leaving_out={"id"}) in self._said
            and self._is_known_occurrence(content.id)
            and self._is_known_raw(content.raw_representation)
        )

    def _is_result(self, content: Content) -> bool:
        call_id = content.call_id
        if type(content) is not Content or call_id not in self._results or not self._is_known_occurrence(content.id):
            return False
        text = self._results[call_id]
        # The framework copies the call's own properties, which the cloud set, onto the result.
        properties = content.additional_properties
        if properties and properties != self._call_properties.get(call_id):
            return False
        rest = _filled(content, leaving_out={"id", "items", "additional_properties"})
        items = content.items or []
        return (
            rest == {"type": "function_result", "call_id": call_id, "result": text}
            and len(items) == 1
            and _is_bare_text(items[0], text)
        )

    def _is_known_occurrence(self, occurrence: str | None) -> bool:
        return occurrence is None or occurrence in self._occurrences or bool(_OCCURRENCE.fullmatch(occurrence))

    def _is_known_raw(self, raw: object) -> bool:
        return raw is None or any(raw is known for known in self._raw)


def _is_bare_text(content: object, text: str) -> bool:
    return type(content) is Content and _filled(content) == {"type": "text", "text": text}


def _filled(thing: Message | Content, leaving_out: Iterable[str] = ()) -> dict[str, object]:
    """Every attribute that holds anything. (`to_dict` would leave some of them out.)"""
    skip = set(leaving_out)
    return {name: value for name, value in vars(thing).items() if value and name not in skip}


def _mark(thing: Message | Content, leaving_out: Iterable[str]) -> str:
    """One string, equal only for equal content. The provider's raw object is compared by identity instead."""
    filled = _filled(thing, {*leaving_out, "raw_representation"})
    return json.dumps([type(thing).__name__, filled], sort_keys=True, default=repr)
