"""The main job: a case and a question -> what the checkpoint makes of it.

case file -> record -> facts -> selector -> candidate -> checkpoint -> disclosure | refusal
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sekisho.checkpoint.clock import Clock, SystemClock
from sekisho.checkpoint.door import Checkpoint, Request
from sekisho.checkpoint.evidence import Evidence
from sekisho.checkpoint.outcome import Disclosure, Outcome
from sekisho.checkpoint.signature import Signer
from sekisho.checkpoint.wall import Wall
from sekisho.errors import Code, InputError, SekishoError
from sekisho.local.domain import Domain
from sekisho.local.facts import FactSheet
from sekisho.local.model.protocol import Call, Selector, only_offered
from sekisho.local.model.rules import Rules
from sekisho.local.records.cases import Case, Cases
from sekisho.local.records.reader import read_record
from sekisho.local.records.record import Record
from sekisho.local.seen import Seen
from sekisho.offered_tool import MAX_SYMPTOMS

if TYPE_CHECKING:  # rules need none of these
    from sekisho.local.model.report import Report
    from sekisho.local.model.runtime import Cancellation

#: Seconds that a call may take, unless the settings say otherwise; a Foundry-hosted agent waits 100.
DEADLINE_SECONDS = 90.0
#: The steps of an answer in their order, as they are told while it is made.
STEPS = ("record", "facts", "model", "checkpoint")
#: Records kept ready, in memory only.
_KEPT_READY = 32

#: A case as it is now: its file, when that was written, its size, and the day: an age, and what is taken until a day,
#: change without the file.
_Version = tuple[Path, int, int, date]
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True, repr=False)
class OpenCase:
    """A case that has been read: its facts, as the checkpoint is told them too, and its identifiers ready to be
    searched for."""

    record: Record
    sheet: FactSheet
    evidence: tuple[Evidence, ...]
    wall: Wall

    def __repr__(self) -> str:
        return "<OpenCase>"


class Background:
    """Answers questions about the open cases. Safe to call from several threads."""

    def __init__(
        self,
        cases: Cases,
        domain: Domain,
        selector: Selector,
        checkpoint: Checkpoint,
        language: str = "ja",
        clock: Clock | None = None,
        signer: Signer | None = None,
        seconds: float = DEADLINE_SECONDS,
    ) -> None:
        """Without a `signer` a disclosure carries no signature, and the cloud zone's guard does not pass it on."""
        self.signer = signer
        #: Called right before the checkpoint may release something; an error it raises is a refusal. A worker sees to
        #: it here that one task is not released twice.
        self.before_release: Callable[[], None] = lambda: None
        #: Told of every call when it has ended, for the operator of this machine.
        self.on_end: Callable[[Seen], None] | None = None
        self._cases = cases
        self._domain = domain
        self._selector = selector
        self._checkpoint = checkpoint
        self._language = language
        self._clock = clock or SystemClock()
        self._seconds = seconds
        self._ready: OrderedDict[_Version, OpenCase] = OrderedDict()
        self._lock = Lock()

    @property
    def seconds(self) -> float:
        """Most seconds that a caller waits for an answer."""
        return self._seconds

    @property
    def takes_time(self) -> bool:
        """Whether an answer may take so long that it is worth cancelling: rules answer at once."""
        return not isinstance(self._selector, Rules)

    def answer(
        self,
        symptoms: str,
        token: str | None,
        step: Step = lambda _: None,
        since: float | None = None,
        cancelled: Cancellation | None = None,
        watch: Callable[[Report], None] | None = None,
    ) -> Outcome:
        """Decide what may leave for a question. Never raises: every failure is a refusal with a fixed code (G4).

        Args:
            symptoms: What the cloud asks about, 1 to 2,000 characters. Hostile: it only influences the choice (G7).
            token: The case token, or None for the only case there is.
            step: Called with the name of each step as it begins: `record`, `facts`, `model`, `checkpoint`.
            since: When the caller began to wait, on the scale of `time.monotonic()`; now, if that is not told.
            cancelled: Ends a generation when nobody waits for it any more.
            watch: Is told how a language model came to its choice. For the operator's eyes on this machine.
        """
        now = time.monotonic()
        left = self._seconds - (now - since if since is not None else 0.0)
        deadline, until = self._clock.monotonic() + left, now + left
        case, by = "", self._selector.name
        begun: dict[str, float] = {}

        def begin(name: str) -> None:
            begun[name] = round((time.monotonic() - now) * 1000, 3)
            step(name)

        outcome: Outcome
        try:
            if not 1 <= len(symptoms) <= MAX_SYMPTOMS or not symptoms.strip():
                raise InputError(Code.BAD_SYMPTOMS)
            begin("record")
            found = self._cases.find(token)
            case = found.token
            opened = self.open(found)
            begin("facts")
            prepared = self._domain.prepare(opened.sheet, symptoms, self._language)
            begin("model")
            told = self._domain.tell(opened.record, prepared, opened.wall)
            version = self._domain.catalog.version
            call = Call(opened.record.digest, version, opened.wall, told, until, cancelled, watch)
            choice = only_offered(self._selector.choose(prepared.offer, call), prepared.offer)
            by = choice.by or by
            begin("checkpoint")
            candidate = self._domain.candidate(prepared, choice, self._checkpoint.policy)
            evidence = (*opened.evidence, *(fact.as_evidence() for fact in prepared.symptoms))
            request = Request(case, by, evidence, opened.wall, deadline)
            self.before_release()
            outcome = self._checkpoint.inspect(candidate.as_plain(), request)
        except SekishoError as error:
            outcome = self._checkpoint.refuse(error.code, case, by)
        except Exception:  # noqa: BLE001 - fail closed: an unforeseen error is a refusal, and its text stays here
            outcome = self._checkpoint.refuse(Code.INTERNAL, case, by)
        if self.on_end is not None:
            self.on_end(_seen(outcome, case, by, time.monotonic() - now, begun))
        return outcome

    def note_refusal(self, code: Code, token: str) -> None:
        """Write into the ledger that something about a case was refused before a call was made."""
        self._checkpoint.refuse(code, token, self._selector.name)

    def open(self, case: Case) -> OpenCase:
        """The case, read now or kept ready from before; read again when its file has changed, and on another day.

        Raises:
            InputError: When the file cannot be read.
        """
        key = self._version_of(case)
        if (kept := self._kept(key)) is not None:
            return kept
        record = read_record(case.path, key[-1])
        sheet = self._domain.facts(record)
        evidence = tuple(fact.as_evidence() for fact in sheet.facts)
        opened = OpenCase(record, sheet, evidence, Wall(record.identifiers))
        with self._lock:
            self._ready[key] = opened
            while len(self._ready) > _KEPT_READY:
                self._ready.popitem(last=False)
        return opened

    def wall(self, case: Case) -> Wall:
        """The identifiers of the case, ready to be searched for. Its facts, which take most of the time, are not read.

        Raises:
            InputError: When the file cannot be read.
        """
        key = self._version_of(case)
        kept = self._kept(key)
        return kept.wall if kept is not None else Wall(read_record(case.path, key[-1]).identifiers)

    def _kept(self, key: _Version) -> OpenCase | None:
        with self._lock:
            if key in self._ready:
                self._ready.move_to_end(key)
            return self._ready.get(key)

    def _version_of(self, case: Case) -> _Version:
        """What changes when the file of a case is written again, or another day begins where this machine is."""
        try:
            status = case.path.stat()
        except OSError:
            raise InputError(Code.FILE_MISSING, case.path.name) from None
        return case.path, status.st_mtime_ns, status.st_size, self._clock.now().astimezone().date()


def _seen(outcome: Outcome, case: str, model: str, seconds: float, steps: dict[str, float]) -> Seen:
    if isinstance(outcome, Disclosure):
        return Seen(
            case, "disclosure", model, len(outcome.data), outcome.sequence, seconds, steps, dict(outcome.withheld)
        )
    return Seen(case, outcome.code.value, model, 0, 0, seconds, steps)
