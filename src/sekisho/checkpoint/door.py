"""The door itself: checks a candidate, writes the ledger, and only then hands over the bytes.

Order: form, support, policy, the ceiling of the case, the operator (where that is set), rendering, reading back the
exact bytes, identifiers, ledger. Every step can only take away or refuse.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sekisho.checkpoint.approval import RESERVE_SECONDS, Approval, proposal_of
from sekisho.checkpoint.candidate import Candidate, Statement, read_candidate
from sekisho.checkpoint.canonical import canonical_bytes
from sekisho.checkpoint.catalog import LANGUAGES, Catalog
from sekisho.checkpoint.ceiling import Ceiling
from sekisho.checkpoint.clock import Clock, SystemClock
from sekisho.checkpoint.evidence import Evidence, check_support
from sekisho.checkpoint.grammar import Grammar
from sekisho.checkpoint.history import EntriesHistory, History
from sekisho.checkpoint.ledger import Ledger
from sekisho.checkpoint.ledger_entry import Entry
from sekisho.checkpoint.outcome import _DOOR_KEY, Disclosure, Outcome, Refusal
from sekisho.checkpoint.policy import Policy, give_notice, minimise
from sekisho.checkpoint.render import render
from sekisho.checkpoint.wall import Wall
from sekisho.errors import Code, Refused


@dataclass(frozen=True, slots=True)
class Request:
    """What a candidate is about.

    Attributes:
        case: The random case token, for the ledger.
        model: What chose the facts, for the ledger.
        evidence: What the record supports.
        wall: The record's identifiers, ready to be searched for.
        deadline: On the clock's monotonic scale; after it nothing is released. None for no deadline.
    """

    case: str
    model: str
    evidence: Iterable[Evidence]
    wall: Wall
    deadline: float | None = None


class Checkpoint:
    """The one door of one private zone. Keep one: it holds the compiled grammar of its catalog."""

    def __init__(
        self,
        catalog: Catalog,
        policy: Policy,
        ledger: Ledger,
        clock: Clock | None = None,
        approval: Approval | None = None,
        history: History | None = None,
    ) -> None:
        """With an `approval` the operator is asked before anything is released; `history` counts for the ceiling."""
        self._approval = approval
        self._history = history or EntriesHistory()
        self._catalog = catalog
        self._policy = policy
        self._policy_digest = policy.digest
        self._ledger = ledger
        self._clock = clock or SystemClock()
        self._grammars = {language: Grammar(catalog, language) for language in LANGUAGES}

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._policy

    def inspect(self, proposed: object, request: Request) -> Outcome:
        """Decide on a proposal of any form. Never raises for what is proposed: whatever goes wrong is a refusal."""
        try:
            return self._release(proposed, request)
        except Refused as refused:
            return self.refuse(refused.code, request.case, request.model)
        except Exception:  # noqa: BLE001 - fail closed: an unforeseen error is a refusal, and its text stays here
            return self.refuse(Code.INTERNAL, request.case, request.model)

    def refuse(self, code: Code, case: str, model: str) -> Refusal:
        """Write a refusal into the ledger. Where even that fails, it is still a refusal."""
        try:
            self._ledger.append(self._entry("refusal", case, model, code=code.value))
        except Refused as refused:
            return Refusal(refused.code)
        except Exception:  # noqa: BLE001 - fail closed: whatever a ledger does, the answer is a refusal
            return Refusal(Code.LEDGER_UNAVAILABLE)
        return Refusal(code)

    def _release(self, proposed: object, request: Request) -> Disclosure:
        candidate = read_candidate(proposed)
        evidence: Mapping[str, Evidence] = {fact.id: fact for fact in request.evidence}
        for statement in candidate.statements:
            check_support(statement, self._catalog, evidence)
        supported = set(candidate.statements)
        kept, withheld = minimise(candidate.statements, self._catalog, evidence, self._policy)
        self._check_again(kept, supported, evidence)
        self._keep_below(kept, withheld, candidate, request, evidence)
        self._check_again(kept, supported, evidence)
        reviewed = self._reviewed(kept, withheld, candidate, request)
        data = canonical_bytes(render(kept, self._catalog, candidate.language))
        segments = self._grammars[candidate.language].check(data)
        text = data.decode()
        if request.wall.find(text, segments) is not None:
            raise Refused(Code.IDENTIFIER_FOUND)
        self._check_deadline(request)
        disclosure_entry = self._entry("disclosure", request.case, request.model, summary=text, approval=reviewed)
        with self._ledger.alone():  # two questions, here or in another process, may not both take the last of it
            if not self._ceiling(request.case, candidate.language).is_kept_by(kept):
                raise Refused(Code.POLICY)
            kept_entry = self._ledger.append(disclosure_entry)
        # Waiting for the ledger takes time too. The ledger then tells of more than has left, never of less.
        self._check_deadline(request)
        return Disclosure(_DOOR_KEY, data, kept_entry.sequence, withheld)

    def _check_again(self, kept: list[Statement], supported: set[Statement], evidence: Mapping[str, Evidence]) -> None:
        """What was made broader must still be supported; `supported` are those that have been found so."""
        for statement in kept:
            if statement not in supported:
                check_support(statement, self._catalog, evidence)
                supported.add(statement)

    def _ceiling(self, case: str, language: str) -> Ceiling:
        since = self._clock.now() - timedelta(days=self._policy.ceiling_days)
        return Ceiling(self._catalog, self._policy, language, self._history.lines(case, since), self._grammars)

    def _keep_below(
        self,
        kept: list[Statement],
        withheld: Counter[str],
        candidate: Candidate,
        request: Request,
        evidence: Mapping[str, Evidence],
    ) -> None:
        """Take out what would go over the ceiling of the case, and say that something is missing."""
        kept[:], more = self._ceiling(request.case, candidate.language).below(kept, evidence)
        withheld.update({reason: count for reason, count in more.items() if count})
        if any(more.values()):
            give_notice(kept, self._catalog)

    def _reviewed(self, kept: list[Statement], withheld: Counter[str], candidate: Candidate, request: Request) -> str:
        """Have the operator look at what would leave, and take out what is to stay; what the ledger says of it."""
        if self._approval is None:
            return ""
        left = None
        if request.deadline is not None:
            left = max(0.0, request.deadline - self._clock.monotonic() - RESERVE_SECONDS)
        proposal = proposal_of(kept, self._catalog, candidate.language, request.case, withheld, left)
        taken_out = self._approval.review(proposal)
        self._check_deadline(request)
        if not taken_out:
            return "" if taken_out is None else "approved"
        withheld["operator"] += len(taken_out)
        kept[:] = [statement for number, statement in enumerate(kept) if number not in taken_out]
        give_notice(kept, self._catalog)
        return "reduced"

    def _check_deadline(self, request: Request) -> None:
        if request.deadline is not None and self._clock.monotonic() > request.deadline:
            raise Refused(Code.DEADLINE)

    def _entry(self, kind: str, case: str, model: str, code: str = "", summary: str = "", approval: str = "") -> Entry:
        return Entry(
            sequence=0,
            time="",
            kind=kind,
            case=case,
            purpose=self._policy.purpose,
            policy=self._policy_digest,
            vocabulary=self._catalog.version,
            model=model,
            code=code,
            summary=summary,
            approval=approval,
            sha256=hashlib.sha256(summary.encode()).hexdigest() if summary else "",
        )
