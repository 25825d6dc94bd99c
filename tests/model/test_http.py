"""The adapter against a real server that misbehaves: every fault is a code, in time, and nothing is sent elsewhere."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.model.chat_server import (
    CHAT,
    MODEL,
    PATIENCE,
    ChatServer,
    Fault,
    dripping,
    endless,
    lying,
    raw,
    resetting,
    serving,
    until_gone,
)

from sekisho.errors import Code, Refused, SekishoError, SetupError
from sekisho.local.model.http import MOST_BYTES
from sekisho.local.model.openai import OpenAICompatible
from sekisho.local.model.runtime import Cancellation, Completion, Dialect, Message, Usage

MESSAGES = (Message("system", "task"), Message("user", "facts めまい"))
SCHEMA = {"type": "object", "properties": {"x": {"enum": ["a"]}}, "required": ["x"], "additionalProperties": False}
SECRET = "ZebraFinchQx7"


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with serving() as told:
        yield told


def complete(
    server: ChatServer, seconds: float = 10.0, cancelled: Cancellation | None = None, **more: Any
) -> Completion:
    runtime = OpenAICompatible(server.url, MODEL)
    try:
        deadline = time.monotonic() + seconds
        return runtime.complete(MESSAGES, SCHEMA, 50, deadline, cancelled or Cancellation(), **more)
    finally:
        runtime.close()


def fault(server: ChatServer, brain: Fault, seconds: float = 10.0) -> SekishoError:
    server.brain = lambda _: brain  # type: ignore[assignment,return-value]
    with pytest.raises(SekishoError) as caught:
        complete(server, seconds)
    return caught.value


# What is sent, and what comes


def test_a_question_goes_out_as_the_chat_completions_form_has_it(server: ChatServer) -> None:
    server.brain = lambda _: "答え"
    assert complete(server) == Completion("答え", "stop", Usage(100, 7, None))
    (request,) = server.received
    assert request.path == CHAT
    body = request.body
    assert body["model"] == MODEL
    assert body["messages"] == [{"role": "system", "content": "task"}, {"role": "user", "content": "facts めまい"}]
    assert (body["max_tokens"], body["temperature"], body["stream"]) == (50, 0, False)
    assert "authorization" not in {name.lower() for name in request.headers}


def test_the_schema_goes_out_in_each_dialect(server: ChatServer) -> None:
    for dialect in Dialect:
        complete(server, dialect=dialect)
    merged, standard, none = (request.body for request in server.received)
    form = merged["response_format"]["json_schema"]
    guidance = {"x-guidance": {"whitespace_flexible": False}}
    assert merged["response_format"]["type"] == "json_schema"
    assert form.pop("schema") == {**SCHEMA, **guidance}
    assert (form.pop("name"), form.pop("strict")) == ("answer", True)
    assert form == {**SCHEMA, **guidance}
    assert standard["response_format"]["json_schema"] == {"name": "answer", "strict": True, "schema": SCHEMA}
    assert "response_format" not in none


def test_tokens_are_counted_where_the_server_counts_them(server: ChatServer) -> None:
    server.usage = {"prompt_tokens": 9, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 8}}
    assert complete(server).usage == Usage(9, 4, 8)
    server.usage = {"prompt_tokens": "9", "completion_tokens": -1, "prompt_tokens_details": "8"}
    assert complete(server).usage == Usage(None, None, None)
    server.usage = None
    assert complete(server).usage == Usage(None, None, None)
    timed = {"choices": [{"message": {"content": "x"}}], "timings": {"cache_n": 5}}
    server.brain = lambda _: raw(json.dumps(timed).encode())
    assert complete(server) == Completion("x", "stop", Usage(None, None, 5))


def test_it_speaks_to_the_loopback_of_the_newer_protocol_too() -> None:
    with serving("::1") as server:
        assert complete(server).text


# Faults


def _answer(**message: Any) -> bytes:
    return json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]}).encode()


FAULTS: dict[str, tuple[Fault, Code]] = {
    "not JSON": (raw(b"<html>" + SECRET.encode()), Code.MODEL_INVALID),
    "nothing": (raw(b""), Code.MODEL_INVALID),
    "no choices": (raw(b'{"choices": []}'), Code.MODEL_INVALID),
    "another shape": (raw(b'["x"]'), Code.MODEL_INVALID),
    "null": (raw(b"null"), Code.MODEL_INVALID),
    "no text": (raw(_answer(content=None)), Code.MODEL_INVALID),
    "text that is none": (raw(_answer(content={"x": SECRET})), Code.MODEL_INVALID),
    "bad UTF-8": (raw(b'{"choices": [{"message": {"content": "\xff"}}]}'), Code.MODEL_INVALID),
    "very deep": (raw(b"[" * 100_000), Code.MODEL_INVALID),
    "ten megabytes": (raw(_answer(content=SECRET * (10_000_000 // len(SECRET)))), Code.MODEL_TOO_LARGE),
    "without end": (endless, Code.MODEL_TOO_LARGE),
    "a lie in content-length": (lying, Code.MODEL_UNREACHABLE),
    "a reset": (resetting, Code.MODEL_UNREACHABLE),
    "packed": (raw(b"\x1f\x8b" + b"\x00" * 50, Content_Encoding="gzip"), Code.MODEL_INVALID),
    "an error with a text": (raw(SECRET.encode(), 500), Code.MODEL_INVALID),
    "refused schema": (raw(SECRET.encode(), 400), Code.MODEL_INVALID),
    "no such model": (raw(SECRET.encode(), 404), Code.MODEL_MISSING),
    "still loading": (raw(SECRET.encode(), 503), Code.MODEL_BUSY),
}


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_a_code_and_says_nothing_of_what_came(
    server: ChatServer, name: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    brain, code = FAULTS[name]
    error = fault(server, brain)
    assert error.code is code
    assert SECRET not in f"{error!r}{error.__context__!r}{caplog.text}{capfd.readouterr()}"
    assert error.__suppress_context__ or error.__context__ is None
    assert len(server.received) == 1  # nothing is sent a second time


def test_nothing_that_listens_is_a_code() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else can take it meanwhile
        with pytest.raises(SetupError) as caught:
            complete(ChatServer(url=f"http://127.0.0.1:{taken.getsockname()[1]}"))
    assert caught.value.code is Code.MODEL_UNREACHABLE


@pytest.mark.parametrize("behaviour", [dripping, until_gone], ids=["a byte at a time", "silence"])
def test_the_deadline_holds_for_the_whole_exchange(server: ChatServer, behaviour: Fault) -> None:
    start = time.monotonic()
    assert fault(server, behaviour, seconds=0.4).code is Code.MODEL_TIMEOUT
    assert 0.3 < time.monotonic() - start < 2.0
    assert server.gone.wait(PATIENCE)  # the server is told: the generation ends with the connection


def test_a_deadline_that_has_passed_sends_nothing(server: ChatServer) -> None:
    assert fault(server, raw(b"{}"), seconds=-1.0).code is Code.MODEL_TIMEOUT
    assert server.received == []


def test_a_cancelled_call_ends_at_once_and_the_generation_with_it(server: ChatServer) -> None:
    asked, cancelled = threading.Event(), Cancellation()

    def brain(_: dict[str, Any]) -> Fault:
        asked.set()
        return until_gone

    server.brain = brain
    canceller = threading.Thread(target=lambda: asked.wait(PATIENCE) and cancelled.cancel())
    canceller.start()
    start = time.monotonic()
    with pytest.raises(Refused) as caught:
        complete(server, PATIENCE, cancelled)
    canceller.join()
    assert caught.value.code is Code.CANCELLED
    assert time.monotonic() - start < PATIENCE / 2
    assert server.gone.wait(PATIENCE)


def test_a_call_that_was_cancelled_before_is_not_made(server: ChatServer) -> None:
    cancelled = Cancellation()
    cancelled.cancel()
    with pytest.raises(Refused):
        complete(server, cancelled=cancelled)
    assert server.received == []


def test_an_answer_as_large_as_may_be_is_read(server: ChatServer) -> None:
    fill = MOST_BYTES - len(server.answer(""))
    server.brain = lambda _: "x" * fill
    assert len(complete(server).text) == fill
    server.brain = lambda _: "x" * (fill + 1)
    with pytest.raises(SetupError, match="model_too_large"):
        complete(server)


# G8: it stays on this machine


class Trap:
    """A listening socket that counts who connects."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def is_untouched(self) -> bool:
        self._socket.setblocking(False)
        try:
            self._socket.accept()[0].close()
        except BlockingIOError:
            return True
        return False

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    found = Trap()
    yield found
    found.close()


@pytest.mark.guarantee("G8")
@pytest.mark.parametrize("unset", ["", "example.com"])
def test_no_proxy_of_the_environment_is_used(
    server: ChatServer, trap: Trap, unset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, trap.url)
        monkeypatch.setenv(name.lower(), trap.url)
    monkeypatch.setenv("NO_PROXY", unset)
    monkeypatch.setenv("no_proxy", unset)
    assert complete(server).text
    runtime = OpenAICompatible(server.url, MODEL)
    assert [model.name for model in runtime.models(time.monotonic() + 10)] == [MODEL]
    runtime.close()
    assert trap.is_untouched()


@pytest.mark.guarantee("G8")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(server: ChatServer, trap: Trap, status: int) -> None:
    error = fault(server, raw(b"", status, Location=f"{trap.url}/v1/chat/completions"))
    assert error.code is Code.MODEL_NOT_LOCAL
    assert trap.is_untouched()


@pytest.mark.guarantee("G8")
def test_no_credentials_of_the_home_folder_are_sent(
    server: ChatServer, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n", "utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    complete(server)
    assert "authorization" not in {name.lower() for name in server.received[0].headers}


@pytest.mark.guarantee("G8")
@pytest.mark.parametrize("url", ["http://example.com:11434", "http://10.0.0.5:8080", "http://ip6-localhost:1"])
def test_another_host_is_refused_before_anything_is_looked_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: object, **__: object) -> None:
        raise AssertionError("a name was looked up")

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    with pytest.raises(SetupError, match="model_not_local"):
        OpenAICompatible(url, MODEL)


@pytest.mark.guarantee("G8")
def test_a_model_of_a_cloud_is_refused_by_its_name_and_by_what_its_server_says() -> None:
    with pytest.raises(SetupError, match="model_not_local"):
        OpenAICompatible("http://127.0.0.1:11434", "gpt-oss:120b-cloud")
    pages = {"/api/tags": {"models": [{"name": "alias", "remote_host": "https://cloud.example", "size": 1}]}}
    with serving(models=["alias", "here"], pages=pages) as server:
        runtime = OpenAICompatible(server.url, "alias")
        listed = {model.name: model.is_elsewhere for model in runtime.models(time.monotonic() + 10)}
        runtime.close()
    assert listed == {"alias": True, "here": False}


def test_many_calls_share_one_thread_and_closing_ends_it(server: ChatServer) -> None:
    before = set(threading.enumerate())
    runtime = OpenAICompatible(server.url, MODEL)
    for _ in range(5):
        runtime.complete(MESSAGES, None, 5, time.monotonic() + 10, Cancellation())
    named = [thread for thread in set(threading.enumerate()) - before if thread.name == "sekisho-model"]
    assert len(named) == 1
    runtime.close()
    named[0].join(PATIENCE)
    assert not named[0].is_alive()
    assert runtime.complete(MESSAGES, None, 5, time.monotonic() + 10, Cancellation()).text  # it starts again
    runtime.close()
