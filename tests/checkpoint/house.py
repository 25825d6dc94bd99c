"""A private zone of one case on the shipped vocabulary, with its doors open to the tests."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from sekisho.checkpoint.clock import FixedClock
from sekisho.checkpoint.door import Checkpoint
from sekisho.checkpoint.evidence import Evidence
from sekisho.checkpoint.grammar import Grammar
from sekisho.checkpoint.ledger import FileLedger
from sekisho.checkpoint.outcome import Disclosure, Outcome
from sekisho.checkpoint.policy import Policy
from sekisho.local.background import Background
from sekisho.local.medical.domain import MedicalDomain
from sekisho.local.model.protocol import Call, Choice, Offer
from sekisho.local.model.rules import Rules
from sekisho.local.records.cases import Cases
from sekisho.local.records.reader import read_record

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SAMPLES = (
    "01-thyroid.json",
    "02-child.json",
    "03-elderly.json",
    "04-rare.json",
    "05-english.json",
    "06-fhir-bundle.json",
)
QUESTIONS = {
    "ja": "昨日からめまいと動悸、発熱、腹痛があります",
    "en": "Dizziness, palpitations, fever and stomach ache",
}
CHOICES = st.builds(
    Choice,
    st.frozensets(st.sampled_from([f"F{i}" for i in range(1, 40)] + ["S1", "F0", "鬼塚"])),
    st.frozensets(st.sampled_from([f"F{i}" for i in range(1, 40)] + ["S1", "F0", "鬼塚"])),
)


@cache
def domain() -> MedicalDomain:
    return MedicalDomain()


@cache
def grammar(language: str) -> Grammar:
    return Grammar(domain().catalog, language)


@dataclass
class Recording:
    """A selector that remembers its offers and answers as it is told."""

    answer: Any = None
    offers: list[Offer] = field(default_factory=list)
    name: str = "recording"

    def choose(self, offer: Offer, call: Call | None = None) -> Choice:
        self.offers.append(offer)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return Rules().choose(offer) if self.answer is None else self.answer


class House:
    """A private zone of one case, with its doors open to the tests."""

    def __init__(self, folder: Path, case: bytes, policy: Policy | None = None, language: str = "ja") -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.path = folder / "case.json"
        self.path.write_bytes(case)
        self.language = language
        self.selector = Recording()
        self.clock = FixedClock(NOW)
        self.ledger = FileLedger(folder / "ledger.jsonl", self.clock)
        self.checkpoint = Checkpoint(domain().catalog, policy or Policy(sex=True), self.ledger, self.clock)
        cases = Cases(self.path, folder)
        self.background = Background(cases, domain(), self.selector, self.checkpoint, language, self.clock)

    def ask(self, question: str = "", token: str | None = None) -> Outcome:
        return self.background.answer(question or QUESTIONS[self.language], token)

    def evidence(self, question: str = "") -> list[Evidence]:
        sheet = domain().facts(read_record(self.path, NOW.date()))
        prepared = domain().prepare(sheet, question or QUESTIONS[self.language], self.language)
        return [fact.as_evidence() for fact in (*sheet.facts, *prepared.symptoms)]


def sample(name: str) -> bytes:
    return files("sekisho.samples").joinpath(name).read_bytes()


def released(outcome: Outcome) -> dict[str, Any]:
    assert isinstance(outcome, Disclosure), outcome
    value: dict[str, Any] = json.loads(outcome.data)
    return value


def plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


CANARY = "ヒクイドリ"
FULL_OF_CANARIES: dict[str, Any] = {
    "patient": {
        "full_name": "加奈 利亜",
        "kana": "カナ リアコ",
        "former_name": "旧姓ヒクイドリ",
        "date_of_birth": "1948-03-05",
        "sex": "女性",
        "address": {
            "postal_code": "154-0011",
            "prefecture": "ヒクイドリ県",
            "city": "ヒクイドリ市",
            "street": "ヒクイドリ通り7",
        },
        "phone": "090-8642-1357",
        "email": "canary@example.jp",
        "patient_id": "CANARY-7",
        "occupation": "ヒクイドリ商会",
        "ヒクイドリの鍵": "ヒクイドリの値",
    },
    "emergency_contact": {"name": "ヒクイドリ次郎", "relationship": "夫ヒクイドリ", "phone": "090-0000-1111"},
    "medical_provider": {"hospital": "ヒクイドリ病院", "doctor": "ヒクイドリ三郎"},
    "allergies": ["ペニシリン", "ヒクイドリの羽根", {"allergen": "卵", "reaction": "ヒクイドリ疹"}],
    "medical_history": [
        {"condition": "高血圧症", "status": "治療中（ヒクイドリ医師）", "diagnosed": "ヒクイドリ年"},
        {"condition": "ヒクイドリ病", "status": "ヒクイドリ"},
        "糖尿病（ヒクイドリ型）",
    ],
    "current_medications": [
        "ワルファリン ヒクイドリ錠",
        "ヒクイドリマイシン",
        {"name": "アムロジピン", "note": "ヒクイドリ"},
    ],
    "lab_results": {"HbA1c": "7.7 ヒクイドリ", "ヒクイドリ値": "canary"},
    "lifestyle": {"smoking": "ヒクイドリを1日4本", "ヒクイドリ": "はい"},
    "notes": "ヒクイドリさんと散歩。canary さんの妹が糖尿病。ヒクイドリ病院に通院。CANARY-7",
    "ヒクイドリ": ["ヒクイドリ", {"ヒクイドリ": "ヒクイドリ"}],
}
