"""Our own code writes the summary: fixed keys, lines in an order that nobody can choose."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checkpoint.oracle import all_statements, text_of
from tests.checkpoint.toy_catalog import ALL, TOY, say, toy_catalog

from sekisho.checkpoint.candidate import Statement
from sekisho.checkpoint.canonical import canonical_bytes
from sekisho.checkpoint.catalog import Slot
from sekisho.checkpoint.render import line_of, render
from sekisho.errors import Code, Refused

TRUE = tuple(statement for _, statement in all_statements(ALL.values(), TOY))


def test_nothing_to_say_still_has_every_key() -> None:
    assert render([], TOY, "ja") == {
        "context": {"age": "非開示", "conditions": [], "allergies": [], "medicines": []},
        "relevance": {"history": [], "interactions": []},
        "advice": [],
    }


def test_a_summary_is_made_of_templates_filled_with_terms() -> None:
    statements = [
        say("age_sex", "age:seventies", "sex:female"),
        say("condition_now", "condition:heart<condition:long_qt"),
        say("condition_status", "condition:diabetes", "status:past"),
        say("allergy", "allergen:penicillin"),
        say("medicine", "medicine:warfarin"),
        say("allergy_medicine", "allergen:penicillin", "medicine:amoxicillin", "effect:reaction"),
        say("side_effect", "medicine:ibuprofen", "symptom:stomach_ache"),
        say("advise_record"),
    ]
    assert render(statements, TOY, "en") == {
        "context": {
            "age": "70s, female",
            "conditions": ["heart disease", "diabetes (type 2) (past history)"],
            "allergies": ["penicillin"],
            "medicines": ["warfarin"],
        },
        "relevance": {
            "history": [],
            "interactions": [
                "penicillin allergy and amoxicillin (allergic reaction)",
                "stomach ache as a side effect of ibuprofen",
            ],
        },
        "advice": ["check the original record"],
    }


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_line_reads_as_its_template_says(language: str) -> None:
    for statement in TRUE:
        assert line_of(statement, TOY, language) == text_of(statement, TOY, language)


def test_a_term_that_looks_like_a_slot_is_not_filled_in() -> None:
    odd = TOY.terms["condition:heart"]._replace(en="{0.__class__} {1} %s")
    catalog = toy_catalog(terms={**TOY.terms, "condition:heart": odd})
    statement = say("history", "condition:heart<condition:arrhythmia", "status:active")
    assert line_of(statement, catalog, "en") == "{0.__class__} {1} %s (current)"


def test_a_line_stands_once_however_many_facts_say_it() -> None:
    summary = render(
        [
            say("condition_now", "condition:heart<condition:long_qt"),
            say("condition_now", "condition:heart<condition:arrhythmia"),
        ],
        TOY,
        "ja",
    )
    assert summary["context"]["conditions"] == ["心疾患"]  # type: ignore[index]


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(TRUE), max_size=8, unique=True), st.randoms(use_true_random=False))
def test_the_order_of_statements_makes_no_difference(statements: list[Statement], random) -> None:  # type: ignore[no-untyped-def]
    catalog = toy_catalog(shape=tuple(replace(slot, most=99) for slot in TOY.shape))
    shuffled = random.sample(statements, len(statements))
    assert canonical_bytes(render(shuffled, catalog, "ja")) == canonical_bytes(render(statements, catalog, "ja"))


def test_more_lines_than_a_key_takes_are_refused() -> None:
    catalog = toy_catalog(shape=tuple(replace(slot, most=1) for slot in TOY.shape))
    one, other = say("medicine", "medicine:warfarin"), say("medicine", "medicine:ibuprofen")
    assert render([one, one], catalog, "ja")
    with pytest.raises(Refused) as refused:
        render([one, other], catalog, "ja")
    assert refused.value.code is Code.TOO_LARGE


def test_a_shape_whose_keys_collide_is_refused() -> None:
    catalog = toy_catalog(shape=(Slot("advice", 6), Slot("advice.more", 6)))
    with pytest.raises(Refused) as refused:
        render([], catalog, "ja")
    assert refused.value.code is Code.BAD_SHAPE
