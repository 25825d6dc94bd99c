"""A record and a question full of words that no list knows: none goes on to a model, the cloud, the ledger or a log."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from tests.checkpoint.house import (
    CANARY,
    FULL_OF_CANARIES,
    House,
    domain,
    grammar,
    released,
)

from sekisho.checkpoint.outcome import Disclosure, Refusal
from sekisho.errors import Code
from sekisho.local import background as background_module
from sekisho.local.facts import Fact
from sekisho.local.medical.domain import MedicalDomain
from sekisho.local.model.protocol import Call, Choice, Offer


@pytest.fixture
def canaries(tmp_path: Path) -> House:
    return House(tmp_path, json.dumps(FULL_OF_CANARIES, ensure_ascii=False).encode())


def strings_of(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list | frozenset):
        for inner in value:
            yield from strings_of(inner)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from strings_of(getattr(value, name))


@pytest.mark.guarantee("G5", "G7")
def test_the_local_model_is_offered_nothing_but_words_of_the_vocabulary(canaries: House) -> None:
    question = "ヒクイドリさんです。canary@example.jp めまいと動悸があります。CANARY-7 090-8642-1357"
    assert isinstance(canaries.ask(question), Refusal | Disclosure)
    (offer,) = canaries.selector.offers
    terms = domain().catalog.terms
    displays = {term.display("ja") for term in terms.values()}
    statuses = {term.display("ja") for term in terms.values() if term.kind == "status"}
    assert len(offer.facts) > 5
    assert set(offer.symptoms) == {"めまい", "動悸"}
    assert set(offer.symptoms) <= displays
    for fact in offer.facts:
        term, _, status = fact.line.rpartition(" (")
        assert term in displays
        assert status.removesuffix(")") in statuses
        assert fact.id[0] == "F"
        assert fact.id[1:].isdecimal()
    for text in strings_of(offer):
        for canary in (CANARY, "canary", "加奈", "利亜", "8642", "1948"):
            assert canary not in text.casefold()


@pytest.mark.guarantee("G1", "G5")
def test_no_word_of_a_record_full_of_canaries_leaves(canaries: House) -> None:
    outcome = canaries.ask()
    summary = released(outcome)
    assert isinstance(outcome, Disclosure)
    assert {"ペニシリン", "卵"} <= set(summary["patient_context"]["allergies"])
    assert "ワルファリン" in summary["patient_context"]["current_medications"]
    for left in (outcome.data.decode(), canaries.folder.joinpath("ledger.jsonl").read_text(encoding="utf-8")):
        for canary in (CANARY, "canary", "加奈", "利亜", "8642", "1948", "ひくいどり"):
            assert canary not in left.casefold()


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize(
    "answer",
    [
        "ヒクイドリ",
        7,
        {"history": ["F1"]},
        Choice(frozenset({"ヒクイドリ"}), frozenset()),
        Choice(["F1", "ヒクイドリ"], {"F1": "ヒクイドリ"}),  # type: ignore[arg-type]
        Choice(frozenset({1, None, ("F1",)}), frozenset()),  # type: ignore[arg-type]
        RuntimeError("ヒクイドリ"),
        MemoryError("ヒクイドリ"),
        RecursionError("ヒクイドリ"),
    ],
    ids=lambda a: type(a).__name__,
)
def test_a_local_model_that_answers_anything_releases_nothing_of_it(canaries: House, answer: Any) -> None:
    canaries.selector.answer = answer
    outcome = canaries.ask()
    if isinstance(outcome, Disclosure):
        assert CANARY not in outcome.data.decode()
        grammar("ja").check(outcome.data)
    else:
        assert outcome == Refusal(Code.INTERNAL)
    assert CANARY not in canaries.folder.joinpath("ledger.jsonl").read_text(encoding="utf-8")


# Failing closed


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("error", [ValueError, MemoryError, RecursionError, OSError, TimeoutError])
@pytest.mark.parametrize("part", ["read_record", "facts", "prepare", "candidate", "Wall", "as_evidence"])
def test_an_error_anywhere_on_the_way_tells_nothing_of_the_record(
    canaries: House,
    part: str,
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    scratch = tmp_path_factory.mktemp("scratch")
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))

    def fail(*_: object, **__: object) -> None:
        raise error(CANARY)

    owners: dict[str, Any] = {"read_record": background_module, "Wall": background_module, "as_evidence": Fact}
    monkeypatch.setattr(owners.get(part, MedicalDomain), part, fail)
    outcome = canaries.ask()
    assert outcome == Refusal(Code.INTERNAL)
    assert CANARY not in repr(outcome)
    kept = canaries.folder.joinpath("ledger.jsonl").read_text(encoding="utf-8")
    assert json.loads(kept)["code"] == "internal"
    assert CANARY not in kept
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []
    assert list(scratch.iterdir()) == []


@pytest.mark.guarantee("G4")
def test_an_answer_that_comes_too_late_is_not_released(canaries: House) -> None:
    choose = canaries.selector.choose

    def slow(offer: Offer, call: Call) -> Choice:
        canaries.clock.seconds += 90.5
        return choose(offer, call)

    canaries.selector.choose = slow  # type: ignore[method-assign]
    assert canaries.ask() == Refusal(Code.DEADLINE)


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"x": "\xff"}', b'"' + CANARY.encode() + b'"', b"[" * 100_000])
def test_a_file_that_is_no_record_is_a_refusal_without_any_of_it(tmp_path: Path, content: bytes) -> None:
    house = House(tmp_path, content)
    outcome = house.ask()
    assert isinstance(outcome, Refusal)
    assert CANARY not in house.folder.joinpath("ledger.jsonl").read_text(encoding="utf-8")


@pytest.mark.guarantee("G4")
def test_a_file_that_went_away_is_a_refusal(canaries: House) -> None:
    assert isinstance(canaries.ask(), Disclosure)
    canaries.path.unlink()
    assert isinstance(canaries.ask(), Refusal)
