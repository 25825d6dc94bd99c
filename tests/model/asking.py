"""Questions to a language model about the sample cases, through the real main job."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any

from tests.engines.steered import Steered, is_question
from tests.server.running import background

from sekisho.checkpoint.ledger import MemoryLedger
from sekisho.checkpoint.outcome import Disclosure, Outcome
from sekisho.local.background import Background
from sekisho.local.model.language_model import LanguageModel
from sekisho.local.model.modes import MODES
from sekisho.local.model.report import Report
from sekisho.local.model.runtime import Message, Runtime, Schema
from sekisho.local.records.cases import Cases

SAMPLES = Path(str(files("sekisho.samples")))
_SYMPTOMS = ("めまい", "動悸", "頭痛", "発熱", "腹痛", "息切れ", "胸痛", "吐き気")


@dataclass
class Asked:
    """An answer, and how it came about."""

    outcome: Outcome
    report: Report

    @property
    def summary(self) -> dict[str, Any]:
        assert isinstance(self.outcome, Disclosure)
        found: dict[str, Any] = json.loads(self.outcome.data)
        assert found.keys() == {"patient_context", "symptom_relevance", "recommendations"}
        return found


class Samples:
    """The sample cases, asked with a language model or, without a runtime, with the rules."""

    def __init__(self, state: Path, runtime: Runtime | None = None, mode: str = "select") -> None:
        self.selector = LanguageModel(runtime, MODES[mode]) if runtime else None
        self.ledger = MemoryLedger()
        self.job: Background = background(SAMPLES, state, self.selector, self.ledger)
        self.tokens = tuple(Cases(SAMPLES, state).tokens())

    def ask(self, symptoms: str, case: int = 0) -> Asked:
        reports: list[Report] = []
        outcome = self.job.answer(symptoms, self.tokens[case], watch=reports.append)
        (report,) = reports
        return Asked(outcome, report)

    def rules(self, symptoms: str, case: int = 0) -> dict[str, Any]:
        outcome = self.job.answer(symptoms, self.tokens[case])
        assert isinstance(outcome, Disclosure)
        found: dict[str, Any] = json.loads(outcome.data)
        return found


def questions() -> Iterator[str]:
    """Different questions: every one or two symptoms of a list."""
    for many in (1, 2):
        yield from ("と".join(some) for some in combinations(_SYMPTOMS, many))


def a_good_draft(runtime: Runtime, drafts: Sequence[dict[str, Any]]) -> Steered:
    """The runtime, whose model writes these drafts, one a question."""
    waiting = iter(drafts)

    def says(messages: Sequence[Message], schema: Schema) -> object | None:
        return next(waiting) if is_question(schema) else None

    return Steered(runtime, says)
