"""The policy minimises: each key, each kind, rare terms, ages, and what goes last where there is not room for all."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checkpoint.oracle import all_statements, broader
from tests.checkpoint.toy_catalog import ALL, TOY, facts, say, toy_catalog

from sekisho.checkpoint.candidate import Statement
from sekisho.checkpoint.policy import KINDS, Policy, load_policy, minimise, policy_from
from sekisho.errors import Code, InputError

TRUE = tuple(statement for _, statement in all_statements(ALL.values(), TOY))
SECRET = "鬼塚宗一郎"

GOOD: dict[str, tuple[dict[str, Any], Policy]] = {
    "nothing": ({}, Policy()),
    "purpose": ({"purpose": "care_coordination"}, Policy(purpose="care_coordination")),
    "another purpose": ({"purpose": "education"}, Policy(purpose="education")),
    "context": ({"context": "relevant"}, Policy(context="relevant")),
    "wide ages": ({"age_band": "wide"}, Policy(age_band="wide")),
    "no ages": ({"age_band": "none"}, Policy(age_band="none")),
    "sex": ({"sex": True}, Policy(sex=True)),
    "no sex": ({"sex": False}, Policy()),
    "rare withheld": ({"rare": "withhold"}, Policy(rare="withhold")),
    "rare allowed": ({"rare": "allow"}, Policy(rare="allow")),
    "fewest facts": ({"max_facts": 1}, Policy(max_facts=1)),
    "most facts": ({"max_facts": 200}, Policy(max_facts=200)),
    "no kinds": ({"kinds": []}, Policy(kinds=())),
    "two kinds, in our order": ({"kinds": ["medicine", "allergy"]}, Policy(kinds=("allergy", "medicine"))),
    "a kind twice": ({"kinds": ["lab", "lab"]}, Policy(kinds=("lab",))),
}

BAD: dict[str, tuple[str, Any]] = {
    "an unknown purpose": ("purpose", "marketing"),
    "a purpose that is a number": ("purpose", 1),
    "a purpose in a list": ("purpose", ["education"]),
    "an unknown context": ("context", "all"),
    "an unknown age band": ("age_band", "exact"),
    "an age band that is false": ("age_band", False),
    "a sex as text": ("sex", "yes"),
    "a sex as a number": ("sex", 1),
    "unknown for rare": ("rare", "sometimes"),
    "no facts": ("max_facts", 0),
    "fewer than no facts": ("max_facts", -1),
    "too many facts": ("max_facts", 201),
    "facts as true": ("max_facts", True),
    "facts as a fraction": ("max_facts", 10.0),
    "facts as text": ("max_facts", "10"),
    "kinds as text": ("kinds", "condition"),
    "an unknown kind": ("kinds", ["condition", "address"]),
    "the kind of places": ("kinds", ["geography"]),
    "a kind that is a number": ("kinds", [1]),
    "a kind that is a list": ("kinds", [["condition"]]),
    "a kind that is a table": ("kinds", [{"condition": True}]),
    "kinds as a table": ("kinds", {"condition": True}),
}


@pytest.mark.parametrize(("given_values", "expected"), GOOD.values(), ids=GOOD)
def test_a_policy_is_read(given_values: dict[str, Any], expected: Policy) -> None:
    assert policy_from(given_values, "policy.toml") == expected


@pytest.mark.parametrize(("key", "value"), BAD.values(), ids=BAD)
def test_a_value_that_a_key_cannot_have_is_named_by_its_key(key: str, value: Any) -> None:
    with pytest.raises(InputError) as error:
        policy_from({"rare": "allow", key: value}, "policy.toml")
    assert error.value.code is Code.BAD_POLICY
    assert error.value.place.startswith(f"policy.toml: {key} takes ")
    assert SECRET not in error.value.place


@pytest.mark.parametrize("key", [SECRET, "Purpose", "max facts", "geography", "", "digest", "allows"])
def test_an_unknown_key_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(InputError) as error:
        policy_from({key: "full"}, "policy.toml")
    assert error.value.code is Code.BAD_POLICY
    assert error.value.place.startswith("policy.toml: an unknown key; known are purpose, ")


def test_a_policy_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('# ours\npurpose = "education"\nkinds = ["allergy"]\nmax_facts = 5\nsex = true\n', encoding="utf-8")
    assert load_policy(path) == Policy(purpose="education", kinds=("allergy",), max_facts=5, sex=True)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())  # as Windows editors write it
    assert load_policy(path) == Policy(purpose="education", kinds=("allergy",), max_facts=5, sex=True)


def test_without_a_file_the_shipped_policy_holds() -> None:
    assert load_policy(None) == Policy()
    assert Policy() == Policy("symptom_guidance", "full", "decade", False, "generalise", 60, 2, 120, 30, KINDS)


NOT_TOML = {
    "json": b'{"purpose": "education"}',
    "half a line": b"purpose =",
    "a key twice": b'rare = "allow"\nrare = "allow"',
    "no UTF-8": b'purpose = "\xff"',
    "UTF-16": 'rare = "allow"'.encode("utf-16"),
    "a table": f"[{SECRET}]\nrare = 'allow'".encode(),
    "10,000 lists": b"kinds = " + b"[" * 10_000,
    "a number of 5,000 digits": b"max_facts = " + b"9" * 5_000,
}


@pytest.mark.parametrize("content", NOT_TOML.values(), ids=NOT_TOML)
def test_a_file_that_is_no_policy_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        load_policy(path)
    assert error.value.code is Code.BAD_POLICY
    assert error.value.place.startswith("policy.toml")
    assert SECRET not in str(error.value)


def test_a_policy_that_is_not_there_or_no_file_is_named(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.toml", Code.FILE_MISSING), (tmp_path, Code.BAD_POLICY)):
        with pytest.raises(InputError) as error:
            load_policy(path)
        assert (error.value.code, error.value.place) == (code, path.name)


def test_another_policy_has_another_digest() -> None:
    policies = [policy for _, policy in GOOD.values()]
    assert len({policy.digest for policy in policies}) == len(set(policies))
    assert policy_from({"kinds": ["medicine", "allergy"]}, "").digest == Policy(kinds=("allergy", "medicine")).digest


def kept_by(policy: Policy, *statements: Statement) -> list[Statement]:
    return minimise(statements, TOY, ALL, policy)[0]


def withheld_by(policy: Policy, *statements: Statement) -> dict[str, int]:
    return dict(minimise(statements, TOY, ALL, policy)[1])


OPEN = Policy(sex=True, rare="allow", max_facts=200)
#: For each kind of fact, a statement about one.
OF_KIND = {
    "condition": say("condition_now", "condition:arrhythmia"),
    "allergy": say("allergy", "allergen:penicillin"),
    "medicine": say("medicine", "medicine:warfarin"),
    "lab": say("history_lab", "lab:haemoglobin", "status:low"),
    "vital": say("history_vital", "vital:pulse", "status:normal"),
    "lifestyle": say("history_lifestyle", "lifestyle:smoking"),
}


@pytest.mark.parametrize("kind", OF_KIND)
def test_a_kind_that_may_not_leave_is_withheld(kind: str) -> None:
    policy = replace(OPEN, kinds=tuple(k for k in KINDS if k != kind))
    kept, withheld = minimise(tuple(OF_KIND.values()), TOY, ALL, policy)
    assert set(kept) == {statement for other, statement in OF_KIND.items() if other != kind}
    assert withheld == Counter(kind=1)
    assert kept_by(replace(OPEN, kinds=(kind,)), *OF_KIND.values()) == [OF_KIND[kind]]


def test_a_statement_about_two_facts_needs_both_kinds() -> None:
    both = say("side_effect", "medicine:ibuprofen", "symptom:stomach_ache")
    assert kept_by(OPEN, both) == [both]
    for kind in ("medicine", "symptom"):
        assert withheld_by(replace(OPEN, kinds=tuple(k for k in KINDS if k != kind)), both) == {"kind": 1}


def test_that_there_is_no_allergy_is_withheld_with_the_allergies() -> None:
    none = say("allergy_none", "allergy_status:none_known")
    assert kept_by(OPEN, none) == [none]
    assert withheld_by(replace(OPEN, kinds=("condition",)), none) == {"kind": 1}


def test_sex_and_age_leave_only_where_the_policy_says_so() -> None:
    both, age = say("age_sex", "age:seventies", "sex:female"), say("age_plain", "age:seventies")
    assert kept_by(OPEN, both) == [both]
    assert withheld_by(replace(OPEN, sex=False), both) == {"kind": 1}
    assert kept_by(replace(OPEN, sex=False), age) == [age]
    for statement in (both, age):
        assert withheld_by(replace(OPEN, age_band="none"), statement) == {"kind": 1}


def test_a_wide_age_is_the_parent_of_the_band() -> None:
    wide = replace(OPEN, age_band="wide")
    assert kept_by(wide, say("age_sex", "age:seventies", "sex:female")) == [
        say("age_sex", "age:over_60<age:seventies", "sex:female")
    ]


def test_an_age_with_nothing_wider_is_withheld_where_ages_are_wide() -> None:
    assert kept_by(replace(OPEN, age_band="wide"), say("age_plain", "age:over_60<age:seventies")) == []


#: A statement about something rare -> what it becomes when it is generalised. None: withheld.
RARE: dict[str, tuple[Statement, Statement | None]] = {
    "a rare disease": (
        say("condition_now", "condition:long_qt"),
        say("condition_now", "condition:arrhythmia<condition:long_qt"),
    ),
    "a rare form of a rare disease": (
        say("condition_status", "condition:storage_a", "status:remission"),
        say("condition_status", "condition:metabolic<condition:storage_a", "status:remission"),
    ),
    "the rare parent of a rare disease": (
        say("condition_status", "condition:storage<condition:storage_a", "status:remission"),
        say("condition_status", "condition:metabolic<condition:storage_a", "status:remission"),
    ),
    "a rare disease without a parent": (say("condition_now", "condition:lonely"), None),
    "a medicine for a rare disease": (
        say("medicine", "medicine:enzyme"),
        say("medicine", "class:rare_medicines<medicine:enzyme"),
    ),
    "advice about a rare disease": (
        say("advise_condition", "condition:long_qt"),
        say("advise_condition", "condition:arrhythmia<condition:long_qt"),
    ),
}


@pytest.mark.guarantee("G12")
@pytest.mark.parametrize(("statement", "general"), RARE.values(), ids=RARE)
def test_something_rare_is_generalised_withheld_or_allowed(statement: Statement, general: Statement | None) -> None:
    assert kept_by(replace(OPEN, rare="generalise"), statement) == ([general] if general else [])
    assert kept_by(replace(OPEN, rare="withhold"), statement) == []
    assert kept_by(replace(OPEN, rare="allow"), statement) == [statement]
    assert withheld_by(replace(OPEN, rare="withhold"), statement) == {"rare": 1}
    assert withheld_by(replace(OPEN, rare="generalise"), statement) == ({} if general else {"rare": 1})


@pytest.mark.guarantee("G12")
def test_a_relation_of_something_rare_is_withheld_because_it_would_name_it() -> None:
    terms = dict(TOY.terms)
    terms["medicine:ibuprofen"] = terms["medicine:ibuprofen"]._replace(rare=True)
    catalog = toy_catalog(terms=terms)
    statement = say("medicine_medicine", "medicine:warfarin", "medicine:ibuprofen", "effect:bleeding")
    for rare, expected in (("generalise", []), ("withhold", []), ("allow", [statement])):
        assert minimise([statement], catalog, ALL, replace(OPEN, rare=rare))[0] == expected


@pytest.mark.guarantee("G12")
@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(TRUE), max_size=12), st.sampled_from(["generalise", "withhold"]))
def test_no_rare_term_is_kept_unless_the_policy_allows_it(statements: list[Statement], rare: str) -> None:
    for statement in kept_by(replace(OPEN, rare=rare), *statements):
        assert not any(TOY.terms[code].rare for code in statement.terms)


POLICIES = st.builds(
    Policy,
    age_band=st.sampled_from(["decade", "wide", "none"]),
    sex=st.booleans(),
    rare=st.sampled_from(["generalise", "withhold", "allow"]),
    max_facts=st.integers(1, 20),
    kinds=st.sets(st.sampled_from(KINDS)).map(lambda some: tuple(k for k in KINDS if k in some)),
)


@settings(deadline=None, max_examples=200)
@given(policy=POLICIES, statements=st.lists(st.sampled_from(TRUE), max_size=20))
def test_a_policy_never_adds(policy: Policy, statements: list[Statement]) -> None:
    kept, _ = minimise(statements, TOY, ALL, policy)
    assert len({fact for statement in kept for fact in statement.facts}) <= policy.max_facts
    for slot in TOY.shape:
        assert len([s for s in kept if TOY.templates[s.template].key == slot.path]) <= slot.most
    for statement in kept:
        assert statement in TRUE
        assert any(
            (statement.template, statement.facts) == (s.template, s.facts)
            and all(code in broader(given_code, TOY) for code, given_code in zip(statement.terms, s.terms, strict=True))
            for s in statements
        )


@settings(deadline=None, max_examples=200)
@given(
    policy=POLICIES,
    statements=st.lists(st.sampled_from(TRUE), max_size=20),
    random=st.randoms(use_true_random=False),
)
def test_nobody_decides_by_the_order_or_by_repeating_what_stays(
    policy: Policy, statements: list[Statement], random
) -> None:  # type: ignore[no-untyped-def]
    shuffled = random.sample(statements, len(statements)) + (random.choices(statements, k=3) if statements else [])
    assert kept_by(policy, *shuffled) == kept_by(policy, *statements)


ALLERGIES = (
    say("allergy", "allergen:penicillin"),
    say("allergy", "medicine:amoxicillin"),
    say("allergy", "allergen:egg"),
    say("allergy_suspected", "allergen:latex", "status:suspected"),
)


@pytest.mark.parametrize("room", range(1, 6))
def test_allergies_are_the_last_to_go(room: int) -> None:
    everything = [s for s in TRUE if s not in ALLERGIES]
    kept = kept_by(replace(OPEN, max_facts=room), *everything, *ALLERGIES)
    said = {fact for s in kept for fact in s.facts}
    about_allergies = {f for s in ALLERGIES for f in s.facts}
    if room <= len(about_allergies):
        assert said <= about_allergies
    assert len(said) == room


@settings(deadline=None, max_examples=150)
@given(policy=POLICIES, others=st.lists(st.sampled_from([s for s in TRUE if "allerg" not in s.template]), max_size=20))
def test_nothing_else_takes_the_room_of_an_allergy(policy: Policy, others: list[Statement]) -> None:
    def allergies(kept: list[Statement]) -> list[Statement]:
        return [s for s in kept if TOY.templates[s.template].key == "context.allergies"]

    assert allergies(kept_by(policy, *others, *ALLERGIES)) == allergies(kept_by(policy, *ALLERGIES))


def test_what_is_said_before_the_room_ends_follows_the_summary() -> None:
    kept, withheld = minimise(tuple(OF_KIND.values()), TOY, ALL, replace(OPEN, max_facts=3))
    assert kept == [OF_KIND["allergy"], OF_KIND["condition"], OF_KIND["medicine"]]
    assert withheld == Counter(count=3)


def test_a_fact_counts_once_however_often_it_is_spoken_of() -> None:
    statements = [say("condition_now", "condition:arrhythmia"), say("advise_condition", "condition:arrhythmia")]
    assert set(kept_by(replace(OPEN, max_facts=1), *statements)) == set(statements)


def test_a_line_that_two_facts_share_counts_once() -> None:
    twins = facts([("condition", "condition:storage", "active"), ("condition", "condition:storage_a", "active")])
    statements = [
        Statement("condition_now", ("condition:storage",), ("F1",)),
        Statement("condition_now", ("condition:storage_a",), ("F2",)),
    ]
    kept, withheld = minimise(statements, TOY, twins, replace(OPEN, rare="generalise", max_facts=1))
    assert [s.terms for s in kept] == [("condition:metabolic",)]
    assert not withheld


def test_more_lines_than_a_key_takes_are_withheld_and_the_rest_stays() -> None:
    catalog = toy_catalog(shape=tuple(replace(slot, most=1) for slot in TOY.shape))
    kept, withheld = minimise(ALLERGIES, catalog, ALL, OPEN)
    assert len(kept) == 1
    assert withheld == Counter(count=3)
    assert kept_by(OPEN, *ALLERGIES, say("medicine", "medicine:warfarin"))
