"""Hearing what the cloud says from its bytes, cut anywhere; and what the words of one answer allow."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.cloud_wire_forms import (
    USED,
    Turn,
    answer_chat,
    answer_responses,
    stream_chat,
    stream_responses,
)

from sekisho.cloud.wire_words import Hearing, Words

CALL = '{"symptoms": "めまい"}'
TURN = Turn(1, call=CALL, pieces=("調べ", "ます。"), thought="考え中")
FORMS = {
    "chat": ("".join(stream_chat(TURN, "m")).encode(), True),
    "responses": ("".join(stream_responses(TURN, "m")).encode(), True),
    "whole chat": (json.dumps(answer_chat(TURN, "m")).encode(), False),
    "whole responses": (json.dumps(answer_responses(TURN, "m")).encode(), False),
}
each_form = pytest.mark.parametrize("form", list(FORMS))


def heard(data: bytes, is_stream: bool, step: int = 10**9) -> tuple[Words, Hearing]:
    words = Words()
    hearing = Hearing(words, is_stream=is_stream)
    for start in range(0, len(data), step):
        hearing.hear(data[start : start + step])
    hearing.end()
    return words, hearing


@each_form
@given(step=st.integers(1, 400))
def test_whole_values_may_go_back_and_parts_of_them_may_not(form: str, step: int) -> None:
    data, is_stream = FORMS[form]
    words, hearing = heard(data, is_stream, step)
    assert all(words.hold(text) for text in ("調べます。", CALL, "call_1", "get_patient_background"))
    assert not any(words.hold(value) for value in ("めまい", "調べます", CALL[:-1], CALL + CALL, None, 5, ["call_1"]))
    assert hearing.is_complete
    assert (hearing.tokens.given, hearing.tokens.cached, hearing.tokens.made) == USED


@each_form
def test_an_answer_that_was_cut_is_not_complete(form: str) -> None:
    data, is_stream = FORMS[form]
    assert not heard(data[: len(data) // 2], is_stream)[1].is_complete


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        [],
        {},
        {"choices": []},
        {"choices": None},
        {"choices": ["x"]},
        {"choices": [{"delta": "x"}]},
        {"choices": [{"delta": {"tool_calls": 5}}]},
        {"choices": [{"index": [], "delta": {"content": "x"}}]},
        {"usage": {"prompt_tokens": "x"}},
        {"type": "response.output_text.delta"},
        {"type": ["response.completed"]},
        {"type": "response.completed", "response": "x"},
        {"object": "response", "usage": {"input_tokens": 0, "input_tokens_details": "x"}},
        {"object": "response", "incomplete_details": 5},
    ],
    ids=str,
)
def test_an_odd_answer_is_heard_without_a_mistake(value: Any) -> None:
    for is_stream in (True, False):
        data = json.dumps(value).encode()
        _, hearing = heard(b"data: " + data + b"\n\n" if is_stream else data, is_stream)
        assert hearing.tokens.given == 0


def test_an_answer_of_many_small_pieces_is_not_read_again_with_each_of_them() -> None:
    words = Words()
    hearing = Hearing(words, is_stream=True)
    length = 400_000
    began = time.process_time()
    for _ in range(length):
        hearing.hear(b" ")
    assert time.process_time() - began < 5  # read again each time it would be eighty thousand million bytes
    hearing.end()


def test_a_failure_within_an_answer_is_heard() -> None:
    failed = {"type": "response.failed", "response": {"error": {"code": "rate_limit_exceeded"}}}
    _, hearing = heard(f"data: {json.dumps(failed)}\n\n".encode(), True)
    assert hearing.failed == "rate_limit_exceeded"
    error = {"type": "error", "code": "server_error", "message": "x"}
    assert heard(f"data: {json.dumps(error)}\n\n".encode(), True)[1].failed == "server_error"
