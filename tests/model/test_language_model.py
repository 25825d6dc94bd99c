"""The main job with a language model: what it chooses is released, and whatever else it does, the rules answer."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.model.chat_server import (
    MODEL,
    PATIENCE,
    Fault,
    draft,
    dripping,
    endless,
    failing,
    ids_of,
    lying,
    obedient,
    raw,
    resetting,
    saying,
    schema_of,
    serving,
    until_gone,
)
from tests.model.rooms import BOTH, DIZZY, SAMPLES, domain, released, room

from sekisho.checkpoint.grammar import Grammar
from sekisho.checkpoint.outcome import Disclosure, Refusal
from sekisho.errors import Code
from sekisho.local.model.protocol import Call
from sekisho.local.model.runtime import Cancellation

SECRET = "綾小路カナリヤ"


def chosen(**roles: list[str]) -> str:
    return json.dumps({"history": roles.get("history", []), "risks": roles.get("risks", [])})


# What a model chooses


def test_the_facts_that_a_model_chooses_are_those_of_the_summary(tmp_path: Path) -> None:
    with serving(brain=saying(chosen(history=["F5"]))) as server, room(tmp_path, server.url) as home:
        summary = released(home.ask())
        assert summary["symptom_relevance"]["related_history"] == ["片頭痛（現在）"]
        assert summary["symptom_relevance"]["risk_factors"] == []
        assert summary["patient_context"]["allergies"] == ["ペニシリン"]
        assert home.by == "tiny (select)"
        assert home.report.fallback is None
        assert home.report.enforced is True
        assert len(home.report.attempts) == 1


def test_a_draft_is_read_back_into_facts_of_the_record(tmp_path: Path) -> None:
    said = draft(
        related_history=["橋本病の家族歴", "胃潰瘍の既往", "佐藤美咲さんの友人"],
        risk_factors=["カフェイン摂取", ""],
        recommendations=["片頭痛に注意"],
        chronic_conditions=["バセドウ病"],
    )
    with serving(brain=saying(json.dumps(said))) as server, room(tmp_path, server.url, "write") as home:
        summary = released(home.ask())
        related = summary["symptom_relevance"]["related_history"]
        assert related == ["橋本病（家族歴）", "片頭痛（現在）"]
        assert home.by == "tiny (write)"
        assert (home.report.unsupported, home.report.unknown) == (1, 1)


@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_has_a_valid_summary_in_both_modes(tmp_path: Path, name: str, mode: str) -> None:
    language = "en" if "english" in name else "ja"

    def drafted(body: dict[str, Any]) -> str:
        if "history" in schema_of(body)["properties"]:
            return obedient(body)
        told = body["messages"][1]["content"].splitlines()
        return json.dumps(draft(related_history=told[:6], risk_factors=told[6:9]), ensure_ascii=False)

    with serving(brain=saying(drafted)) as server, room(tmp_path, server.url, mode, name, language) as home:
        outcome = home.ask()
        assert isinstance(outcome, Disclosure)
        Grammar(domain().catalog, language).check(outcome.data)
        assert home.by == f"tiny ({mode})", home.report.fallback


def test_a_repeated_id_counts_once(tmp_path: Path) -> None:
    answer = chosen(history=["F5", "F5", "F5"])
    with serving(brain=saying(answer)) as server, room(tmp_path, server.url) as home:
        assert released(home.ask())["symptom_relevance"]["related_history"] == ["片頭痛（現在）"]
        assert home.by == "tiny (select)"


# When a model misbehaves

BAD_ANSWERS = {
    "no JSON": "I cannot help with that.",
    "prose before JSON": 'Sure! {"history": ["F5"], "risks": []}',
    "JSON in a fence": '```json\n{"history": ["F5"], "risks": []}\n```',
    "half of it": '{"history": ["F5"',
    "a list": '["F5"]',
    "empty text": "",
    "nothing chosen": chosen(),
    "ids that were not offered": chosen(history=["F5", "F99"]),
    "ids in another form": chosen(history=["f5"]),
    "numbers": '{"history": [5], "risks": []}',
    "a key too many": '{"history": ["F5"], "risks": [], "note": "' + SECRET + '"}',
    "a key twice": '{"history": ["F5"], "history": ["F5"], "risks": []}',
    "a key too few": '{"history": ["F5"]}',
    "text for a list": '{"history": "F5", "risks": []}',
    "an id that is text": chosen(history=[f"F5 {SECRET}"]),
    "what the record says": SECRET * 50,
    "the prompt again": DIZZY["ja"],
    "not a number": '{"history": NaN, "risks": []}',
    "very deep": "[" * 5000,
    "very long": chosen(history=["F5"] * 20_000),
}
FAULTS: dict[str, tuple[Fault, Code]] = {
    "ten megabytes": (endless, Code.MODEL_TOO_LARGE),
    "a reset": (resetting, Code.MODEL_UNREACHABLE),
    "a lie in content-length": (lying, Code.MODEL_UNREACHABLE),
    "bad UTF-8": (raw(b'{"choices": [{"message": {"content": "\xff"}}]}'), Code.MODEL_INVALID),
    "an error": (raw(SECRET.encode(), 500), Code.MODEL_INVALID),
    "a redirect": (raw(b"", 307, Location="http://192.0.2.1/"), Code.MODEL_NOT_LOCAL),
}


@pytest.mark.guarantee("G1", "G4")
@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_an_answer_that_cannot_be_used_is_tried_once_more_and_then_the_rules_answer(tmp_path: Path, name: str) -> None:
    with serving(brain=saying(BAD_ANSWERS[name])) as server, room(tmp_path, server.url) as home:
        outcome = home.ask()
        assert len(server.asked) == 2
        assert len(server.asked[1].raw) < len(server.asked[0].raw)  # with a shorter prompt
        assert isinstance(outcome, Disclosure)
        assert SECRET not in outcome.data.decode()
        code = home.report.attempts[-1].code
        assert code in (Code.MODEL_INVALID, Code.MODEL_TOO_LARGE)
        assert home.by == f"rules (fallback: {code})"
        assert SECRET not in json.dumps([entry.as_plain() for entry in home.ledger.entries], ensure_ascii=False)
        assert SECRET not in repr(home.report) + repr(home.model.__dict__)


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("name", FAULTS)
def test_a_runtime_that_fails_is_replaced_by_the_rules_and_the_ledger_says_why(
    tmp_path: Path, name: str, mode: str
) -> None:
    behaviour, code = FAULTS[name]
    with serving(brain=failing(behaviour)) as server, room(tmp_path, server.url, mode) as home:
        outcome = home.ask()
        assert isinstance(outcome, Disclosure)
        assert home.by == f"rules (fallback: {code})"
        assert home.report.fallback is code
        assert len(server.asked) == (1 if code is Code.MODEL_NOT_LOCAL else 2)


def test_what_the_rules_answer_instead_is_what_they_would_have_answered(tmp_path: Path) -> None:
    with serving(brain=saying("nonsense")) as server, room(tmp_path / "a", server.url) as home:
        instead = released(home.ask())
    with serving(brain=failing(resetting)) as server, room(tmp_path / "b", server.url, "write") as home:
        assert released(home.ask()) == instead
    assert instead["symptom_relevance"]["related_history"]


def test_an_answer_that_was_cut_is_tried_with_a_shorter_prompt(tmp_path: Path) -> None:
    with serving(finish_reason="length") as server, room(tmp_path, server.url) as home:
        home.ask()
        assert home.by == "rules (fallback: model_cut)"
        assert [attempt.code for attempt in home.report.attempts] == [Code.MODEL_CUT] * 2


def test_the_second_attempt_counts_where_it_succeeds(tmp_path: Path) -> None:
    answers = iter(["nonsense", chosen(history=["F5"])])
    with serving(brain=saying(lambda _: next(answers))) as server, room(tmp_path, server.url) as home:
        assert released(home.ask())["symptom_relevance"]["related_history"] == ["片頭痛（現在）"]
        assert home.by == "tiny (select)"
        assert [attempt.code for attempt in home.report.attempts] == [Code.MODEL_INVALID, None]


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("behaviour", [until_gone, dripping], ids=["silence", "a byte at a time"])
def test_a_caller_never_waits_past_its_deadline(tmp_path: Path, behaviour: Fault, mode: str) -> None:
    with serving() as server, room(tmp_path / "before", server.url, mode) as home:
        home.ask()  # what a process makes ready at its first question takes no time of the one that is measured
    with serving(brain=failing(behaviour)) as server, room(tmp_path, server.url, mode, seconds=3.0) as home:
        home.background.open(home.background._cases.find(None))
        start = time.monotonic()
        outcome = home.ask()
        took = time.monotonic() - start
        assert isinstance(outcome, Disclosure)
        assert took < 3.0
        assert home.by == "rules (fallback: model_timeout)"
        assert len(server.asked) == 2  # the second attempt has its share of the time


def test_a_server_that_hangs_from_the_start_costs_less_than_the_whole_time(tmp_path: Path) -> None:
    with serving(pages={"/v1/models": until_gone}) as server, room(tmp_path, server.url, seconds=2.0) as home:
        home.background.open(home.background._cases.find(None))
        start = time.monotonic()
        assert isinstance(home.ask(), Disclosure)
        assert time.monotonic() - start < 1.5
        assert home.by == "rules (fallback: model_timeout)"
        assert server.asked == []


def test_a_server_that_is_not_there_costs_nothing_and_is_tried_again(tmp_path: Path) -> None:
    with serving() as server:
        url = server.url
    with room(tmp_path, url) as home:
        start = time.monotonic()
        assert isinstance(home.ask(), Disclosure)
        assert time.monotonic() - start < 5
        assert home.by == "rules (fallback: model_unreachable)"
        assert home.model.findings is None


def test_a_model_that_the_server_hands_on_to_another_machine_is_never_asked(tmp_path: Path) -> None:
    pages = {"/api/tags": {"models": [{"name": MODEL, "remote_model": "big", "remote_host": "https://x.example"}]}}
    with serving(pages=pages) as server, room(tmp_path, server.url) as home:
        home.ask()
        assert home.by == "rules (fallback: model_not_local)"
        assert not any(request.raw for request in server.received)


def test_a_model_that_the_server_does_not_have_is_never_asked(tmp_path: Path) -> None:
    with serving(models=["another"]) as server, room(tmp_path, server.url) as home:
        home.ask()
        assert home.by == "rules (fallback: model_missing)"
        assert server.asked == []


def test_an_error_that_nobody_foresaw_is_the_rules_answer_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RecursionError(SECRET)

    with serving() as server, room(tmp_path, server.url) as home:
        monkeypatch.setattr(type(home.model.runtime), "complete", fail)
        assert isinstance(home.ask(), Disclosure)
        assert home.by == "rules (fallback: internal)"


def test_a_model_that_ignores_the_schema_is_shown_and_its_answers_are_checked_all_the_same(tmp_path: Path) -> None:
    def careless(body: dict[str, Any]) -> str:
        return obedient(body) if "history" in schema_of(body).get("properties", {}) else '{"word": "cat"}'

    with serving(brain=careless) as server, room(tmp_path, server.url) as home:
        released(home.ask())
        assert home.report.enforced is False
        assert home.by == "tiny (select)"


def test_a_prompt_that_does_not_fit_the_context_is_shortened_before_it_is_sent(tmp_path: Path) -> None:
    pages = {"/v1/models": {"data": [{"id": MODEL, "max_model_len": 600}]}}
    with serving(pages=pages) as server, room(tmp_path, server.url, case="03-elderly.json") as home:
        home.ask()
        (request,) = server.asked
        assert len(ids_of(request.body)) == 24
        assert home.report.untold > 0


def test_a_record_without_facts_asks_no_model(tmp_path: Path) -> None:
    case = json.dumps({"patient": {"full_name": "名 無子"}, "allergies": []}).encode()
    with serving() as server, room(tmp_path, server.url, case=case) as home:
        assert isinstance(home.ask(), Disclosure)
        assert server.received == []
        assert home.by == "rules"


# Cancelling


def test_a_cancelled_call_ends_the_generation_and_is_a_refusal_in_the_ledger(tmp_path: Path) -> None:
    asked, cancelled = threading.Event(), Cancellation()

    def brain(_: dict[str, Any]) -> Fault:
        asked.set()
        return until_gone

    def hang(body: dict[str, Any]) -> str | Fault:
        return obedient(body) if "word" in schema_of(body).get("properties", {}) else brain(body)

    with serving(brain=hang) as server, room(tmp_path, server.url, seconds=PATIENCE) as home:
        canceller = threading.Thread(target=lambda: asked.wait(PATIENCE) and cancelled.cancel())
        canceller.start()
        assert home.ask(cancelled=cancelled) == Refusal(Code.CANCELLED)
        canceller.join()
        assert server.gone.wait(PATIENCE)
        assert (home.ledger.entries[-1].kind, home.ledger.entries[-1].code) == ("refusal", "cancelled")
        assert home.model.device.at_work == 0


# What is remembered


def test_a_repeated_question_is_answered_from_memory_and_is_a_new_disclosure(tmp_path: Path) -> None:
    with serving() as server, room(tmp_path, server.url) as home:
        first, again = home.ask("めまいと動悸"), home.ask("動悸がして、めまいもします。")
        assert isinstance(first, Disclosure)
        assert isinstance(again, Disclosure)
        assert first.data == again.data
        assert len(server.asked) == 1
        assert home.report.cached
        assert [entry.kind for entry in home.ledger.entries] == ["disclosure"] * 2
        assert again.sequence == first.sequence + 1
        assert home.by == "tiny (select)"


def test_another_question_or_another_record_is_asked_anew(tmp_path: Path) -> None:
    with serving() as server, room(tmp_path, server.url) as home:
        home.ask("めまい")
        home.ask("頭痛")
        assert len(server.asked) == 2
        changed = json.loads(home.path.read_bytes())
        changed["patient"]["phone"] = "090-1111-2222"  # the same facts, another record
        home.path.write_text(json.dumps(changed), "utf-8")
        home.ask("めまい")
        assert len(server.asked) == 3


def test_everything_that_a_choice_depends_on_is_part_of_what_it_is_remembered_by(tmp_path: Path) -> None:
    with serving() as server, room(tmp_path, server.url) as home:
        opened = home.background.open(home.background._cases.find(None))
        prepared = domain().prepare(opened.sheet, "めまい", "ja")
        told = domain().tell(opened.record, prepared, opened.wall)
        call = Call("digest", "version", opened.wall, told, time.monotonic() + 60)
        offer = prepared.offer
        home.model.choose(offer, call)
        same = [(offer, call), (replace(offer), replace(call, deadline=time.monotonic() + 50))]
        others = [
            (replace(offer, symptoms=("動悸",)), call),
            (replace(offer, language="en"), call),
            (replace(offer, facts=offer.facts[1:]), call),
            (offer, replace(call, digest="another")),
            (offer, replace(call, vocabulary="another")),
        ]
        for asked in same:
            home.model.choose(*asked)
        assert len(server.asked) == 1
        for number, asked in enumerate(others, 2):
            home.model.choose(*asked)
            assert len(server.asked) == number
        swapped = replace(offer, symptoms=("動悸", "めまい"))
        home.model.choose(swapped, call)
        home.model.choose(replace(offer, symptoms=("めまい", "動悸")), call)
        assert len(server.asked) == len(others) + 2


def test_what_the_rules_answered_instead_is_not_remembered(tmp_path: Path) -> None:
    answers = iter(["x", "x", chosen(history=["F5"])])
    with serving(brain=saying(lambda _: next(answers))) as server, room(tmp_path, server.url) as home:
        home.ask()
        home.ask()
        assert len(server.asked) == 3
        assert home.by == "tiny (select)"


# Several at once


def test_one_generation_at_a_time(tmp_path: Path) -> None:
    at_once, most, lock = [0], [0], threading.Lock()

    def brain(body: dict[str, Any]) -> str:
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        threading.Event().wait(0.02)
        with lock:
            at_once[0] -= 1
        return obedient(body)

    questions = ["めまい", "動悸", "頭痛", "発熱", "腹痛", "咳"]
    with serving(brain=brain) as server, room(tmp_path, server.url) as home:
        outcomes: list[object] = []
        threads = [threading.Thread(target=lambda q=q: outcomes.append(home.ask(q))) for q in questions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert len(outcomes) == len(questions)
        assert all(isinstance(outcome, Disclosure) for outcome in outcomes)
        assert most[0] == 1
        assert len(server.asked) == len(questions)


def test_a_young_age_is_never_said_to_be_a_risk(tmp_path: Path) -> None:
    with serving(brain=saying(chosen(risks=["F1"], history=["F5"]))) as server, room(tmp_path, server.url) as home:
        assert released(home.ask())["symptom_relevance"]["risk_factors"] == []
    answer = saying(chosen(risks=["F1"]))
    with serving(brain=answer) as server, room(tmp_path, server.url, case="03-elderly.json") as home:
        assert released(home.ask())["symptom_relevance"]["risk_factors"] == ["高齢（90歳以上）"]
