"""The operator's desk: decisions come over a pipe, only about what waits, and a closed app ends it all."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

import pytest
from tests.server.running import PATIENCE, code, result, sekisho_serve

from sekisho.checkpoint.approval import Line, Proposal
from sekisho.errors import Code, Refused
from sekisho.local.desk import Asking, Desk
from sekisho.local.seen import Seen

LINES = (Line(0, "a", "卵アレルギー", ("F1",)), Line(1, "b", "高血圧症", ("F2",)))


class App:
    """The other end of the desk, as the app has it."""

    def __init__(self, asking: Asking) -> None:
        self.heard, sink = (os.fdopen(end, mode) for end, mode in zip(os.pipe(), "rw", strict=True))
        source, self.said = (os.fdopen(end, mode) for end, mode in zip(os.pipe(), "rw", strict=True))
        self.desk = Desk(sink, asking)
        self.files: list[IO[str]] = [self.heard, sink, source, self.said]
        self.stopped = threading.Event()
        self.threads = ThreadPoolExecutor(4)
        self.listening = self.threads.submit(self.desk.listen, source, self.stopped.set)

    def ask(self, case: str = "case-1", seconds: float | None = 30.0) -> Future[frozenset[int] | None]:
        return self.threads.submit(self.desk.review, Proposal(case, LINES, {"rare": 1}, seconds))

    def hear(self) -> Any:
        return json.loads(self.heard.readline())

    def say(self, decision: object) -> None:
        self.said.write((decision if isinstance(decision, str) else json.dumps(decision)) + "\n")
        self.said.flush()

    def close(self) -> None:
        self.said.close()
        self.listening.result(10)
        self.threads.shutdown()
        for file in self.files:
            file.close()


@pytest.fixture
def app() -> Iterator[App]:
    app = App("always")
    yield app
    app.close()


def test_the_app_is_shown_what_would_leave_and_its_decision_counts(app: App) -> None:
    answer = app.ask()
    assert app.hear() == {
        "event": "review",
        "review": 1,
        "case": "case-1",
        "seconds": 30.0,
        "withheld": {"rare": 1},
        "lines": [
            {"number": 0, "key": "a", "text": "卵アレルギー", "facts": ["F1"]},
            {"number": 1, "key": "b", "text": "高血圧症", "facts": ["F2"]},
        ],
    }
    app.say({"review": 1, "without": [1]})
    assert answer.result(10) == {1}


def test_a_refusal_is_a_refusal(app: App) -> None:
    answer = app.ask()
    app.say({"review": app.hear()["review"], "refuse": True})
    with pytest.raises(Refused) as raised:
        answer.result(10)
    assert raised.value.code is Code.NOT_APPROVED


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "{",
        "[]",
        "null",
        '{"review": 1}',
        '{"review": "1", "without": []}',
        '{"review": true, "without": []}',
        '{"review": 2, "without": []}',
        '{"review": 1, "without": [7]}',
        '{"review": 1, "without": ["0"]}',
        '{"review": 1, "without": {}}',
        '{"review": 1, "without": [true]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_decision_about_something_that_waits_releases_nothing(app: App, nonsense: str) -> None:
    answer = app.ask()
    number = app.hear()["review"]
    app.say(nonsense)
    app.say({"review": number, "refuse": True})
    with pytest.raises(Refused):
        answer.result(10)


def test_the_first_decision_counts(app: App) -> None:
    answer, other = app.ask("case-1"), None
    number = app.hear()["review"]
    app.say({"review": number, "refuse": True})
    app.say({"review": number, "without": []})
    with pytest.raises(Refused):
        answer.result(10)
    other = app.ask("case-2")
    app.say({"review": app.hear()["review"], "without": []})
    assert other.result(10) == frozenset()


def test_two_wait_at_once_and_each_gets_its_own_decision(app: App) -> None:
    answers = {case: app.ask(case) for case in ("case-1", "case-2")}
    waiting = {review["case"]: review["review"] for review in (app.hear(), app.hear())}
    app.say({"review": waiting["case-2"], "without": [0]})
    assert answers["case-2"].result(10) == {0}
    app.say({"review": waiting["case-1"], "without": []})
    assert answers["case-1"].result(10) == frozenset()


def test_when_nobody_decides_in_time_nothing_leaves_and_the_app_is_told(app: App) -> None:
    answer = app.ask(seconds=0.05)
    number = app.hear()["review"]
    with pytest.raises(Refused) as raised:
        answer.result(10)
    assert raised.value.code is Code.APPROVAL_LATE
    assert app.hear() == {"event": "review_over", "review": number}


@pytest.mark.guarantee("G4")
def test_when_the_app_is_closed_whoever_waits_is_refused_and_the_zone_is_told_to_stop() -> None:
    app = App("always")
    answer = app.ask(seconds=None)
    app.hear()
    app.said.close()
    with pytest.raises(Refused):
        answer.result(10)
    assert app.stopped.wait(10)
    with pytest.raises(Refused):
        app.ask().result(10)
    app.close()


def test_with_first_a_case_is_asked_about_until_it_has_been_approved_once() -> None:
    app = App("first")
    for decision in ({"refuse": True}, {"without": []}):
        answer = app.ask()
        app.say({"review": app.hear()["review"], **decision})
        answer.exception(10)
    assert app.ask().result(10) is None
    other = app.ask("case-2")
    app.say({"review": app.hear()["review"], "without": []})
    assert other.result(10) == frozenset()
    app.close()


def test_with_first_a_case_of_which_something_was_taken_out_is_asked_about_again() -> None:
    app = App("first")
    for without in ([1], []):
        answer = app.ask()
        app.say({"review": app.hear()["review"], "without": without})
        assert answer.result(10) == frozenset(without)
    assert app.ask().result(10) is None
    app.close()


@pytest.mark.guarantee("G4")
def test_what_is_no_text_ends_the_desk_as_the_end_of_the_input_does() -> None:
    app = App("always")
    answer = app.ask(seconds=None)
    app.hear()
    os.write(app.said.fileno(), b"\xff\n")
    with pytest.raises(Refused):
        answer.result(10)
    assert app.stopped.wait(10)
    app.close()


def test_with_never_nobody_is_asked() -> None:
    app = App("never")
    assert app.ask().result(10) is None
    app.close()


def test_a_call_is_told_by_facts_of_its_envelope(app: App) -> None:
    app.desk.call_ended(Seen("case-1", "disclosure", "rules", 900, 3, 0.01, {"record": 0.1}, {"rare": 1}))
    heard = app.hear()
    assert heard.pop("event") == "call"
    assert heard == {
        "case": "case-1",
        "verdict": "disclosure",
        "model": "rules",
        "size": 900,
        "sequence": 3,
        "seconds": 0.01,
        "steps": {"record": 0.1},
        "withheld": {"rare": 1},
    }


@pytest.mark.guarantee("G4")
def test_a_real_server_releases_what_the_operator_left_in_and_stops_with_the_app(cases: Path, tmp_path: Path) -> None:
    with sekisho_serve(cases, tmp_path / "state", desk="always") as server, ThreadPoolExecutor() as threads:
        assert server.process.stdin is not None
        assert server.process.stdout is not None
        call = threads.submit(server.call, {"symptoms": "動悸"})
        review = json.loads(server.process.stdout.readline())
        line = next(line for line in review["lines"] if line["key"].endswith("chronic_conditions"))
        server.process.stdin.write(json.dumps({"review": review["review"], "without": [line["number"]]}).encode())
        server.process.stdin.write(b"\n")
        server.process.stdin.flush()
        text = result(call.result(PATIENCE))["content"][0]["text"]
        assert line["text"] not in json.loads(text)["patient_context"]["chronic_conditions"]
        told = json.loads(server.process.stdout.readline())
        assert (told["event"], told["verdict"], told["size"]) == ("call", "disclosure", len(text.encode()))
        assert list(told["steps"]) == ["record", "facts", "model", "checkpoint"]
        waiting = threads.submit(server.call, {"symptoms": "動悸"})
        assert json.loads(server.process.stdout.readline())["event"] == "review"
        server.process.stdin.close()
        assert code(waiting.result(PATIENCE)) == "not_approved"
        server.process.wait(PATIENCE)
