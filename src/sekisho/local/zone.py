"""The private zone, put together from settings: cases, domain, selector, checkpoint, ledger."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sekisho.checkpoint.door import Checkpoint
from sekisho.checkpoint.ledger import FileLedger
from sekisho.checkpoint.policy import Policy
from sekisho.local.background import Background
from sekisho.local.medical.domain import MedicalDomain
from sekisho.local.model.rules import Rules
from sekisho.local.private_file import private_folder
from sekisho.local.records.cases import Cases

LEDGER_NAME = "ledger.jsonl"


@dataclass(frozen=True, slots=True)
class Zone:
    """One private zone."""

    cases: Cases
    background: Background


def open_zone(cases: Path, state: Path, policy: Policy, language: str) -> Zone:
    """Put a private zone together.

    Raises:
        SetupError: `state_unusable`, `vocabulary_broken` or `import_damaged`.
    """
    private_folder(state)
    opened = Cases(cases, state)
    domain = MedicalDomain(state)
    checkpoint = Checkpoint(domain.catalog, policy, FileLedger(state / LEDGER_NAME))
    return Zone(opened, Background(opened, domain, Rules(), checkpoint, language))
