"""The one guard on everything that goes to the cloud model: an allow-list by provenance.

It does not look for what is forbidden. What it cannot trace back to an approved origin stops the run before a
byte leaves, and so does any mistake in the guard itself (G4).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from agent_framework import (
    ChatContext,
    ChatMiddleware,
    ChatResponse,
    FunctionTool,
    Message,
    MiddlewareFailure,
)

from sekisho.cloud.contract import SPECIFICATION
from sekisho.cloud.events import Emit, QuestionReceived, Sent, Stopwatch
from sekisho.cloud.provenance import Provenance
from sekisho.cloud.summary import read_error
from sekisho.errors import Code

_TOOL_CHOICES: Final = {"auto", "none"}


class Unapproved(MiddlewareFailure):
    """Something without an approved origin was about to leave. It says nothing about what it was."""

    def __init__(self) -> None:
        super().__init__(Code.UNAPPROVED_OUTGOING.value)


@dataclass(frozen=True, slots=True)
class Approved:
    """What may stand beside the messages: the instructions, word for word, and the name of the model."""

    instructions: str
    model: str | None = None


class OutgoingGuard(ChatMiddleware):
    """Passes a turn only when all of it has an approved origin, and remembers what the cloud answered."""

    def __init__(self, approved: Approved, provenance: Provenance, emit: Emit, clock: Stopwatch) -> None:
        self._approved = approved
        self._provenance = provenance
        self._emit = emit
        self._clock = clock
        self._turn = 0
        self._sent: dict[tuple[str, str], Sent] = {}

    @property
    def sent(self) -> tuple[Sent, ...]:
        """Everything of ours that has left so far, each text once; not what the cloud said itself."""
        return tuple(self._sent.values())

    async def process(self, context: ChatContext, call_next: Callable[[], Awaitable[None]]) -> None:
        try:
            passes = self._is_approved(context)
        except Exception:  # noqa: BLE001 - a guard that fails must not let anything pass
            passes = False
        if not passes:
            raise Unapproved from None
        self._note(context)
        if context.stream:
            context.stream_result_hooks.append(self._remember)
        await call_next()
        if isinstance(context.result, ChatResponse):
            self._remember(context.result)

    def _remember(self, response: ChatResponse[Any]) -> None:
        self._provenance.cloud_said(response.messages)

    def _is_approved(self, context: ChatContext) -> bool:
        first, *others = context.messages
        return (
            not context.kwargs
            and not context.function_invocation_kwargs
            and context.session is None
            and self._are_options_approved(dict(context.options or {}))
            and type(first) is Message
            and self._provenance.is_question(first)
            and all(self._is_later_message_approved(message) for message in others)
        )

    def _is_later_message_approved(self, message: Message) -> bool:
        return type(message) is Message and (
            self._provenance.is_from_the_cloud(message) or self._provenance.is_tool_result(message)
        )

    def _are_options_approved(self, options: dict[str, Any]) -> bool:
        tools = options.pop("tools", None)
        choice = options.pop("tool_choice", "auto")
        # `store: False` is demanded, not only allowed: by default some services keep the conversation.
        expected: dict[str, Any] = {"instructions": self._approved.instructions, "store": False}
        if self._approved.model is not None:
            expected["model"] = self._approved.model
        return options == expected and choice in _TOOL_CHOICES and _are_tools_approved(tools)

    def _note(self, context: ChatContext) -> None:
        self._turn += 1
        if self._turn == 1:
            self._note_one("instructions", self._approved.instructions)
            self._note_one("tool", json.dumps(SPECIFICATION, ensure_ascii=False))
            self._note_one("question", context.messages[0].text)
            self._emit(QuestionReceived(self._clock.ms(), context.messages[0].text))
        for message in context.messages:
            for content in message.contents:
                if content.type == "function_result":
                    text = str(content.result)
                    self._note_one("summary" if read_error(text) is None else "error", text)

    def _note_one(self, kind: Any, text: str) -> None:
        self._sent.setdefault((kind, text), Sent(self._turn, kind, text))


def _are_tools_approved(tools: object) -> bool:
    return (
        isinstance(tools, list)
        and len(tools) == 1
        and type(tools[0]) is FunctionTool
        and tools[0].to_json_schema_spec() == SPECIFICATION
        and not tools[0].additional_properties
    )
