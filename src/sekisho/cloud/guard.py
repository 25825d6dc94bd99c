"""The inner guard on what goes to the cloud model: an allow-list by provenance, on the framework's own messages.

It does not look for what is forbidden. What it cannot trace back to an approved origin stops the run before a
byte leaves, and so does any mistake in the guard itself (G4). The outer guard is `guarded_transport`: it looks at the
bytes that a client library makes of these messages.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from agent_framework import (
    ChatContext,
    ChatMiddleware,
    ChatResponse,
    FunctionTool,
    Message,
    MiddlewareFailure,
)

from sekisho.cloud.approvals import Approvals
from sekisho.cloud.events import Emit, QuestionReceived, Sent, Stopwatch
from sekisho.cloud.provenance import Provenance
from sekisho.cloud.summary import read_error
from sekisho.cloud.tool_form import SPECIFICATION
from sekisho.errors import Code

_TOOL_CHOICES: Final = {"auto", "none"}


class Unapproved(MiddlewareFailure):
    """Something without an approved origin was about to leave. It says nothing about what it was."""

    def __init__(self) -> None:
        super().__init__(Code.UNAPPROVED_OUTGOING.value)


class OutgoingGuard(ChatMiddleware):
    """Passes a turn only when all of it has an approved origin, and remembers what the cloud answered."""

    def __init__(
        self,
        approvals: Approvals,
        provenance: Provenance,
        emit: Emit,
        clock: Stopwatch,
        already: set[tuple[str, str]] | None = None,
    ) -> None:
        """`already` are the texts that left for earlier questions of the conversation; it grows."""
        self._fixed = approvals.fixed
        self._provenance = provenance
        self._emit = emit
        self._clock = clock
        self._turn = 0
        self._already = set() if already is None else already
        self._sent: list[Sent] = []
        #: All that went to and fro, for the next question: approved as it stands here, to the last mark.
        self.transcript: list[Message] = []

    @property
    def sent(self) -> tuple[Sent, ...]:
        """Everything of ours that has left so far, each text once; not what the cloud said itself."""
        return tuple(self._sent)

    async def process(self, context: ChatContext, call_next: Callable[[], Awaitable[None]]) -> None:
        try:
            passes = self._is_approved(context)
        except Exception:  # noqa: BLE001 - a guard that fails must not let anything pass
            passes = False
        if not passes:
            raise Unapproved from None
        self._note(context)
        asked = list(context.messages)

        def remember(response: ChatResponse[Any]) -> None:
            self._provenance.cloud_said(response.messages, response.conversation_id)
            # A continued turn has only what is new; any other has everything.
            before = self.transcript if asked[0].role != "user" else []
            self.transcript = [*before, *asked, *response.messages]

        if context.stream:
            context.stream_result_hooks.append(remember)
        await call_next()
        if isinstance(context.result, ChatResponse):
            remember(context.result)

    def _is_approved(self, context: ChatContext) -> bool:
        options = dict(context.options or {})
        # Where the service keeps the conversation, a later turn names it and sends only what is new.
        number = options.pop("conversation_id", None) if self._fixed.store else None
        is_continued = self._provenance.is_conversation(number)
        questions = [message for message in context.messages if message.role == "user"]
        return (
            context.kwargs == ({"conversation_id": number} if is_continued else {})
            and not context.function_invocation_kwargs
            and context.session is None
            and self._are_options_approved(options)
            and (is_continued or context.messages[0].role == "user")
            and self._provenance.are_questions(questions, is_continued=is_continued)
            and all(self._is_approved_message(message) for message in context.messages)
        )

    def _is_approved_message(self, message: Message) -> bool:
        return type(message) is Message and (
            message.role == "user"
            or self._provenance.is_from_the_cloud(message)
            or self._provenance.is_tool_result(message)
        )

    def _are_options_approved(self, options: dict[str, Any]) -> bool:
        tools = options.pop("tools", None)
        choice = options.pop("tool_choice", "auto")
        # `store` is demanded, not only allowed: by default some services keep the conversation.
        expected: dict[str, Any] = {"instructions": self._fixed.instructions, "store": self._fixed.store}
        # A client whose service knows the model itself says so with an empty name.
        expected["model"] = self._fixed.model or ""
        options.setdefault("model", "")
        return options == expected and choice in _TOOL_CHOICES and _are_tools_approved(tools)

    def _note(self, context: ChatContext) -> None:
        self._turn += 1
        if self._turn == 1:
            self._note_one("instructions", self._fixed.instructions)
            self._note_one("tool", json.dumps(SPECIFICATION, ensure_ascii=False))
            for message in context.messages:
                if message.role == "user":
                    self._note_one("question", message.text)
            self._emit(QuestionReceived(self._clock.ms(), context.messages[-1].text))
        for message in context.messages:
            for content in message.contents:
                if content.type == "function_result":
                    text = str(content.result)
                    self._note_one("summary" if read_error(text) is None else "error", text)

    def _note_one(self, kind: Any, text: str) -> None:
        if (kind, text) not in self._already:
            self._already.add((kind, text))
            self._sent.append(Sent(self._turn, kind, text))


def _are_tools_approved(tools: object) -> bool:
    return (
        isinstance(tools, list)
        and len(tools) == 1
        and type(tools[0]) is FunctionTool
        and tools[0].to_json_schema_spec() == SPECIFICATION
        and not tools[0].additional_properties
    )
