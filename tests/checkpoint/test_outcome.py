"""Only the door makes a disclosure, and nobody changes, copies or imitates one."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest
from tests.checkpoint.toy_catalog import checkpoint, proposal, request, say

from sekisho.checkpoint.outcome import Disclosure, Refusal
from sekisho.errors import Code


@pytest.fixture
def disclosure() -> Disclosure:
    outcome = checkpoint().inspect(proposal(say("medicine", "medicine:warfarin")), request())
    assert isinstance(outcome, Disclosure)
    return outcome


@pytest.mark.guarantee("G3")
@pytest.mark.parametrize("key", [None, object(), True, "key", Disclosure], ids=lambda key: type(key).__name__)
def test_nobody_else_makes_a_disclosure(key: object) -> None:
    with pytest.raises(TypeError):
        Disclosure(key, b"{}", 1, {})


@pytest.mark.guarantee("G3")
def test_a_disclosure_that_skips_its_making_has_no_bytes() -> None:
    empty = Disclosure.__new__(Disclosure)
    with pytest.raises(AttributeError):
        _ = empty.data
    with pytest.raises(TypeError):
        Disclosure.__init__(empty, None, b"{}", 1, {})


@pytest.mark.guarantee("G3")
@pytest.mark.parametrize("name", ["data", "_data", "sequence", "_sequence", "withheld", "_withheld", "sha256", "new"])
def test_a_disclosure_does_not_change(disclosure: Disclosure, name: str) -> None:
    before = (disclosure.data, disclosure.sequence, disclosure.sha256)
    with pytest.raises(AttributeError):
        setattr(disclosure, name, b"other")
    with pytest.raises(AttributeError):
        delattr(disclosure, name)
    assert (disclosure.data, disclosure.sequence, disclosure.sha256) == before


@pytest.mark.guarantee("G3")
def test_what_was_withheld_does_not_change(disclosure: Disclosure) -> None:
    with pytest.raises(TypeError):
        disclosure.withheld["kind"] = 1  # type: ignore[index]


@pytest.mark.guarantee("G3")
def test_a_disclosure_is_not_copied(disclosure: Disclosure) -> None:
    for copying in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            copying(disclosure)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError):
            pickle.dumps(disclosure, protocol)


@pytest.mark.guarantee("G3")
def test_there_are_no_other_kinds_of_disclosure() -> None:
    with pytest.raises(TypeError):
        type("Forged", (Disclosure,), {"data": b"other"})


def test_the_bytes_are_bytes_and_nothing_else(disclosure: Disclosure) -> None:
    assert type(disclosure.data) is bytes


def test_a_disclosure_shows_no_content(disclosure: Disclosure) -> None:
    assert repr(disclosure) == f"<Disclosure {len(disclosure.data)} bytes, ledger entry 1>"
    assert "ワルファリン" not in repr(disclosure) + str(disclosure)


def test_a_refusal_says_its_code_and_does_not_change() -> None:
    refusal = Refusal(Code.INTERNAL)
    assert repr(refusal) == "Refusal(code=<Code.INTERNAL: 'internal'>)"
    with pytest.raises(dataclasses.FrozenInstanceError):
        refusal.code = Code.POLICY  # type: ignore[misc]
