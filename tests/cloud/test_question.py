from __future__ import annotations

from typing import Any

import pytest
from tests.cloud.toy_server import KEY

from sekisho.cloud.connection import PrivateZone
from sekisho.cloud.instructions import CLOSING, INSTRUCTIONS
from sekisho.cloud.question import MAX_CHARACTERS, Question, read_back
from sekisho.errors import Code, InputError


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("case", [None, "c-7Qm2_x"])
def test_what_is_sent_can_be_read_back(language: Any, case: str | None) -> None:
    text = "めまい\n\nケース番号: と動悸"
    assert read_back(Question(text, language, case).as_sent()) == (text, case)


def test_without_a_case_the_text_leaves_as_it_is() -> None:
    assert Question("dizzy", "en").as_sent() == "dizzy"


@pytest.mark.parametrize(
    ("text", "language", "case", "code"),
    [
        (" \n", "ja", None, Code.BAD_SYMPTOMS),
        ("あ" * (MAX_CHARACTERS + 1), "ja", None, Code.BAD_SYMPTOMS),
        ("dizzy", "de", None, Code.BAD_SETTING),
        ("dizzy", "en", "", Code.CASE_UNKNOWN),
        ("dizzy", "en", "Taro Yamada", Code.CASE_UNKNOWN),
        ("dizzy", "en", "山田", Code.CASE_UNKNOWN),
        ("dizzy", "en", "abc\n", Code.CASE_UNKNOWN),
    ],
)
def test_a_question_that_cannot_be_sent_is_not_made(text: str, language: Any, case: str | None, code: Code) -> None:
    with pytest.raises(InputError) as caught:
        Question(text, language, case)
    assert caught.value.code is code


@pytest.mark.parametrize("url", ["http://127.0.0.1:8765/mcp", "http://[::1]:8765/mcp", "https://sekisho.example/mcp"])
def test_an_address_on_this_machine_or_over_tls_is_fine(url: str) -> None:
    assert "secret" not in repr(PrivateZone(url, "secret", KEY))


@pytest.mark.parametrize(
    "url",
    [
        "http://192.168.0.7:8765/mcp",
        "http://sekisho.example/mcp",
        "http://localhost:8765/mcp",
        "ftp://127.0.0.1/mcp",
        "https:///mcp",
        "https://user:pass@sekisho.example/mcp",
        "http://127.0.0.1:port/mcp",
        "",
    ],
)
def test_a_token_never_travels_readable_or_to_an_odd_address(url: str) -> None:
    with pytest.raises(InputError) as caught:
        PrivateZone(url, "secret", KEY)
    assert caught.value.code is Code.BAD_SETTING


@pytest.mark.parametrize("token", ["", "a b", "a\r\nHost: x", "秘密", "x" * 513])
def test_a_token_that_cannot_stand_in_a_header_is_refused(token: str) -> None:
    with pytest.raises(InputError) as caught:
        PrivateZone("http://127.0.0.1/mcp", token, KEY)
    assert caught.value.code is Code.BAD_TOKEN
    assert "x" * 5 not in str(caught.value)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_instructions_say_how_to_end(language: Any) -> None:
    assert INSTRUCTIONS[language].endswith(CLOSING[language])
    assert "get_patient_background" in INSTRUCTIONS[language]
