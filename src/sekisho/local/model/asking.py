"""One question to a model: an attempt, a second one with a shorter prompt where time allows, and no third."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from sekisho.errors import Code, SekishoError, SetupError
from sekisho.local.model.modes import Mode, check_not_empty
from sekisho.local.model.probe import Findings
from sekisho.local.model.prompt import Prompt
from sekisho.local.model.protocol import Call, DraftReading, Offer
from sekisho.local.model.report import Attempt
from sekisho.local.model.runtime import Cancellation, Runtime, Usage

#: The first attempt's share of the time. Without an enforced schema a second one is likely, so it gets more.
_FIRST_ENFORCED = 0.66
_FIRST_UNENFORCED = 0.5
#: Bytes of a prompt that a token stands for, at least: three for a Japanese character, about four for English.
_BYTES_A_TOKEN = 3
#: A second attempt would fail in the same way.
_FINAL = frozenset({Code.MODEL_MISSING, Code.MODEL_NOT_LOCAL, Code.MODEL_UNSUPPORTED, Code.MODEL_BUSY})


@dataclass
class Asking:
    """One question, and what happened so far."""

    runtime: Runtime
    mode: Mode
    offer: Offer
    call: Call
    limit: float
    cancelled: Cancellation
    attempts: list[Attempt] = field(default_factory=list)
    waited: float = 0.0
    untold: int = 0

    def prompt(self, short: bool = False) -> Prompt:
        """What the model reads.

        Raises:
            Refused: `identifier_found`.
        """
        return self.mode.prompt(self.offer, self.call, short)

    def ask(self, prompt: Prompt, findings: Findings) -> DraftReading:
        """The model's choice.

        Raises:
            SetupError: What was wrong with the last attempt.
            Refused: `cancelled`, `identifier_found`.
        """
        if not _fits(prompt, findings.info.context):
            # A runtime would cut it, some of them without a word.
            return self._attempt(self.prompt(short=True), self.limit, findings)
        start = time.monotonic()
        share = _FIRST_ENFORCED if findings.enforced else _FIRST_UNENFORCED
        try:
            return self._attempt(prompt, start + share * (self.limit - start), findings)
        except SetupError as error:
            now = time.monotonic()
            # A shorter prompt takes less, but hardly less than half.
            if error.code in _FINAL or self.limit - now < (now - start) / 2:
                raise
        return self._attempt(self.prompt(short=True), self.limit, findings)

    def _attempt(self, prompt: Prompt, until: float, findings: Findings) -> DraftReading:
        start = time.monotonic()
        self.untold = prompt.untold
        usage, code = Usage(), None
        try:
            said = self.runtime.complete(
                prompt.messages, prompt.schema, prompt.max_tokens, until, self.cancelled, findings.dialect
            )
            usage = said.usage
            reading = self.mode.read(said, prompt, self.call)
            check_not_empty(reading.choice, self.offer)
            return reading
        except SekishoError as error:
            code = error.code
            raise
        except Exception:
            code = Code.INTERNAL
            raise
        finally:
            self.attempts.append(Attempt(time.monotonic() - start, usage, code))


def _fits(prompt: Prompt, context: int | None) -> bool:
    """Whether a prompt and its answer have room in a context of so many tokens; an unknown context has room."""
    if context is None:
        return True
    size = sum(len(message.content.encode()) for message in prompt.messages)
    return size // _BYTES_A_TOKEN + prompt.max_tokens <= context
