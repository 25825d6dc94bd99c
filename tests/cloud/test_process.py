"""The cloud zone as its own process."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Any

import mcp_types as types
import pytest
from tests.cloud.toy_server import CASE, KEY, SUMMARY, TOKEN, Toy, canonical, text

from sekisho.cloud.process import main
from sekisho.cloud.request import MAX_INPUT_BYTES, read_request
from sekisho.errors import Code, InputError

pytestmark = pytest.mark.filterwarnings("error")


def request(toy: Toy, **changes: Any) -> bytes:
    plain = {
        "text": "めまいと動悸があります",
        "language": "ja",
        "case": CASE,
        "url": toy.url,
        "token": TOKEN,
        "key": KEY,
    }
    return json.dumps({**plain, **changes}).encode()


def run(data: bytes, **environment: str) -> tuple[int, list[dict[str, Any]], bytes]:
    """Start the real process; give back its status, its events and what it wrote on standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "sekisho.cloud.process"],
        input=data,
        capture_output=True,
        timeout=60,
        check=False,
        env={**environment, "PYTHONWARNINGS": "always", "PYTHONDEVMODE": "1"},
    )
    assert TOKEN.encode() not in done.stdout + done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_it_answers_with_events_as_lines(toy: Toy) -> None:
    toy.progress = ("reading",)
    status, events, errors = run(request(toy))
    assert status == 0
    assert errors == b""
    names = [event["event"] for event in events]
    assert names[:4] == ["question_received", "tool_requested", "tool_progress", "tool_result"]
    assert names[-1] == "finished"
    answer = events[-1]["answer"]
    assert answer["disclosed"] == [canonical(SUMMARY)]
    assert answer["guidance"] == "".join(event["text"] for event in events if event["event"] == "guidance")
    assert [item["kind"] for item in answer["sent"]] == ["instructions", "tool", "question", "summary"]


def test_a_guard_that_stops_the_run_gives_status_3_and_a_code(toy: Toy) -> None:
    toy.result = types.CallToolResult(content=[text("患者: 山田太郎")])
    status, events, errors = run(request(toy))
    assert (status, errors) == (3, b"")
    assert events[-1]["event"] == "failed"
    assert events[-1]["code"] == "unapproved_outgoing"
    assert "山田" not in json.dumps(events, ensure_ascii=False)


def test_a_wrong_token_gives_status_4(toy: Toy) -> None:
    status, events, errors = run(request(toy, token="wrong"))
    assert (status, errors) == (4, b"")
    assert [(event["event"], event["code"]) for event in events] == [("failed", "server_denied")]


def test_a_proxy_in_the_environment_is_not_used(toy: Toy) -> None:
    status, events, _ = run(request(toy), HTTP_PROXY="http://127.0.0.1:9", ALL_PROXY="http://127.0.0.1:9")
    assert status == 0
    assert events[-1]["event"] == "finished"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", Code.BAD_JSON),
        (b"\xff", Code.BAD_JSON),
        (b"[" * 60_000, Code.BAD_JSON),
        (b" " * (MAX_INPUT_BYTES + 1), Code.TOO_LARGE),
        (b"[]", Code.BAD_ARGUMENTS),
        (b"{}", Code.BAD_ARGUMENTS),
        (request(Toy(), more="x"), Code.BAD_ARGUMENTS),
        (request(Toy(), text=5), Code.BAD_ARGUMENTS),
        (request(Toy(), url=None), Code.BAD_ARGUMENTS),
        (request(Toy(), link={"url": "nats://127.0.0.1"}), Code.BAD_ARGUMENTS),
        (request(Toy(), link=dict.fromkeys(("url", "secret", "ca", "proxy", "keyring"), 1)), Code.BAD_ARGUMENTS),
    ],
    ids=lambda value: None,
)
def test_input_of_another_form_is_refused(data: bytes, code: Code) -> None:
    with pytest.raises(InputError) as caught:
        read_request(data)
    assert caught.value.code is code


def test_bad_input_gives_status_2_and_repeats_nothing() -> None:
    status, events, errors = run(b'{"text": "\xe5\xb1\xb1\xe7\x94\xb0')
    assert (status, errors) == (2, b"")
    assert [(event["event"], event["code"]) for event in events] == [("failed", "bad_json")]


def test_a_missing_package_is_named_by_a_code(monkeypatch: pytest.MonkeyPatch, toy: Toy) -> None:
    monkeypatch.setattr("sekisho.cloud.process._say_nothing_else", lambda: None)
    monkeypatch.setitem(sys.modules, "sekisho.cloud.conversation", None)
    sink = io.BytesIO()
    assert main(io.BytesIO(request(toy)), sink) == 4
    assert json.loads(sink.getvalue())["code"] == "extra_missing"


def test_a_reader_that_goes_away_gets_no_traceback(toy: Toy) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "sekisho.cloud.process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(request(toy))
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(60) != 0


@pytest.mark.parametrize("failing", ["work()", "threading.Thread(target=work).start()", "Broken()"])
def test_no_error_of_a_library_is_printed_wherever_it_happens(failing: str) -> None:
    program = f"""
import threading
from sekisho.cloud.process import _say_nothing_else
_say_nothing_else()
def work():
    raise ValueError("山田太郎")
class Broken:
    __del__ = lambda self: work()
{failing}
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == (b"", b"")
