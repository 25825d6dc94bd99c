"""The cloud agent: Microsoft Agent Framework's `Agent` over a chat model, one question at a time."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from agent_framework import Agent, FunctionTool, Message
from agent_framework import SupportsChatGetResponse as ChatClient

from sekisho.cloud.connection import Contact, PrivateZone, connect
from sekisho.cloud.events import Answer, Emit, Failed, Finished, GuidanceChunk, Stopwatch
from sekisho.cloud.guard import Approved, OutgoingGuard, Unapproved
from sekisho.cloud.instructions import CLOSING, INSTRUCTIONS
from sekisho.cloud.provenance import Provenance
from sekisho.cloud.question import Question
from sekisho.cloud.quiet import keep_quiet
from sekisho.cloud.tool_watch import ToolWatch
from sekisho.errors import Code, Refused, SekishoError

#: Seconds that one question may take in all, from connecting to the last word.
DEADLINE_SECONDS: Final = 180.0


class Run:
    """One question, its guard and its agent. `answer` is the way in; the parts can be tested apart."""

    def __init__(self, question: Question, client: ChatClient[Any], emit: Emit) -> None:
        self.question = question
        self.client = client
        self.emit = emit
        self.clock = Stopwatch()
        self.contact = Contact()
        self.provenance = Provenance(question.as_sent())
        approved = Approved(INSTRUCTIONS[question.language], getattr(client, "model", None))
        self.guard = OutgoingGuard(approved, self.provenance, emit, self.clock)
        self.watch = ToolWatch(question.case, self.provenance, self.contact, emit, self.clock)

    def agent(self, tool: FunctionTool) -> Agent[Any]:
        """The agent with our instructions, our one tool, the guard and the watch; it has no memory."""
        return Agent(
            client=self.client,
            instructions=INSTRUCTIONS[self.question.language],
            tools=[tool],
            middleware=[self.guard, self.watch],
            default_options={"store": False},
        )

    async def through(self, zone: PrivateZone) -> Answer:
        """Ask, and pass the guidance on as it comes.

        Raises:
            SetupError: the private zone cannot be used (see `connect`).
            Unapproved: the guard stopped the run.
        """
        pieces: list[str] = []
        async with connect(zone, self.contact, self.emit, self.clock) as tool:
            stream = self.agent(tool).run(Message("user", [self.question.as_sent()]), stream=True)
            async for update in stream:
                if update.role == "assistant" and update.text:
                    self._pass_on(update.text, pieces)
        closing = CLOSING[self.question.language]
        # A language model may forget the last instruction; the sentence is ours to guarantee.
        if not "".join(pieces).rstrip().endswith(closing):
            self._pass_on(f"\n\n{closing}" if pieces else closing, pieces)
        return Answer("".join(pieces), self.watch.disclosed, self.guard.sent)

    def _pass_on(self, text: str, pieces: list[str]) -> None:
        pieces.append(text)
        self.emit(GuidanceChunk(self.clock.ms(), text))


async def answer(
    question: Question,
    zone: PrivateZone,
    client: ChatClient[Any],
    emit: Emit,
    *,
    deadline: float = DEADLINE_SECONDS,
) -> Answer:
    """Answer one question. `emit` is called for every event, the last of which is `Finished` or `Failed`.

    `client` is any chat client of Agent Framework; `deadline` is in seconds, for everything.

    Raises:
        SetupError: the private zone cannot be reached, denies us, or does not offer the tool.
        Refused: `unapproved_outgoing` when something without an approved origin was about to leave,
            `deadline`, or `internal` for any other failure, of the cloud model for one.
    """
    keep_quiet()
    run = Run(question, client, emit)
    try:
        async with asyncio.timeout(deadline):
            result = await run.through(zone)
    except SekishoError as error:
        failure: SekishoError = error
    except Unapproved:
        failure = Refused(Code.UNAPPROVED_OUTGOING)
    except TimeoutError:
        failure = Refused(Code.DEADLINE)
    except Exception:  # noqa: BLE001 - its text may hold what was sent
        failure = Refused(Code.INTERNAL)
    else:
        emit(Finished(run.clock.ms(), result))
        return result
    emit(Failed(run.clock.ms(), failure.code))
    # Raised here, outside the handlers, so that no traceback leads to an exception with content.
    raise failure
