"""Only one form of proposal is read, of exact types; everything else is a refusal with a code."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.checkpoint.candidate import (
    MAX_CODE_LENGTH,
    MAX_PARTS,
    MAX_STATEMENTS,
    Candidate,
    Statement,
    read_candidate,
)
from sekisho.errors import Code, Refused


class Text(str):
    pass


class Lines(list[Any]):
    pass


class Keys(dict[str, Any]):
    pass


LINE: dict[str, Any] = {"template": "t", "terms": ["a:b"], "facts": ["F1"]}
WHOLE: dict[str, Any] = {"language": "ja", "statements": [LINE]}

BAD_SHAPES: dict[str, object] = {
    "nothing": None,
    "text": "F1",
    "a list": [WHOLE],
    "a number": 7,
    "no keys": {},
    "a key too few": {"language": "ja"},
    "a key too many": {**WHOLE, "note": ""},
    "a subclass of dict": Keys(WHOLE),
    "an unknown language": {**WHOLE, "language": "de"},
    "no language": {**WHOLE, "language": None},
    "a language of another type": {**WHOLE, "language": Text("ja")},
    "a language as bytes": {**WHOLE, "language": b"ja"},
    "statements as a tuple": {**WHOLE, "statements": (LINE,)},
    "statements as a subclass of list": {**WHOLE, "statements": Lines([LINE])},
    "statements as a dict": {**WHOLE, "statements": {}},
    "a statement as text": {**WHOLE, "statements": ["hello"]},
    "a statement as a list": {**WHOLE, "statements": [["t", [], []]]},
    "a statement as a subclass of dict": {**WHOLE, "statements": [Keys(LINE)]},
    "a statement with a key too many": {**WHOLE, "statements": [{**LINE, "text": "hello"}]},
    "a statement with a key too few": {**WHOLE, "statements": [{"template": "t", "terms": []}]},
    "a template that is no text": {**WHOLE, "statements": [{**LINE, "template": 1}]},
    "a template that is a subclass": {**WHOLE, "statements": [{**LINE, "template": Text("t")}]},
    "terms as text": {**WHOLE, "statements": [{**LINE, "terms": "a:b"}]},
    "terms as a tuple": {**WHOLE, "statements": [{**LINE, "terms": ("a:b",)}]},
    "terms as a subclass of list": {**WHOLE, "statements": [{**LINE, "terms": Lines(["a:b"])}]},
    "facts as a subclass of list": {**WHOLE, "statements": [{**LINE, "facts": Lines(["F1"])}]},
    "a term that is a list": {**WHOLE, "statements": [{**LINE, "terms": [["a:b"]]}]},
    "a term that is a subclass": {**WHOLE, "statements": [{**LINE, "terms": [Text("a:b")]}]},
    "facts as a set": {**WHOLE, "statements": [{**LINE, "facts": {"F1"}}]},
    "a fact as a number": {**WHOLE, "statements": [{**LINE, "facts": [1]}]},
    "a fact as true": {**WHOLE, "statements": [{**LINE, "facts": [True]}]},
}

TOO_LARGE: dict[str, object] = {
    "a statement too many": {**WHOLE, "statements": [LINE] * (MAX_STATEMENTS + 1)},
    "a term too many": {**WHOLE, "statements": [{**LINE, "terms": ["a:b"] * (MAX_PARTS + 1)}]},
    "a fact too many": {**WHOLE, "statements": [{**LINE, "facts": ["F1"] * (MAX_PARTS + 1)}]},
    "a long template": {**WHOLE, "statements": [{**LINE, "template": "t" * (MAX_CODE_LENGTH + 1)}]},
    "a long term": {**WHOLE, "statements": [{**LINE, "terms": ["t" * (MAX_CODE_LENGTH + 1)]}]},
    "a long fact": {**WHOLE, "statements": [{**LINE, "facts": ["F" * (MAX_CODE_LENGTH + 1)]}]},
}


@pytest.mark.parametrize("proposed", BAD_SHAPES.values(), ids=BAD_SHAPES)
def test_another_form_is_refused(proposed: object) -> None:
    with pytest.raises(Refused) as refused:
        read_candidate(proposed)
    assert refused.value.code is Code.BAD_SHAPE


@pytest.mark.parametrize("proposed", TOO_LARGE.values(), ids=TOO_LARGE)
def test_more_than_a_summary_can_need_is_refused(proposed: object) -> None:
    with pytest.raises(Refused) as refused:
        read_candidate(proposed)
    assert refused.value.code is Code.TOO_LARGE


def test_the_largest_proposal_is_read() -> None:
    long = "x" * MAX_CODE_LENGTH
    line = {"template": long, "terms": [long] * MAX_PARTS, "facts": [long] * MAX_PARTS}
    read = read_candidate({"language": "en", "statements": [line] * MAX_STATEMENTS})
    assert len(read.statements) == MAX_STATEMENTS
    assert read.statements[0] == Statement(long, (long,) * MAX_PARTS, (long,) * MAX_PARTS)


def test_a_proposal_that_changes_afterwards_changes_nothing() -> None:
    terms = ["a:b"]
    read = read_candidate({"language": "ja", "statements": [{"template": "t", "terms": terms, "facts": []}]})
    terms[0] = "changed"
    assert read.statements[0].terms == ("a:b",)


CODES = st.text(max_size=MAX_CODE_LENGTH)
STATEMENTS = st.builds(
    Statement,
    CODES,
    st.lists(CODES, max_size=MAX_PARTS).map(tuple),
    st.lists(CODES, max_size=MAX_PARTS).map(tuple),
)


@settings(deadline=None, max_examples=60)
@given(st.builds(Candidate, st.sampled_from(["ja", "en"]), st.lists(STATEMENTS, max_size=6).map(tuple)))
def test_what_is_written_is_read_back(candidate: Candidate) -> None:
    assert read_candidate(candidate.as_plain()) == candidate
