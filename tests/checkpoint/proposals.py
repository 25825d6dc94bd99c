"""What the tests of the door propose, and the words that must never come out."""

from __future__ import annotations

import json
from typing import Any

from tests.checkpoint.oracle import all_statements
from tests.checkpoint.toy_catalog import (
    ALL,
    TOY,
    proposal,
    say,
)

from sekisho.checkpoint.grammar import Grammar
from sekisho.checkpoint.outcome import Disclosure, Outcome

TRUE = tuple(statement for _, statement in all_statements(ALL.values(), TOY))
GRAMMARS = {language: Grammar(TOY, language) for language in ("ja", "en")}
GOOD = proposal(
    say("allergy", "allergen:penicillin"),
    say("medicine", "medicine:warfarin"),
    say("history_lab", "lab:haemoglobin", "status:low"),
)
#: Never in anything that leaves: the identifiers, and words that no list knows.
CANARIES = (
    "鬼塚宗一郎",
    "鬼塚",
    "オニヅカ",
    "onizuka@example.jp",
    "09086421357",
    "QX-7730951",
    "株式会社鶴亀精密",
    "カナリアのことば",
    "canary-word-7",
)


def released(outcome: Outcome) -> dict[str, Any]:
    assert isinstance(outcome, Disclosure), outcome
    value: dict[str, Any] = json.loads(outcome.data)
    return value
