"""A fact that is said many times is one fact with many places, and costs as many as there are."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from tests.medical.reading import sheet_of

from sekisho.local import facts
from sekisho.local.facts import Fact, SheetBuilder, Span


def test_a_fact_has_every_place_in_the_order_of_the_record() -> None:
    sheet = sheet_of({"patient": {}, "allergies": ["egg", "penicillin", "egg"], "notes": "Egg allergy."})
    (egg,) = (fact for fact in sheet.of("allergy") if fact.code.endswith("egg"))
    assert [span.path for span in egg.spans[:2]] == ["allergies[0]", "allergies[2]"]


def test_the_places_of_an_entry_told_again_and_again_are_put_together_once(monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[int] = []

    def counted(fact: Fact, **changes: Any) -> Fact:
        copied.append(len(changes.get("spans", ())))
        return dataclasses.replace(fact, **changes)

    monkeypatch.setattr(facts, "replace", counted)
    builder = SheetBuilder(("allergy",), ("active",))
    for number in range(1000):
        builder.add(Fact("allergy", "allergen:egg", "active", (Span("allergies", number, number + 1),)))
    (egg,) = builder.sheet(lambda code: (code,), 0).facts
    assert len(egg.spans) == 1000
    assert sum(copied) == 1000  # all of them for each would be half a million
