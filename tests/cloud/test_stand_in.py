from __future__ import annotations

from typing import Any

import pytest
from agent_framework import Content, Message
from tests.cloud.toy_server import SUMMARY, canonical

from sekisho.cloud import guidance
from sekisho.cloud.instructions import CLOSING, INSTRUCTIONS, MAX_ITEMS
from sekisho.cloud.stand_in import NAME, StandIn, decide
from sekisho.cloud.summary import read_summary
from sekisho.errors import Code

LANGUAGES = pytest.mark.parametrize("language", ["ja", "en"])


def test_it_says_what_it_is() -> None:
    assert "not a language model" in NAME
    assert StandIn().model == NAME


@LANGUAGES
def test_a_full_summary_gives_eight_items_with_every_allergy(language: Any) -> None:
    allergies = [f"アレルギー{number}" for number in range(9)]
    full = {
        **SUMMARY,
        "patient_context": {**SUMMARY["patient_context"], "allergies": allergies},
        "recommendations": [f"助言{number}" for number in range(9)],
    }
    summary = read_summary(canonical(full))
    assert summary is not None
    text = "".join(guidance.from_summary(summary, language))
    assert text.count("- ") == MAX_ITEMS
    assert all(allergy in text for allergy in allergies)
    assert "助言4" in text
    assert "助言5" not in text
    assert text.endswith(CLOSING[language])


@LANGUAGES
def test_an_empty_summary_still_says_when_to_see_a_doctor(language: Any) -> None:
    empty: dict[str, Any] = {
        "patient_context": {**{key: [] for key in SUMMARY["patient_context"]}, "age_group": "40s"},
        "symptom_relevance": {key: [] for key in SUMMARY["symptom_relevance"]},
        "recommendations": [],
    }
    summary = read_summary(canonical(empty))
    assert summary is not None
    pieces = guidance.from_summary(summary, language)
    assert "40s" in pieces[0]
    assert len(pieces) == 4
    assert pieces[-1].endswith(CLOSING[language])


@LANGUAGES
@pytest.mark.parametrize("code", [None, *Code])
def test_without_a_summary_it_shows_no_code_and_ends_with_the_sentence(language: Any, code: Code | None) -> None:
    text = "".join(guidance.general(code, language))
    assert code is None or code is Code.BUSY or code is Code.POLICY or code.value not in text
    assert "{" not in text
    assert text.endswith(CLOSING[language])


def test_a_result_that_it_cannot_read_is_not_repeated() -> None:
    result = Message("tool", [Content.from_function_result("c", result="山田太郎 {")])
    text = "".join(str(content.text) for content in decide([result], "ja"))
    assert "山田" not in text
    assert "{" not in text


@pytest.mark.anyio
async def test_it_answers_in_one_piece_too() -> None:
    response = await StandIn().get_response([Message("user", ["胸痛"])], options={"instructions": INSTRUCTIONS["ja"]})
    assert response.text.endswith(CLOSING["ja"])
