"""A cloud zone as a process, spoken to while it works: looks, further questions, and giving one up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.cloud.toy_server import CASE, KEY, TOKEN, Toy
from tests.cloud.wired import choice_of
from tests.engines.cloud_wire import KEY as CLOUD_KEY
from tests.engines.cloud_wire import Wire


class Zone:
    """A cloud zone that runs."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def say(self, message: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write((message if isinstance(message, bytes) else json.dumps(message).encode()) + b"\n")
        self.process.stdin.flush()

    def until(self, *names: str) -> dict[str, Any]:
        """The next event of one of these names."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event: dict[str, Any] = json.loads(line)
            if event["event"] in names:
                return event
        raise AssertionError("the zone has ended")


@contextmanager
def zone(toy: Toy, wire: Wire, **more: Any) -> Iterator[Zone]:
    request = {
        "text": "めまいと動悸があります",
        "language": "ja",
        "case": CASE,
        "url": toy.url,
        "token": TOKEN,
        "key": KEY,
    }
    request |= {"cloud": choice_of("openai-chat", wire).as_plain(), **more}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-m", "sekisho.cloud.process"],
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        env={"PATH": os.environ["PATH"], "SEKISHO_CLOUD_KEY": CLOUD_KEY},
    ) as process:
        try:
            running = Zone(process)
            running.say(request)
            yield running
        finally:
            process.terminate()


def test_each_request_is_shown_before_it_leaves_and_a_yes_lets_it_go(toy: Toy, wire: Wire) -> None:
    with zone(toy, wire, watched=True) as running:
        for number in (1, 2):
            look = running.until("look")
            assert look["number"] == number
            assert len(wire.requests) == number - 1
            running.say({"look": number, "passes": True})
            assert number == 2 or running.until("tool_result")
            assert wire.requests[number - 1 : number] == [] or wire.requests[number - 1].raw.decode() == look["body"]
        assert running.until("finished", "failed")["event"] == "finished"
        assert running.process.wait(10) == 0
    assert len(wire.requests) == 2


def test_a_no_a_wrong_number_or_nobody_there_lets_nothing_leave(toy: Toy, wire: Wire) -> None:
    for answers in (
        [{"look": 1, "passes": False}],
        [{"look": 7, "passes": True}, b"not json", {"look": 1, "passes": "yes"}, {"look": 1, "passes": False}],
        [],
    ):
        with zone(toy, wire, watched=True) as running:
            running.until("look")
            for answer in answers:
                running.say(answer)
            assert running.process.stdin is not None
            running.process.stdin.close()
            failed = running.until("finished", "failed")
            assert (failed["event"], failed["code"], failed["status"]) == ("failed", "unapproved_outgoing", 3)
            assert running.process.wait(10) == 3
    assert wire.requests == []


def test_a_question_is_given_up_and_the_next_one_is_answered(toy: Toy, wire: Wire) -> None:
    wire.hangs = True
    with zone(toy, wire, more=True) as running:
        assert wire.arrived.wait(20)
        running.say({"cancel": True})
        failed = running.until("finished", "failed")
        assert (failed["event"], failed["code"]) == ("failed", "cancelled")
        wire.hangs = False
        running.say({"text": "動悸だけです"})
        assert running.until("finished", "failed")["event"] == "finished"
        running.say({"cancel": True})  # too late: nothing is being asked
        running.say({"text": "ほかには"})
        assert running.until("finished", "failed")["event"] == "finished"
        assert running.process.stdin is not None
        running.process.stdin.close()
        assert running.process.wait(10) == 0
    asked = {m["content"] for r in wire.requests[1:] for m in r.body["messages"] if m["role"] == "user"}
    assert asked == {f"{text}\n\nケース番号: {CASE}" for text in ("動悸だけです", "ほかには")}


def test_a_question_that_fails_does_not_end_the_conversation(toy: Toy, wire: Wire) -> None:
    wire.error, wire.times = "broken", 1
    with zone(toy, wire, more=True) as running:
        failed = running.until("finished", "failed")
        assert (failed["code"], failed["place"], failed["status"]) == ("cloud_failed", "127.0.0.1", 4)
        running.say({"text": "動悸だけです"})
        assert running.until("finished", "failed")["event"] == "finished"


def test_a_setting_that_cannot_be_ends_it_with_the_name_of_the_setting(toy: Toy, wire: Wire) -> None:
    with zone(toy, wire, cloud={"kind": "openai"}) as running:
        failed = running.until("finished", "failed")
        assert (failed["code"], failed["place"], failed["status"]) == ("bad_setting", "cloud_model", 2)
        assert running.process.wait(10) == 2


def test_a_question_that_is_too_long_does_not_end_the_conversation(toy: Toy, wire: Wire) -> None:
    with zone(toy, wire, more=True) as running:
        assert running.until("finished", "failed")["event"] == "finished"
        running.say({"text": "あ" * 2001})
        failed = running.until("finished", "failed")
        assert (failed["event"], failed["code"], failed["status"]) == ("failed", "bad_symptoms", 2)
        running.say({"text": "動悸だけです"})
        assert running.until("finished", "failed")["event"] == "finished"
