"""The private zone, put together from settings: cases, domain, selector, checkpoint, ledger."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sekisho.checkpoint.door import Checkpoint
from sekisho.checkpoint.history import LedgerHistory
from sekisho.checkpoint.ledger import FileLedger
from sekisho.checkpoint.policy import Policy
from sekisho.local.background import DEADLINE_SECONDS, Background
from sekisho.local.desk import Desk
from sekisho.local.domain import Domain
from sekisho.local.medical.domain import MedicalDomain
from sekisho.local.model.protocol import Selector
from sekisho.local.model.rules import Rules
from sekisho.local.records.cases import Cases
from sekisho.local.signing import signer_from
from sekisho.model_setting import RULES, ModelSetting
from sekisho.private_file import private_folder

LEDGER_NAME = "ledger.jsonl"
MODEL_STATUS_NAME = "model.json"


@dataclass(frozen=True, slots=True)
class Zone:
    """One private zone."""

    cases: Cases
    background: Background
    selector: Selector
    domain: Domain
    #: The operator's, where an app is at the other end.
    desk: Desk | None = None

    def close(self) -> None:
        """Let go of the local model, if there is one."""
        close = getattr(self.selector, "close", None)  # rules hold nothing
        if close is not None:
            close()


def open_zone(
    cases: Path,
    state: Path,
    policy: Policy,
    language: str,
    model: ModelSetting | None = None,
    seconds: float = DEADLINE_SECONDS,
    desk: Desk | None = None,
) -> Zone:
    """Put a private zone together. Rules choose unless a `model` is set; an answer takes `seconds` at most. The
    operator at a `desk` sees every call and may be asked before a release.

    Raises:
        SetupError: `state_unusable`, `vocabulary_broken`, `import_damaged` or `model_not_local`.
    """
    private_folder(state)
    opened = Cases(cases, state)
    domain = MedicalDomain(state)
    path = state / LEDGER_NAME
    ledger = FileLedger(path)
    checkpoint = Checkpoint(domain.catalog, policy, ledger, approval=desk, history=LedgerHistory(path, ledger))
    selector = _selector(model or ModelSetting(), state)
    signer = signer_from(state)
    background = Background(opened, domain, selector, checkpoint, language, signer=signer, seconds=seconds)
    if desk is not None:
        background.on_end = desk.call_ended
    return Zone(opened, background, selector, domain, desk)


def _selector(model: ModelSetting, state: Path) -> Selector:
    if model.kind == RULES:
        return Rules()
    from sekisho.local.model.choose import selector_for

    return selector_for(model, state / MODEL_STATUS_NAME)
