"""A fact that is said many times is one fact with many places, and costs as many as there are."""

from __future__ import annotations

import time

from tests.medical.reading import sheet_of

from sekisho.local.facts import Fact, SheetBuilder, Span


def test_a_fact_has_every_place_in_the_order_of_the_record() -> None:
    sheet = sheet_of({"patient": {}, "allergies": ["egg", "penicillin", "egg"], "notes": "Egg allergy."})
    (egg,) = (fact for fact in sheet.of("allergy") if fact.code.endswith("egg"))
    assert [span.path for span in egg.spans[:2]] == ["allergies[0]", "allergies[2]"]


def test_the_time_for_a_list_of_one_entry_again_and_again_grows_as_the_list() -> None:
    builder = SheetBuilder(("allergy",), ("active",))
    start = time.process_time()
    for number in range(100_000):
        builder.add(Fact("allergy", "allergen:egg", "active", (Span("allergies", number, number + 1),)))
    (egg,) = builder.sheet(lambda code: (code,), 0).facts
    assert len(egg.spans) == 100_000
    assert time.process_time() - start < 2  # with all places copied for each it takes six seconds
