"""Whatever is proposed, of any type and shape, is refused or passes as words of the vocabulary."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checkpoint.oracle import lines_of, supported
from tests.checkpoint.proposals import CANARIES, GOOD, GRAMMARS, TRUE
from tests.checkpoint.toy_catalog import (
    ALL,
    NOON,
    TOY,
    checkpoint,
    proposal,
    request,
    toy_catalog,
)

from sekisho.checkpoint.canonical import canonical_bytes
from sekisho.checkpoint.clock import FixedClock
from sekisho.checkpoint.grammar import Grammar
from sekisho.checkpoint.ledger import MemoryLedger
from sekisho.checkpoint.outcome import Disclosure, Outcome, Refusal
from sekisho.errors import Code, Refused


class HostileText(str):
    """Equal to everything, shown as something else."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("language")

    def __str__(self) -> str:
        raise RuntimeError(CANARIES[0])


class HostileList(list[Any]):
    def __iter__(self) -> Iterator[Any]:
        raise RuntimeError(CANARIES[0])

    def __len__(self) -> int:
        return 0


class HostileDict(dict[Any, Any]):
    def __iter__(self) -> Iterator[Any]:
        return iter(["language", "statements"])

    def __getitem__(self, key: object) -> Any:
        return "ja" if key == "language" else [CANARIES[0]]


class Hostile:
    """Raises at whatever is done to it."""

    def __init__(self, code: int = 0) -> None:
        self.code = code

    def __eq__(self, other: object) -> bool:
        raise RecursionError(CANARIES[0])

    def __hash__(self) -> int:
        return self.code

    def __str__(self) -> str:
        raise MemoryError(CANARIES[0])

    def __len__(self) -> int:
        raise ValueError(CANARIES[0])

    def __bool__(self) -> bool:
        raise ValueError(CANARIES[0])

    def __getattr__(self, name: str) -> Any:
        raise OSError(CANARIES[0])


KEYS = st.sampled_from(["language", "statements", "template", "terms", "facts", "", *CANARIES]) | st.text(max_size=5)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.binary(max_size=4)
    | st.sampled_from(["ja", "en", *CANARIES, *TOY.templates, *TOY.terms, *ALL, 10**4000, "\ud800", "x" * 10_000])
    | st.builds(HostileText, st.sampled_from(["ja", "F1", CANARIES[0]]))
    | st.builds(Hostile, st.sampled_from([0, hash("language"), hash("statements")]))
    | st.sampled_from([object(), type, len, ..., 1j, range(3)])
)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(HostileList)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.dictionaries(KEYS, inner, max_size=3).map(HostileDict)
        | st.fixed_dictionaries({"language": st.sampled_from(["ja", "en"]) | inner, "statements": inner})
        | st.fixed_dictionaries({"template": inner, "terms": inner, "facts": inner})
    ),
    max_leaves=12,
)
CODES = st.sampled_from([*TOY.terms, *CANARIES, *ALL, *TOY.templates]) | LEAVES
ALMOST = st.fixed_dictionaries(
    {
        "language": st.sampled_from(["ja", "en", *CANARIES]) | LEAVES,
        "statements": st.lists(
            st.sampled_from(proposal(*TRUE)["statements"])  # type: ignore[call-overload]
            | st.fixed_dictionaries(
                {
                    "template": st.sampled_from([*TOY.templates, *CANARIES]) | LEAVES,
                    "terms": st.lists(CODES, max_size=3),
                    "facts": st.lists(st.sampled_from([*ALL, *CANARIES]) | LEAVES, max_size=3),
                },
                optional=dict.fromkeys(CANARIES[:2], LEAVES),
            ),
            max_size=3,
        ),
    },
    optional=dict.fromkeys(CANARIES[:2], LEAVES),
)


def decided(proposed: object) -> Outcome:
    """Inspect, and check what always holds."""
    ledger = MemoryLedger(FixedClock(NOON))
    outcome = checkpoint(ledger=ledger).inspect(proposed, request())
    (entry,) = ledger.entries
    if isinstance(outcome, Disclosure):
        assert any(accepts(grammar, outcome.data) for grammar in GRAMMARS.values())
        languages = [language for language in GRAMMARS if accepts(GRAMMARS[language], outcome.data)]
        assert any(set(lines_of(outcome.data, TOY)) <= supported(ALL.values(), TOY, language) for language in languages)
    else:
        assert type(outcome) is Refusal
        assert type(outcome.code) is Code
    left = (outcome.data if isinstance(outcome, Disclosure) else b"") + canonical_bytes(entry.as_plain())
    for canary in CANARIES:
        assert canary.encode() not in left
    return outcome


def accepts(grammar: Grammar, data: bytes) -> bool:
    try:
        grammar.check(data)
    except Refused:
        return False
    return True


@pytest.mark.guarantee("G1", "G4")
@settings(deadline=None, max_examples=300)
@given(ANYTHING)
def test_anything_at_all_is_refused_or_passes_as_words_of_the_vocabulary(proposed: Any) -> None:
    decided(proposed)


@pytest.mark.guarantee("G1", "G4")
@settings(deadline=None, max_examples=300)
@given(ALMOST)
def test_a_candidate_with_anything_in_its_fields_is_refused_or_passes_as_words_of_the_vocabulary(
    proposed: Any,
) -> None:
    decided(proposed)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in steps:
        yield from _places(inner, (*path, key))


@pytest.mark.guarantee("G1")
@pytest.mark.parametrize("canary", CANARIES)
def test_a_text_of_the_record_in_any_field_or_key_of_a_candidate_never_passes(canary: str) -> None:
    for place in list(_places(GOOD)):
        for how in ("replace", "append", "key", "rename"):
            proposed: Any = json.loads(json.dumps(GOOD))
            if not place:
                continue
            target = proposed
            for step in place[:-1]:
                target = target[step]
            last = place[-1]
            if how == "replace":
                target[last] = canary
            elif how == "append" and isinstance(target[last], str):
                target[last] += canary
            elif how == "key" and isinstance(target, dict):
                target[canary] = target[last]
            elif how == "rename" and isinstance(target, dict):
                target[canary] = target.pop(last)
            else:
                continue
            assert isinstance(decided(proposed), Refusal)


@pytest.mark.guarantee("G4")
def test_keys_that_lie_about_themselves_are_refused() -> None:
    for liar in (HostileText("language"), Hostile(hash("language")), HostileText(CANARIES[0])):
        odd: dict[Any, Any] = {}
        odd[liar] = "ja"
        odd["statements"] = GOOD["statements"]
        assert isinstance(decided(odd), Refusal | Disclosure)
        assert isinstance(decided({"language": "ja", "statements": [odd]}), Refusal)
    assert decided({"language": 10**5000, "statements": []}) == Refusal(Code.BAD_SHAPE)


def test_a_candidate_that_holds_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    around: dict[str, Any] = {"language": "ja"}
    around["statements"] = [around]
    keys: dict[str, Any] = {}
    keys["statements"] = keys["language"] = keys
    deep: Any = []
    for _ in range(sys.getrecursionlimit() * 20):
        deep = [deep]
    for proposed in (
        endless,
        around,
        keys,
        {"language": "ja", "statements": endless},
        {"language": "ja", "statements": deep},
    ):
        assert decided(proposed) == Refusal(Code.BAD_SHAPE)


def test_a_huge_candidate_is_refused() -> None:
    statement = proposal(TRUE[0])["statements"][0]  # type: ignore[index]
    assert decided({"language": "ja", "statements": [statement] * 100_000}) == Refusal(Code.TOO_LARGE)
    assert decided({"language": "ja" * 10**7, "statements": []}) == Refusal(Code.BAD_SHAPE)
    wide = {f"k{i}": i for i in range(100_000)}
    assert decided({**wide, "language": "ja", "statements": []}) == Refusal(Code.BAD_SHAPE)


def test_a_summary_that_is_larger_than_the_catalog_allows_is_refused() -> None:
    small = toy_catalog(max_bytes=100)
    assert checkpoint(catalog=small).inspect(GOOD, request()) == Refusal(Code.TOO_LARGE)
