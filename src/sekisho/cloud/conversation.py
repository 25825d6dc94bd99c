"""One conversation with the cloud model: its questions share the case, what the tool disclosed, and what was said."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from agent_framework import Message

from sekisho.cloud.agent import Run
from sekisho.cloud.approvals import Approvals
from sekisho.cloud.choice import CloudChoice
from sekisho.cloud.clients import Cloud, build, fixed_parts
from sekisho.cloud.connection import Zone
from sekisho.cloud.events import Answer, Emit, Failed, Finished
from sekisho.cloud.guard import Unapproved
from sekisho.cloud.guarded_transport import Look
from sekisho.cloud.instructions import INSTRUCTIONS, Language
from sekisho.cloud.provenance import Provenance
from sekisho.cloud.question import Question
from sekisho.cloud.quiet import keep_quiet
from sekisho.errors import Code, Refused, SekishoError

#: Seconds that one question may take in all, from connecting to the last word.
DEADLINE_SECONDS: Final = 180.0
#: Questions in one conversation; each sends all of them again.
MAX_QUESTIONS: Final = 50


class Conversation:
    """Asks one question after the other. A question that came to nothing leaves no trace in the next."""

    def __init__(self, zone: Zone, cloud: Cloud, approvals: Approvals) -> None:
        """See `open_conversation`; a test gives its own client."""
        self.zone = zone
        self.cloud = cloud
        self.approvals = approvals
        self.provenance = Provenance(approvals)
        self.seals = zone.seals()
        self.history: list[Message] = []
        self.already: set[tuple[str, str]] = set()

    async def answer(self, question: Question, emit: Emit, *, deadline: float = DEADLINE_SECONDS) -> Answer:
        """Answer one question. `emit` is called for every event, the last of which is `Finished` or `Failed`.

        Raises:
            SetupError: the private zone cannot be reached, denies us, or does not offer the tool; the cloud model is
                not ready (`cloud_*`).
            Refused: `unapproved_outgoing` when something without an approved origin was about to leave,
                `unsigned_result`, `policy` (too many questions), `deadline`, or `internal`.
        """
        keep_quiet()
        if self.cloud.transport is not None:
            self.cloud.transport.failure = None
        self.approvals.ask(question.as_sent())
        run = Run(self, question, emit)
        try:
            failure = await self._answered(run, deadline)
        except BaseException:  # cancelled
            self.approvals.take_back()
            raise
        if failure is None and run.answer is not None:
            emit(Finished(run.clock.ms(), run.answer))
            return run.answer
        self.approvals.take_back()
        failure = failure or Refused(Code.INTERNAL)
        emit(Failed(run.clock.ms(), failure.code, failure.place, failure.exit_status))
        # Raised here, outside the handlers, so that no traceback leads to an exception with content.
        raise failure

    async def _answered(self, run: Run, deadline: float) -> SekishoError | None:
        """Run it; the error that it ended with, if any. The transport knows best why a request came to nothing."""
        try:
            if len(self.approvals.questions) > MAX_QUESTIONS:
                raise Refused(Code.POLICY)
            async with asyncio.timeout(deadline):
                await run.through(self.zone)
        except SekishoError as error:
            return error
        except Unapproved:
            return Refused(Code.UNSIGNED_RESULT if run.watch.saw_unsigned else Code.UNAPPROVED_OUTGOING)
        except TimeoutError:
            return Refused(Code.DEADLINE)
        except Exception:  # noqa: BLE001 - its text may hold what was sent
            return self._transport_failure() or Refused(Code.INTERNAL)
        # A stream that broke off can look like a short answer.
        return self._transport_failure()

    def _transport_failure(self) -> SekishoError | None:
        return self.cloud.transport.failure if self.cloud.transport is not None else None

    async def close(self) -> None:
        """Close the connections."""
        await self.cloud.close()


def open_conversation(
    language: Language,
    zone: Zone,
    choice: CloudChoice,
    environment: Mapping[str, str],
    look: Look | None = None,
) -> Conversation:
    """A conversation with the model that the settings name.

    Raises:
        InputError, SetupError: It cannot be had; see `clients.build`.
    """
    approvals = Approvals(fixed_parts(choice, INSTRUCTIONS[language]))
    return Conversation(zone, build(choice, approvals, environment, look), approvals)
