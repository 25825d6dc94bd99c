"""Where everything that may go to the cloud came from, in one conversation.

Only these come in: the questions that were approved, results of our tool, and what the cloud itself answered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final

from agent_framework import Content, Message

from sekisho.cloud.approvals import Approvals

#: What the cloud may have said. Anything else in its messages (a file, a hosted tool's result) is refused.
_SAYABLE: Final = {"text", "text_reasoning", "function_call"}

#: The framework numbers each call for itself; that number is made after the cloud has answered.
_OCCURRENCE: Final = re.compile(r"af-call-[0-9a-f]{32}")


class Provenance:
    """The memory of one conversation. What the cloud said is never forgotten or replaced."""

    def __init__(self, approvals: Approvals) -> None:
        self._approvals = approvals
        self._said: set[str] = set()
        self._conversations: set[str] = set()
        self._raw: list[object] = []
        self._occurrences: set[str] = set()
        self._call_properties: dict[str, object] = {}

    def cloud_said(self, messages: Iterable[Message], conversation: str | None = None) -> None:
        """Remember an answer of the cloud, whole: its texts, its calls and the provider's marks on them.

        `conversation` is the number under which the service keeps it, if it does.
        """
        if conversation is not None:
            self._conversations.add(conversation)
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

    def is_conversation(self, number: object) -> bool:
        """Whether the service has numbered this conversation so."""
        return isinstance(number, str) and number in self._conversations

    def are_questions(self, messages: Iterable[Message], *, is_continued: bool = False) -> bool:
        """Whether these are the questions of the conversation, all of them in order, with nothing attached.

        Where it is continued at the service, only the last ones or none.
        """
        given, approved = list(messages), self._approvals.questions
        if is_continued:
            approved = approved[len(approved) - len(given) :]
        return len(given) == len(approved) and all(map(_is_question, given, approved))

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
        text = content.result
        if type(content) is not Content or not self._is_known_occurrence(content.id):
            return False
        if not self._approvals.is_result(call_id, text):
            return False
        # The framework copies the call's own properties, which the cloud set, onto the result.
        properties = content.additional_properties
        if properties and properties != self._call_properties.get(str(call_id)):
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


def _is_question(message: Message, text: str) -> bool:
    return (
        type(message) is Message
        and _filled(message, leaving_out={"contents"}) == {"role": "user"}
        and len(message.contents) == 1
        and _is_bare_text(message.contents[0], text)
    )


def _is_bare_text(content: object, text: object) -> bool:
    return type(content) is Content and _filled(content) == {"type": "text", "text": text}


def _filled(thing: Message | Content, leaving_out: Iterable[str] = ()) -> dict[str, object]:
    """Every attribute that holds anything. (`to_dict` would leave some of them out.)"""
    skip = set(leaving_out)
    return {name: value for name, value in vars(thing).items() if value and name not in skip}


def _mark(thing: Message | Content, leaving_out: Iterable[str]) -> str:
    """One string, equal only for equal content. The provider's raw object is compared by identity instead."""
    filled = _filled(thing, {*leaving_out, "raw_representation"})
    return json.dumps([type(thing).__name__, filled], sort_keys=True, default=repr)
