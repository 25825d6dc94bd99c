"""A language model as a selector: asked, judged, and replaced by the rules whenever it is of no use.

Whatever the model does, the answer is ids of offered facts, it is there before the deadline, and nothing that the model
wrote is in it. Where the model fails, the rules choose, and the ledger says why: `rules (fallback: model_timeout)`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import replace
from threading import Lock

from sekisho.errors import Code, SekishoError, SetupError
from sekisho.local.model.asking import Asking
from sekisho.local.model.device import Device
from sekisho.local.model.memory import Memory
from sekisho.local.model.modes import Mode
from sekisho.local.model.probe import Findings, full_probe, probe
from sekisho.local.model.protocol import Call, Choice, DraftReading, Offer
from sekisho.local.model.report import Report
from sekisho.local.model.rules import Rules
from sekisho.local.model.runtime import Cancellation, Runtime

#: Of the time that is left, this share is kept for the checkpoint and the ledger, and never more than these seconds.
KEPT_BACK = 0.1
KEPT_BACK_SECONDS = 5.0
#: The probe at first use gets this share of the time, so that a server that hangs does not take all of it.
_PROBE_SHARE = 0.4
#: After one of these the model may not be what it was.
_PROBE_AGAIN = frozenset({Code.MODEL_UNREACHABLE, Code.MODEL_MISSING, Code.MODEL_NOT_LOCAL})


class LanguageModel:
    """Asks one model in one mode. Safe to call from several threads; one generation at a time."""

    def __init__(
        self,
        runtime: Runtime,
        mode: Mode,
        memory: Memory | None = None,
        changed: Callable[[LanguageModel], None] | None = None,
    ) -> None:
        """`changed` is called when the queue or the counts change, for whoever shows them to the operator."""
        self.runtime = runtime
        self.mode = mode
        self.device = Device(runtime.capabilities.generations_at_once)
        self.findings: Findings | None = None
        #: How often it answered and was remembered, and how often the rules answered instead, by code.
        self.counts: Counter[str] = Counter()
        self._memory = Memory() if memory is None else memory
        self._rules = Rules()
        self._changed = changed or (lambda _: None)
        self._lock = Lock()

    @property
    def name(self) -> str:
        """The model and its mode."""
        return f"{self.runtime.name} ({self.mode.name})"

    def choose(self, offer: Offer, call: Call) -> Choice:
        """The model's choice, or that of the rules with the reason.

        Raises:
            Refused: `cancelled`, where nobody waits any more.
        """
        if not offer.facts:
            return replace(self._rules.choose(offer), by=self._rules.name)
        now = time.monotonic()
        limit = call.deadline - min(KEPT_BACK_SECONDS, KEPT_BACK * (call.deadline - now))
        asking = Asking(self.runtime, self.mode, offer, call, limit, call.cancelled or Cancellation())
        key = self._key(offer, call)
        if (known := self._memory.recall(key)) is not None:
            self._count("remembered")
            return self._told(known, asking, cached=True)
        try:
            reading = self._ask(asking)
        except SekishoError as error:
            if error.code is Code.CANCELLED:
                raise
            return self._by_rules(asking, error.code)
        except Exception:  # noqa: BLE001 - whatever a runtime or a model does, the rules answer
            return self._by_rules(asking, Code.INTERNAL)
        self._memory.keep(key, reading)
        self._count("answered")
        return self._told(reading, asking)

    def warm_up(self, deadline: float, cancelled: Cancellation) -> Findings:
        """Find out what the model does before anybody waits for it.

        Raises:
            SetupError, Refused: As `probe`.
        """
        with self.device.turn(deadline, cancelled):
            self.findings = full_probe(self.runtime, deadline, cancelled)
        self._changed(self)
        return self.findings

    def close(self) -> None:
        """Let go of the runtime."""
        self.runtime.close()

    def _ask(self, asking: Asking) -> DraftReading:
        start = time.monotonic()
        prompt = asking.prompt()  # before the queue: it refuses what a model may not read
        self._changed(self)
        try:
            with self.device.turn(asking.limit, asking.cancelled):
                asking.waited = time.monotonic() - start
                self._changed(self)
                return asking.ask(prompt, self._known(asking))
        except SetupError as error:
            if error.code in _PROBE_AGAIN:
                self.findings = None
            raise
        finally:
            self._changed(self)

    def _known(self, asking: Asking) -> Findings:
        """What the model does; found out now where nobody has before."""
        if self.findings is None:
            now = time.monotonic()
            until = now + _PROBE_SHARE * (asking.limit - now)
            self.findings = probe(self.runtime, until, asking.cancelled)
        return self.findings

    def _key(self, offer: Offer, call: Call) -> Hashable:
        """Everything that a choice depends on. The order in which symptoms were named does not count."""
        model = (self.runtime.kind, self.runtime.address, self.runtime.name, self.mode.name)
        prompts = call.told.prompts().version
        return (*model, prompts, call.vocabulary, call.digest, offer.language, offer.facts, frozenset(offer.symptoms))

    def _by_rules(self, asking: Asking, code: Code) -> Choice:
        self._count(code.value)
        chosen = self._rules.choose(asking.offer)
        choice = replace(chosen, by=f"{self._rules.name} (fallback: {code.value})")
        return self._told(DraftReading(choice, 0, 0, 0), asking, fallback=code)

    def _told(
        self, reading: DraftReading, asking: Asking, cached: bool = False, fallback: Code | None = None
    ) -> Choice:
        """The choice, after the operator was told of it."""
        if asking.call.watch is not None:
            asking.call.watch(
                Report(
                    model=self.runtime.name,
                    mode=self.mode.name,
                    offer=asking.offer,
                    choice=reading.choice,
                    attempts=tuple(asking.attempts),
                    waited=asking.waited,
                    enforced=self.findings.enforced if self.findings else None,
                    cached=cached,
                    fallback=fallback,
                    untold=asking.untold,
                    unsupported=reading.unsupported,
                    unknown=reading.unknown,
                )
            )
        return reading.choice

    def _count(self, what: str) -> None:
        with self._lock:
            self.counts[what] += 1
        self._changed(self)
