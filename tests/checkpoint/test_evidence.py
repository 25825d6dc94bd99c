"""A statement rests on facts of the record, said as they are or more broadly (G2)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checkpoint.oracle import all_statements
from tests.checkpoint.toy_catalog import ALL, POOL, TOY, fact_id, facts, say, toy_catalog

from sekisho.checkpoint.candidate import Statement
from sekisho.checkpoint.catalog import Relation
from sekisho.checkpoint.evidence import Evidence, check_support
from sekisho.errors import Code, Refused

TRUE = tuple(statement for _, statement in all_statements(ALL.values(), TOY))


def refusal(statement: Statement, known: dict[str, Evidence] = ALL) -> Code:
    with pytest.raises(Refused) as refused:
        check_support(statement, TOY, known)
    return refused.value.code


@pytest.mark.guarantee("G2")
def test_everything_that_the_record_supports_can_be_said() -> None:
    assert len(TRUE) > 40
    for statement in TRUE:
        assert check_support(statement, TOY, ALL) is TOY.templates[statement.template]


F_QT = fact_id("condition:long_qt")
F_HEART_ONLY = {"F1": Evidence("F1", "condition", "condition:heart", "active")}

#: A statement that is true but for one thing -> why it is refused.
UNTRUE: dict[str, tuple[Statement, dict[str, Evidence], Code]] = {
    "a fact that the record does not have": (
        Statement("condition_now", ("condition:arrhythmia",), ("F99",)),
        ALL,
        Code.UNSUPPORTED_FACT,
    ),
    "a fact with another code": (
        Statement("condition_now", ("condition:metabolic",), (F_QT,)),
        ALL,
        Code.UNSUPPORTED_FACT,
    ),
    "a narrower term than the fact": (
        Statement("condition_now", ("condition:arrhythmia",), ("F1",)),
        F_HEART_ONLY,
        Code.UNSUPPORTED_FACT,
    ),
    "a sibling of the fact": (
        Statement("medicine", ("medicine:loxoprofen",), (fact_id("medicine:ibuprofen"),)),
        ALL,
        Code.UNSUPPORTED_FACT,
    ),
    "a fact of another kind": (
        Statement("medicine", ("medicine:amoxicillin",), (fact_id("medicine:amoxicillin", "allergy"),)),
        ALL,
        Code.UNSUPPORTED_FACT,
    ),
    "a term of another kind than the slot takes": (
        Statement("condition_now", ("lab:haemoglobin",), (F_QT,)),
        ALL,
        Code.UNSUPPORTED_FACT,
    ),
    "a status that the sentence does not speak of": (
        Statement("condition_now", ("condition:diabetes",), (fact_id("condition:diabetes"),)),
        ALL,
        Code.UNSUPPORTED_FACT,
    ),
    "a medicine that was stopped, as a current one": (
        Statement("medicine", ("medicine:loxoprofen",), (fact_id("medicine:loxoprofen"),)),
        ALL,
        Code.UNSUPPORTED_FACT,
    ),
    "another status than the fact has": (
        say("history", "condition:diabetes", "status:past")._replace(terms=("condition:diabetes", "status:active")),
        ALL,
        Code.UNSUPPORTED_FACT,
    ),
    "a status that is none": (
        say("history", "condition:diabetes", "status:past")._replace(terms=("condition:diabetes", "effect:bleeding")),
        ALL,
        Code.UNSUPPORTED_FACT,
    ),
    "a status of no vocabulary": (
        say("history", "condition:diabetes", "status:past")._replace(terms=("condition:diabetes", "status:worse")),
        ALL,
        Code.UNKNOWN_TERM,
    ),
    "a status that the vocabulary lacks, though the fact has it": (
        Statement("history", ("condition:heart", "status:odd"), ("F1",)),
        {"F1": Evidence("F1", "condition", "condition:heart", "odd")},
        Code.UNKNOWN_TERM,
    ),
    "a term of no vocabulary": (
        Statement("condition_now", ("condition:invented",), (F_QT,)),
        ALL,
        Code.UNKNOWN_TERM,
    ),
    "words instead of a code": (Statement("condition_now", ("不整脈",), (F_QT,)), ALL, Code.UNKNOWN_TERM),
    "an unknown template": (Statement("free_text", (), ()), ALL, Code.UNKNOWN_TEMPLATE),
    "a term too few": (Statement("history", ("condition:heart",), (F_QT,)), ALL, Code.BAD_SHAPE),
    "a term too many": (
        Statement("condition_now", ("condition:heart", "condition:heart"), (F_QT,)),
        ALL,
        Code.BAD_SHAPE,
    ),
    "a fact too few": (Statement("condition_now", ("condition:heart",), ()), ALL, Code.BAD_SHAPE),
    "a fact too many": (Statement("condition_now", ("condition:heart",), (F_QT, F_QT)), ALL, Code.BAD_SHAPE),
    "a fact for a sentence without any": (Statement("advise_record", (), (F_QT,)), ALL, Code.BAD_SHAPE),
    "a relation that is none": (
        say("medicine_medicine", "medicine:warfarin", "medicine:piperacillin", "effect:bleeding"),
        ALL,
        Code.UNKNOWN_RELATION,
    ),
    "a relation the other way round": (
        say("medicine_medicine", "medicine:ibuprofen", "medicine:warfarin", "effect:bleeding"),
        ALL,
        Code.UNKNOWN_RELATION,
    ),
    "a relation to another effect": (
        say("medicine_medicine", "medicine:warfarin", "medicine:ibuprofen", "effect:reaction"),
        ALL,
        Code.UNKNOWN_RELATION,
    ),
    "a status in the place of an effect": (
        say("medicine_medicine", "medicine:warfarin", "medicine:ibuprofen", "status:active"),
        ALL,
        Code.UNSUPPORTED_FACT,
    ),
    "an interaction with a medicine that was stopped": (
        say("medicine_medicine", "medicine:warfarin", "medicine:loxoprofen", "effect:bleeding"),
        ALL,
        Code.UNSUPPORTED_FACT,
    ),
    "an interaction of a medicine with itself": (
        say("medicine_medicine", "medicine:ibuprofen", "class:nsaids<medicine:ibuprofen", "effect:bleeding"),
        ALL,
        Code.UNSUPPORTED_FACT,
    ),
    "an allergy to one medicine, held against its like": (
        say(
            "allergy_medicine",
            "class:penicillins<medicine:amoxicillin",
            "medicine:piperacillin",
            "effect:reaction",
        ),
        ALL,
        Code.UNKNOWN_RELATION,
    ),
    "an allergy that is only suspected": (
        say("allergy_medicine", "allergen:latex", "medicine:amoxicillin", "effect:reaction"),
        ALL,
        Code.UNSUPPORTED_FACT,
    ),
}


@pytest.mark.guarantee("G2")
@pytest.mark.parametrize(("statement", "known", "code"), UNTRUE.values(), ids=UNTRUE)
def test_what_the_record_does_not_support_is_refused(
    statement: Statement, known: dict[str, Evidence], code: Code
) -> None:
    assert refusal(statement, known) is code


@pytest.mark.guarantee("G2")
@settings(deadline=None, max_examples=300)
@given(
    held=st.sets(st.sampled_from(POOL)),
    template=st.sampled_from([*TOY.templates, "none"]),
    terms=st.lists(st.sampled_from([*TOY.terms, "condition:none"]), max_size=3),
    ids=st.lists(st.sampled_from([*ALL, "F99", "S1"]), max_size=2),
)
def test_a_statement_passes_exactly_when_the_record_supports_it(
    held: set[tuple[str, str, str]], template: str, terms: list[str], ids: list[str]
) -> None:
    known = facts(fact for fact in POOL if fact in held)
    statement = Statement(template, tuple(terms), tuple(ids))
    try:
        check_support(statement, TOY, known)
        passed = True
    except Refused:
        passed = False
    assert passed == (statement in {s for _, s in all_statements(known.values(), TOY)})


@pytest.mark.guarantee("G2")
@settings(deadline=None, max_examples=300)
@given(statement=st.sampled_from(TRUE), other=st.sampled_from(TRUE), data=st.data())
def test_a_true_statement_with_one_part_of_another_is_true_or_refused(
    statement: Statement, other: Statement, data: st.DataObject
) -> None:
    changed = data.draw(
        st.sampled_from(
            [
                statement._replace(template=other.template),
                statement._replace(terms=other.terms),
                statement._replace(facts=other.facts),
                statement._replace(terms=statement.terms[::-1]),
                statement._replace(facts=statement.facts[::-1]),
            ]
        )
    )
    try:
        check_support(changed, TOY, ALL)
    except Refused:
        assert changed not in TRUE
    else:
        assert changed in TRUE


def test_a_relation_template_needs_two_ends() -> None:
    broken = replace(TOY.templates["condition_now"], relation="medicine_medicine")
    catalog = toy_catalog(templates={**TOY.templates, "condition_now": broken})
    with pytest.raises(Refused) as refused:
        check_support(say("condition_now", "condition:arrhythmia"), catalog, ALL)
    assert refused.value.code is Code.BAD_SHAPE


def test_a_circle_of_broader_terms_comes_to_an_end() -> None:
    terms = dict(TOY.terms)
    terms["condition:heart"] = terms["condition:heart"]._replace(parents=("condition:arrhythmia", "condition:gone"))
    catalog = toy_catalog(terms=terms)
    assert catalog.ancestors("condition:arrhythmia") == ("condition:arrhythmia", "condition:heart")
    assert catalog.ancestors("condition:gone") == ()


def test_a_relation_holds_for_narrower_terms_unless_it_is_not_inherited() -> None:
    catalog = toy_catalog(relations=frozenset({Relation("r", "class:nsaids", "class:anticoagulants")}))
    assert catalog.related("r", "medicine:ibuprofen", "medicine:warfarin", "")
    assert not catalog.related("r", "medicine:warfarin", "medicine:ibuprofen", "")
    alone = toy_catalog(relations=catalog.relations, not_inherited=frozenset({"r"}))
    assert alone.related("r", "class:nsaids", "medicine:warfarin", "")
    assert not alone.related("r", "medicine:ibuprofen", "medicine:warfarin", "")
