"""Entries of an allergy list: what they say of themselves, and what somebody wrote beside them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.medical.reading import facts_of, sheet_of


@pytest.mark.parametrize(
    ("entry", "fact"),
    [
        ("Penicillin - delabelled 2023", ""),
        ("卵（H18 負荷試験陰性、解除済）", ""),
        ("latex: tested negative", ""),
        ("ペニシリン（誤登録）", ""),
        ("Egg (resolved)", ""),
        ("Egg allergy resolved at 6", ""),
        ("Penicillin - rash, resolved after 2 days", "allergy allergen:penicillin active"),
        ("Penicillin rash resolved", "allergy allergen:penicillin active"),
        ("小麦（除去は解除しない）", "allergy allergen:wheat active"),
        ({"substance": "小麦", "note": "H18 負荷試験陰性、解除済"}, ""),
        ({"substance": "小麦", "備考": "食べられるようになった"}, ""),
        ({"substance": "wheat", "comment": "outgrown, passed an oral challenge"}, ""),
        ("ペニシリン（2019 全身発疹）", "allergy allergen:penicillin active"),
        ("latex: tested positive", "allergy allergen:latex active"),
        ({"substance": "ペニシリン", "note": "皮疹は2日で消退"}, "allergy allergen:penicillin active"),
        ({"substance": "小麦", "note": "除去は解除しない"}, "allergy allergen:wheat active"),
        ("Penicillin - refer for delabelling", "allergy allergen:penicillin active"),
        ("Egg (not outgrown)", "allergy allergen:egg active"),
        ("卵（IgE陰性）", "allergy allergen:egg active"),
        ("卵（解除に向けて負荷予定）", "allergy allergen:egg active"),
        ("卵（早く解除したい）", "allergy allergen:egg active"),
        ({"substance": "卵", "note": "牛乳は負荷試験陰性"}, "allergy allergen:egg active"),
        ({"substance": "卵", "note": "卵は負荷試験陰性"}, ""),
        ("卵（解除済）、牛乳", "allergy allergen:milk active"),
    ],
)
def test_an_entry_that_was_lifted_is_no_allergy_and_one_that_stands_is(entry: Any, fact: str) -> None:
    assert {one for one in facts_of(allergies=[entry]) if one.startswith("allergy ")} == ({fact} if fact else set())


@pytest.mark.parametrize(("note", "kept"), [("Tolerated since; label removed.", 0), ("Hives in 2019.", 1)])
def test_the_note_of_a_coded_allergy_is_read_too(note: str, kept: int) -> None:
    allergy = {
        "resourceType": "AllergyIntolerance",
        "patient": {"reference": "Patient/1"},
        "code": {"text": "Penicillin"},
        "note": [{"text": note}],
    }
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": {"resourceType": "Patient", "id": "1"}}, {"resource": allergy}]}  # fmt: skip
    assert len(sheet_of(bundle).of("allergy")) == kept
