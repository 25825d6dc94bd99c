"""The cloud agent: Microsoft Agent Framework's `Agent` over a chat model, one question at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent_framework import Agent, AgentResponseUpdate, FunctionTool, Message

from sekisho.cloud.connection import Contact, Zone
from sekisho.cloud.events import Answer, Emit, GuidanceChunk, Stopwatch
from sekisho.cloud.guard import OutgoingGuard
from sekisho.cloud.instructions import CLOSING
from sekisho.cloud.question import Question
from sekisho.cloud.tool_watch import ToolWatch
from sekisho.cloud.usage import Usage

if TYPE_CHECKING:
    from sekisho.cloud.conversation import Conversation


class Run:
    """One question of a conversation, its guard and its agent. The parts can be tested apart."""

    def __init__(self, conversation: Conversation, question: Question, emit: Emit) -> None:
        self.conversation = conversation
        self.question = question
        self.emit = emit
        self.clock = Stopwatch()
        self.contact = Contact()
        self.answer: Answer | None = None
        approvals, seals = conversation.approvals, conversation.seals
        self.guard = OutgoingGuard(approvals, conversation.provenance, emit, self.clock, conversation.already)
        self.watch = ToolWatch(question.case, approvals, seals, self.contact, emit, self.clock)
        self._before = self._counted()

    def agent(self, tool: FunctionTool) -> Agent[Any]:
        """The agent with our instructions, our one tool, the guard and the watch; it has no memory of its own."""
        fixed = self.conversation.approvals.fixed
        return Agent(
            client=self.conversation.cloud.client,
            instructions=fixed.instructions,
            tools=[tool],
            middleware=[self.guard, self.watch],
            default_options={"store": fixed.store},
        )

    async def through(self, zone: Zone) -> None:
        """Ask, pass the guidance on as it comes, and keep what was said for the next question.

        Raises:
            SetupError: the private zone cannot be used (see `Zone.connected`).
            Unapproved: the guard stopped the run.
        """
        pieces: list[str] = []
        asked = Message("user", [self.question.as_sent()])
        async with zone.connected(self.conversation.seals, self.contact, self.emit, self.clock) as tool:
            stream = self.agent(tool).run([*self.conversation.history, asked], stream=True)
            async for update in stream:
                if text := _new_text(update):
                    self._pass_on(text, pieces)
            final = await stream.get_final_response()
        if not pieces and final.text:  # a service that says everything at once
            self._pass_on(final.text, pieces)
        closing = CLOSING[self.question.language]
        # A language model may forget the last instruction; the sentence is ours to guarantee.
        if not "".join(pieces).rstrip().endswith(closing):
            self._pass_on(f"\n\n{closing}" if pieces else closing, pieces)
        self.conversation.history = self.guard.transcript
        self.answer = Answer("".join(pieces), self.watch.disclosed, self.guard.sent, self._usage())

    def _pass_on(self, text: str, pieces: list[str]) -> None:
        pieces.append(text)
        self.emit(GuidanceChunk(self.clock.ms(), text))

    def _counted(self) -> Usage:
        transport = self.conversation.cloud.transport
        if transport is None:
            return Usage()
        count = transport.count
        return Usage(count.requests, count.again, count.tokens.given, count.tokens.cached, count.tokens.made)

    def _usage(self) -> Usage:
        """What this question used: all that was counted, less what was counted before it."""
        now, before = self._counted(), self._before
        return Usage(
            now.requests - before.requests,
            now.again - before.again,
            now.given - before.given,
            now.cached - before.cached,
            now.made - before.made,
        )


def _new_text(update: AgentResponseUpdate) -> str:
    """The text that an update adds. Some services end a stream of pieces with the whole once more ("replace")."""
    if update.role not in (None, "assistant"):
        return ""
    return "".join(
        content.text or ""
        for content in update.contents
        if content.type == "text" and getattr(content, "merge_mode", None) != "replace"
    )
