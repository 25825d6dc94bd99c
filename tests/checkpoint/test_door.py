"""The door: whatever is proposed and whatever breaks, out come approved bytes or a code, and the ledger knows first."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checkpoint.oracle import all_statements, lines_of, permuted, supported
from tests.checkpoint.toy_catalog import (
    ALL,
    CASE,
    NOON,
    POOL,
    TOY,
    WALL,
    checkpoint,
    facts,
    proposal,
    request,
    say,
    toy_catalog,
)

from sekisho.checkpoint import door as door_module
from sekisho.checkpoint.candidate import Statement
from sekisho.checkpoint.canonical import canonical_bytes
from sekisho.checkpoint.clock import FixedClock
from sekisho.checkpoint.door import Checkpoint, Request
from sekisho.checkpoint.evidence import Evidence
from sekisho.checkpoint.grammar import Grammar
from sekisho.checkpoint.identifier import Identifier, IdentifierKind
from sekisho.checkpoint.ledger import FileLedger, MemoryLedger
from sekisho.checkpoint.ledger_check import read_ledger, verify
from sekisho.checkpoint.ledger_entry import Entry
from sekisho.checkpoint.outcome import Disclosure, Outcome, Refusal
from sekisho.checkpoint.policy import Policy
from sekisho.checkpoint.wall import Wall
from sekisho.errors import Code, Refused

TRUE = tuple(statement for _, statement in all_statements(ALL.values(), TOY))
GRAMMARS = {language: Grammar(TOY, language) for language in ("ja", "en")}
GOOD = proposal(
    say("allergy", "allergen:penicillin"),
    say("medicine", "medicine:warfarin"),
    say("history_lab", "lab:haemoglobin", "status:low"),
)
#: Never in anything that leaves: the identifiers, and words that no list knows.
CANARIES = (
    "鬼塚宗一郎",
    "鬼塚",
    "オニヅカ",
    "onizuka@example.jp",
    "09086421357",
    "QX-7730951",
    "株式会社鶴亀精密",
    "カナリアのことば",
    "canary-word-7",
)


def released(outcome: Outcome) -> dict[str, Any]:
    assert isinstance(outcome, Disclosure), outcome
    value: dict[str, Any] = json.loads(outcome.data)
    return value


def test_a_true_candidate_becomes_canonical_bytes_with_a_ledger_entry() -> None:
    ledger = MemoryLedger(FixedClock(NOON))
    outcome = checkpoint(ledger=ledger).inspect(GOOD, request())
    assert released(outcome) == {
        "context": {"age": "非開示", "conditions": [], "allergies": ["ペニシリン"], "medicines": ["ワルファリン"]},
        "relevance": {"history": ["ヘモグロビン：低値"], "interactions": []},
        "advice": [],
    }
    assert isinstance(outcome, Disclosure)
    assert canonical_bytes(released(outcome)) == outcome.data
    (entry,) = ledger.entries
    assert entry.summary.encode() == outcome.data
    assert entry.sha256 == outcome.sha256 == hashlib.sha256(outcome.data).hexdigest()
    assert (entry.kind, entry.case, entry.model, entry.code) == ("disclosure", CASE, "rules", "")
    policy = Policy(sex=True, rare="allow")
    assert (entry.purpose, entry.policy, entry.vocabulary) == (policy.purpose, policy.digest, "toy-1")
    assert entry.is_sound()


def test_a_refusal_has_a_ledger_entry_without_any_content() -> None:
    ledger = MemoryLedger(FixedClock(NOON))
    outcome = checkpoint(ledger=ledger).inspect(proposal(say("medicine", "lab:x<medicine:warfarin")), request())
    assert outcome == Refusal(Code.UNKNOWN_TERM)
    (entry,) = ledger.entries
    assert (entry.kind, entry.code, entry.summary, entry.sha256) == ("refusal", "unknown_term", "", "")


def test_what_the_policy_kept_back_is_counted_for_the_operator_and_not_sent() -> None:
    strict = checkpoint(Policy(kinds=("allergy",), rare="withhold"))
    outcome = strict.inspect(GOOD, request())
    assert isinstance(outcome, Disclosure)
    assert dict(outcome.withheld) == {"kind": 2}
    assert b"kind" not in outcome.data


@pytest.mark.guarantee("G12")
def test_a_rare_disease_leaves_as_its_parent_and_its_medicine_as_its_class() -> None:
    rare = proposal(
        say("condition_now", "condition:long_qt"),
        say("condition_status", "condition:storage_a", "status:remission"),
        say("condition_now", "condition:lonely"),
        say("medicine", "medicine:enzyme"),
    )
    context = released(checkpoint(Policy()).inspect(rare, request()))["context"]
    assert context["conditions"] == ["不整脈", "代謝疾患（寛解）"]
    assert context["medicines"] == ["希少疾患治療薬"]


# Order, and what is true


@pytest.mark.guarantee("G1", "G2")
@settings(deadline=None, max_examples=150)
@given(
    held=st.sets(st.sampled_from(POOL)),
    language=st.sampled_from(["ja", "en"]),
    data=st.data(),
    policy=st.builds(
        Policy,
        age_band=st.sampled_from(["decade", "wide", "none"]),
        sex=st.booleans(),
        rare=st.sampled_from(["generalise", "withhold", "allow"]),
        max_facts=st.integers(1, 30),
    ),
)
def test_whatever_is_proposed_every_released_string_is_supported_by_the_record(
    held: set[tuple[str, str, str]], language: str, data: st.DataObject, policy: Policy
) -> None:
    known = facts(fact for fact in POOL if fact in held)
    true = [s for _, s in all_statements(known.values(), TOY)]
    statements = data.draw(st.lists(st.sampled_from(true), max_size=12))
    outcome = checkpoint(policy).inspect(proposal(*statements, language=language), request(known.values()))
    assert isinstance(outcome, Disclosure)
    assert set(lines_of(outcome.data, TOY)) <= supported(known.values(), TOY, language)
    GRAMMARS[language].check(outcome.data)


@pytest.mark.guarantee("G2")
@settings(deadline=None, max_examples=150)
@given(
    held=st.sets(st.sampled_from(POOL), max_size=6),
    statements=st.lists(st.sampled_from(TRUE), min_size=1, max_size=3),
)
def test_a_candidate_with_one_untrue_statement_is_refused_whole(
    held: set[tuple[str, str, str]], statements: list[Statement]
) -> None:
    known = {i: fact for i, fact in ALL.items() if (fact.kind, fact.code, fact.status) in held}
    outcome = checkpoint().inspect(proposal(*statements), request(known.values()))
    if all(fact in known for s in statements for fact in s.facts):
        assert isinstance(outcome, Disclosure)
    else:
        assert outcome == Refusal(Code.UNSUPPORTED_FACT)


@pytest.mark.guarantee("G1")
@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(TRUE), max_size=6, unique=True), st.sampled_from([1, 3, 60]))
def test_the_order_of_the_statements_says_nothing(statements: list[Statement], room: int) -> None:
    policy = Policy(sex=True, rare="allow", max_facts=room)
    door = checkpoint(policy)
    outcomes = {released_bytes(door, order) for order in permuted(statements)}
    assert len(outcomes) == 1
    doubled = [*statements, *statements[:2]]
    assert outcomes == {released_bytes(door, tuple(doubled))}


def released_bytes(door: Checkpoint, statements: tuple[Statement, ...]) -> bytes:
    outcome = door.inspect(proposal(*statements), request())
    assert isinstance(outcome, Disclosure)
    return outcome.data


# Anything at all


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
    left = (outcome.data if isinstance(outcome, Disclosure) else b"") + entry.line()
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


# Identifiers


@pytest.mark.guarantee("G1")
def test_a_term_that_is_an_identifier_of_this_person_does_not_pass() -> None:
    wall = Wall([Identifier(IdentifierKind.OTHER, "ワルファリン")])
    assert checkpoint().inspect(GOOD, request(wall=wall)) == Refusal(Code.IDENTIFIER_FOUND)
    assert isinstance(checkpoint().inspect(GOOD, request()), Disclosure)


def test_the_bytes_that_are_released_are_those_that_were_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(Wall, "find", lambda self, text, excused=(): seen.append(text))
    outcome = checkpoint().inspect(GOOD, request())
    assert isinstance(outcome, Disclosure)
    assert [text.encode() for text in seen] == [outcome.data]


def test_a_mistake_of_the_renderer_does_not_pass_the_grammar(monkeypatch: pytest.MonkeyPatch) -> None:
    summary = released(checkpoint().inspect(GOOD, request()))
    for wrong in ({"advice": []}, {**summary, "advice": [CANARIES[7]]}, {**summary, CANARIES[7]: {}}):
        with monkeypatch.context() as patch:
            patch.setattr(door_module, "render", lambda *_, wrong=wrong: wrong)
            assert checkpoint().inspect(GOOD, request()) == Refusal(Code.NOT_IN_GRAMMAR)


def test_a_policy_that_would_say_more_than_the_record_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    more = Statement("medicine", ("medicine:warfarin",), ("F99",))
    monkeypatch.setattr(door_module, "minimise", lambda *_: ([more], {}))
    assert checkpoint().inspect(GOOD, request()) == Refusal(Code.UNSUPPORTED_FACT)


# Failures


ERRORS = (
    ValueError(CANARIES[0]),
    RuntimeError(CANARIES[0]),
    MemoryError(CANARIES[0]),
    RecursionError(CANARIES[0]),
    OSError(CANARIES[0]),
    TimeoutError(CANARIES[0]),
    AssertionError(CANARIES[0]),
    StopIteration(CANARIES[0]),
    UnicodeError(CANARIES[0]),
    KeyError(CANARIES[0]),
)


class Spy:
    """A file ledger that shows what was on the disk, and can fail."""

    def __init__(self, path: Path, error: BaseException | None = None, disclosures_only: bool = False) -> None:
        self.path = path
        self.error = error
        self.disclosures_only = disclosures_only
        self.inner = FileLedger(path, FixedClock(NOON))
        self.kept: list[Entry] = []

    def append(self, entry: Entry) -> Entry:
        if self.error is not None and not (self.disclosures_only and entry.kind != "disclosure"):
            raise self.error
        self.kept.append(self.inner.append(entry))
        return self.kept[-1]


def break_seam(monkeypatch: pytest.MonkeyPatch, seam: str, error: BaseException) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    owner: Any = {"Grammar.check": Grammar, "Wall.find": Wall, "FixedClock.monotonic": FixedClock}.get(
        seam, door_module
    )
    monkeypatch.setattr(owner, seam.rpartition(".")[2], fail)


SEAMS = (
    "read_candidate",
    "check_support",
    "minimise",
    "render",
    "canonical_bytes",
    "Grammar.check",
    "Wall.find",
    "FixedClock.monotonic",
    "Disclosure",
)


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("seam", SEAMS)
def test_an_error_in_any_part_is_a_refusal_and_nothing_is_told_of_it(
    seam: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    for number, error in enumerate(ERRORS):
        ledger = Spy(tmp_path / f"{number}.jsonl")
        with monkeypatch.context() as patch:
            break_seam(patch, seam, error)
            outcome = checkpoint(ledger=ledger).inspect(GOOD, request(deadline=1.0))
        assert outcome == Refusal(Code.INTERNAL)
        assert ledger.kept[-1].code == "internal"
        assert CANARIES[0].encode() not in ledger.path.read_bytes()
        if seam != "Disclosure":  # only after the entry is on the disk is there anything to make
            assert [entry.kind for entry in ledger.kept] == ["refusal"]
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("seam", SEAMS)
def test_an_interrupt_passes_through_and_releases_nothing(seam: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for stop in (KeyboardInterrupt(), SystemExit(1)):
        with monkeypatch.context() as patch:
            break_seam(patch, seam, stop)
            with pytest.raises(type(stop)):
                checkpoint().inspect(GOOD, request(deadline=1.0))


@pytest.mark.guarantee("G3", "G4")
@pytest.mark.parametrize("error", [*ERRORS, Refused(Code.LEDGER_UNAVAILABLE)], ids=lambda e: type(e).__name__)
def test_without_a_ledger_nothing_is_released(error: Exception, tmp_path: Path) -> None:
    ledger = Spy(tmp_path / "ledger.jsonl", error)
    assert checkpoint(ledger=ledger).inspect(GOOD, request()) == Refusal(Code.LEDGER_UNAVAILABLE)
    assert checkpoint(ledger=ledger).refuse(Code.BUSY, CASE, "rules") == Refusal(Code.LEDGER_UNAVAILABLE)
    assert not ledger.path.exists()


@pytest.mark.guarantee("G3")
def test_a_ledger_that_keeps_only_refusals_releases_nothing(tmp_path: Path) -> None:
    ledger = Spy(tmp_path / "ledger.jsonl", OSError("full"), disclosures_only=True)
    assert checkpoint(ledger=ledger).inspect(GOOD, request()) == Refusal(Code.INTERNAL)
    assert [entry.kind for entry in ledger.kept] == ["refusal"]


@pytest.mark.guarantee("G4")
def test_facts_that_cannot_be_listed_are_a_refusal() -> None:
    def broken() -> Iterator[Evidence]:
        yield ALL["F1"]
        raise RuntimeError(CANARIES[0])

    assert checkpoint().inspect(GOOD, request(broken())) == Refusal(Code.INTERNAL)


@pytest.mark.guarantee("G4")
def test_a_case_that_cannot_be_written_is_a_refusal() -> None:
    odd = Request("\ud800", "rules", tuple(ALL.values()), WALL)
    assert isinstance(checkpoint().inspect(GOOD, odd), Refusal)
    assert isinstance(checkpoint().inspect(None, odd), Refusal)


# Time


@pytest.mark.guarantee("G4")
def test_after_the_deadline_nothing_is_released() -> None:
    clock = FixedClock(NOON, seconds=10.0)
    door = checkpoint(clock=clock)
    assert isinstance(door.inspect(GOOD, request(deadline=10.0)), Disclosure)
    clock.seconds = 10.1
    assert door.inspect(GOOD, request(deadline=10.0)) == Refusal(Code.DEADLINE)
    assert isinstance(door.inspect(GOOD, request()), Disclosure)


@pytest.mark.guarantee("G4")
def test_a_deadline_that_passes_while_the_ledger_is_waited_for_releases_nothing() -> None:
    clock = FixedClock(NOON)

    class Slow(MemoryLedger):
        def append(self, entry: Entry) -> Entry:
            clock.seconds += 11.0
            return super().append(entry)

    ledger = Slow(clock)
    assert checkpoint(ledger=ledger, clock=clock).inspect(GOOD, request(deadline=10.0)) == Refusal(Code.DEADLINE)
    assert [(entry.kind, entry.code) for entry in ledger.entries] == [("disclosure", ""), ("refusal", "deadline")]


# The ledger first


@pytest.mark.guarantee("G3")
def test_the_entry_is_on_the_disk_before_there_is_a_disclosure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    ledger = Spy(tmp_path / "ledger.jsonl")
    append = ledger.inner.append

    def appending(entry: Entry) -> Entry:
        assert "made" not in events
        kept = append(entry)
        ((_, on_disk),) = read_ledger(ledger.path)
        assert on_disk == kept
        events.append("on disk")
        return kept

    def making(key: object, data: bytes, *rest: Any) -> Disclosure:
        assert events == ["on disk"]
        ((_, on_disk),) = read_ledger(ledger.path)
        assert on_disk is not None
        assert on_disk.summary.encode() == data
        events.append("made")
        return Disclosure(key, data, *rest)

    monkeypatch.setattr(ledger.inner, "append", appending)
    monkeypatch.setattr(door_module, "Disclosure", making)
    outcome = checkpoint(ledger=ledger).inspect(GOOD, request())
    assert isinstance(outcome, Disclosure)
    assert events == ["on disk", "made"]
    assert outcome.sequence == ledger.kept[0].sequence == 1


@pytest.mark.guarantee("G3")
def test_every_outcome_has_one_entry_and_every_disclosure_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    door = checkpoint(ledger=FileLedger(path))
    outcomes = [door.inspect(proposed, request()) for proposed in (GOOD, None, proposal(), GOOD, {"language": 1})]
    entries = [entry for _, entry in read_ledger(path) if entry]
    assert len(entries) == len(outcomes)
    for entry, outcome in zip(entries, outcomes, strict=True):
        if isinstance(outcome, Disclosure):
            assert (entry.sequence, entry.summary.encode()) == (outcome.sequence, outcome.data)
        else:
            assert (entry.kind, entry.code) == ("refusal", outcome.code.value)
    assert verify(path).intact


def test_the_policy_in_force_is_shown() -> None:
    policy = replace(Policy(), max_facts=3)
    assert checkpoint(policy).policy is policy
