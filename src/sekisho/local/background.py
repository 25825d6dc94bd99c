"""The main job: a case and a question -> what the checkpoint makes of it.

case file -> record -> facts -> selector -> candidate -> checkpoint -> disclosure | refusal
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from sekisho.checkpoint.clock import Clock, SystemClock
from sekisho.checkpoint.door import Checkpoint, Request
from sekisho.checkpoint.outcome import Outcome
from sekisho.checkpoint.wall import Wall
from sekisho.errors import Code, InputError, SekishoError
from sekisho.local.domain import Domain
from sekisho.local.facts import FactSheet
from sekisho.local.model.protocol import Selector, only_offered
from sekisho.local.records.cases import Case, Cases
from sekisho.local.records.reader import read_record
from sekisho.local.records.record import Record

#: Seconds that a call may take; a Foundry-hosted agent waits 100.
DEADLINE_SECONDS = 90.0
MAX_SYMPTOMS = 2000
#: Records kept ready, in memory only.
_KEPT_READY = 32

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True, repr=False)
class OpenCase:
    """A case that has been read: its facts, and its identifiers ready to be searched for."""

    record: Record
    sheet: FactSheet
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
    ) -> None:
        self._cases = cases
        self._domain = domain
        self._selector = selector
        self._checkpoint = checkpoint
        self._language = language
        self._clock = clock or SystemClock()
        self._ready: OrderedDict[tuple[Path, int, int], OpenCase] = OrderedDict()
        self._lock = Lock()

    def answer(self, symptoms: str, token: str | None, step: Step = lambda _: None) -> Outcome:
        """Decide what may leave for a question. Never raises: every failure is a refusal with a fixed code (G4).

        Args:
            symptoms: What the cloud asks about, 1 to 2,000 characters. Hostile: it only influences the choice (G7).
            token: The case token, or None for the only case there is.
            step: Called with the name of each step as it begins: `record`, `facts`, `model`, `checkpoint`.
        """
        deadline = self._clock.monotonic() + DEADLINE_SECONDS
        case = ""
        try:
            if not 1 <= len(symptoms) <= MAX_SYMPTOMS or not symptoms.strip():
                raise InputError(Code.BAD_SYMPTOMS)
            step("record")
            found = self._cases.find(token)
            case = found.token
            opened = self.open(found)
            step("facts")
            prepared = self._domain.prepare(opened.sheet, symptoms, self._language)
            step("model")
            choice = only_offered(self._selector.choose(prepared.offer), prepared.offer)
            step("checkpoint")
            candidate = self._domain.candidate(prepared, choice, self._checkpoint.policy)
            evidence = [fact.as_evidence() for fact in (*opened.sheet.facts, *prepared.symptoms)]
            request = Request(case, self._selector.name, evidence, opened.wall, deadline)
            return self._checkpoint.inspect(candidate.as_plain(), request)
        except SekishoError as error:
            return self._checkpoint.refuse(error.code, case, self._selector.name)
        except Exception:  # noqa: BLE001 - fail closed: an unforeseen error is a refusal, and its text stays here
            return self._checkpoint.refuse(Code.INTERNAL, case, self._selector.name)

    def note_refusal(self, code: Code, token: str) -> None:
        """Write into the ledger that something about a case was refused before a call was made."""
        self._checkpoint.refuse(code, token, self._selector.name)

    def open(self, case: Case) -> OpenCase:
        """The case, read now or kept ready from before; read again when its file has changed.

        Raises:
            InputError: When the file cannot be read.
        """
        try:
            status = case.path.stat()
        except OSError:
            raise InputError(Code.FILE_MISSING, case.path.name) from None
        key = (case.path, status.st_mtime_ns, status.st_size)
        with self._lock:
            if key in self._ready:
                self._ready.move_to_end(key)
                return self._ready[key]
        record = read_record(case.path, self._clock.now().date())
        opened = OpenCase(record, self._domain.facts(record), Wall(record.identifiers))
        with self._lock:
            self._ready[key] = opened
            while len(self._ready) > _KEPT_READY:
                self._ready.popitem(last=False)
        return opened
