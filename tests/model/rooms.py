"""A private zone of one case whose facts a language model chooses, for the tests of this folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from sekisho.checkpoint.door import Checkpoint
from sekisho.checkpoint.ledger import MemoryLedger
from sekisho.checkpoint.outcome import Disclosure, Outcome
from sekisho.checkpoint.policy import Policy
from sekisho.local.background import Background
from sekisho.local.medical.domain import MedicalDomain
from sekisho.local.model.language_model import LanguageModel
from sekisho.local.model.modes import MODES
from sekisho.local.model.openai import OpenAICompatible
from sekisho.local.model.report import Report
from sekisho.local.model.runtime import Cancellation, Runtime
from sekisho.local.records.cases import Cases
from sekisho.model_setting import MODES as MODE_NAMES

SAMPLES = sorted(path.name for path in Path(str(files("sekisho.samples"))).glob("*.json"))
ARTICLE = "01-thyroid.json"
DIZZY = {"ja": "昨日からめまいと動悸があります", "en": "Dizziness and palpitations since yesterday"}
BOTH = tuple(MODE_NAMES)


@cache
def domain() -> MedicalDomain:
    return MedicalDomain()


def sample(name: str) -> bytes:
    return files("sekisho.samples").joinpath(name).read_bytes()


@dataclass
class Room:
    """The zone, and what it told the operator."""

    background: Background
    model: LanguageModel
    ledger: MemoryLedger
    path: Path
    language: str
    reports: list[Report] = field(default_factory=list)

    def ask(self, question: str = "", cancelled: Cancellation | None = None) -> Outcome:
        asked = question or DIZZY[self.language]
        return self.background.answer(asked, None, cancelled=cancelled, watch=self.reports.append)

    @property
    def report(self) -> Report:
        return self.reports[-1]

    @property
    def by(self) -> str:
        """What the newest entry of the ledger says of who chose."""
        return self.ledger.entries[-1].model


@contextmanager
def room(
    folder: Path,
    runtime: str | Runtime,
    mode: str = "select",
    case: bytes | str = ARTICLE,
    language: str = "ja",
    seconds: float = 30.0,
) -> Iterator[Room]:
    """`runtime`: the address of a server, or a runtime. `case`: the bytes of a file, or a sample's name."""
    folder.mkdir(exist_ok=True)
    path = folder / "case.json"
    path.write_bytes(sample(case) if isinstance(case, str) else case)
    used = OpenAICompatible(runtime, "tiny") if isinstance(runtime, str) else runtime
    model = LanguageModel(used, MODES[mode])
    ledger = MemoryLedger()
    checkpoint = Checkpoint(domain().catalog, Policy(), ledger)
    background = Background(Cases(path, folder), domain(), model, checkpoint, language, seconds=seconds)
    try:
        yield Room(background, model, ledger, path, language)
    finally:
        model.close()


def released(outcome: Outcome) -> dict[str, Any]:
    assert isinstance(outcome, Disclosure), outcome
    found: dict[str, Any] = json.loads(outcome.data)
    return found
