"""One question, through the real Agent and the real MCP."""

from __future__ import annotations

import hashlib
import json
import socket

import pytest
from tests.cloud.conftest import Asking, Recording
from tests.cloud.toy_server import CASE, SUMMARY, Toy, canonical, disclosed, refused, serving

from sekisho.cloud.events import (
    Failed,
    GuidanceChunk,
    QuestionReceived,
    ToolProgress,
    ToolRequested,
    ToolResult,
)
from sekisho.cloud.instructions import CLOSING, INSTRUCTIONS
from sekisho.errors import Code, Refused, SetupError

pytestmark = pytest.mark.anyio


async def test_a_question_becomes_guidance_built_from_the_summary(ask: Asking) -> None:
    answer = await ask("めまいと動悸があります", case=CASE)
    assert ask.toy.calls == [{"symptoms": "めまいと動悸があります", "case": CASE}]
    for term in ("60代", "ペニシリン系", "チアマゾール", "甲状腺の検査を相談する"):
        assert term in answer.guidance
    assert answer.disclosed == (canonical(SUMMARY).encode(),)


async def test_the_model_sees_the_disclosure_byte_for_byte(ask: Asking) -> None:
    await ask()
    messages, _ = ask.client.seen[-1]
    result = messages[-1]["contents"][0]
    assert result["result"] == canonical(SUMMARY)
    assert [item["text"] for item in result["items"]] == [canonical(SUMMARY)]


async def test_the_timeline_tells_each_step_in_order(toy: Toy, ask: Asking) -> None:
    toy.progress = ("reading", "selecting", "checking")
    await ask(case=CASE)
    chunks = ask.kinds().count("guidance")
    assert chunks > 3
    assert ask.kinds() == [
        "question_received",
        "tool_requested",
        "tool_progress",
        "tool_progress",
        "tool_progress",
        "tool_result",
        *["guidance"] * chunks,
        "finished",
    ]
    times = [event.at_ms for event in ask.events]
    assert times == sorted(times)
    received, requested, progress = ask.events[0], ask.events[1], ask.events[4]
    assert isinstance(received, QuestionReceived)
    assert received.text == f"めまいと動悸があります\n\nケース番号: {CASE}"
    assert isinstance(requested, ToolRequested)
    assert requested.arguments == {"symptoms": "めまいと動悸があります", "case": CASE}
    assert isinstance(progress, ToolProgress)
    assert (progress.progress, progress.total, progress.step) == (3, 3, "checking")
    result = ask.events[5]
    assert isinstance(result, ToolResult)
    data = canonical(SUMMARY).encode()
    assert (result.size, result.sha256) == (len(data), hashlib.sha256(data).hexdigest())


async def test_free_text_in_a_progress_notice_is_dropped(toy: Toy, ask: Asking) -> None:
    toy.progress = ("山田太郎さんの記録を読んでいます",)
    await ask()
    assert [event.step for event in ask.events if isinstance(event, ToolProgress)] == [""]


async def test_the_guidance_arrives_in_pieces_that_make_up_the_whole(ask: Asking) -> None:
    answer = await ask()
    assert answer.guidance == "".join(e.text for e in ask.events if isinstance(e, GuidanceChunk))


@pytest.mark.parametrize(("text", "language"), [("めまいと動悸があります", "ja"), ("dizzy, palpitations", "en")])
async def test_guidance_has_at_most_eight_items_no_json_and_ends_with_the_sentence(
    ask: Asking, text: str, language: str
) -> None:
    answer = await ask(text, language)
    assert answer.guidance.endswith(CLOSING[language])  # type: ignore[index]
    assert 3 <= answer.guidance.count("- ") <= 8
    assert not any(mark in answer.guidance for mark in ('{"', '["', "patient_context", "age_group"))


async def test_the_answer_lists_all_that_was_sent_to_the_cloud(ask: Asking) -> None:
    answer = await ask(case=CASE)
    assert [(item.turn, item.kind) for item in answer.sent] == [
        (1, "instructions"),
        (1, "tool"),
        (1, "question"),
        (2, "summary"),
    ]
    sent = {item.kind: item.text for item in answer.sent}
    assert sent["instructions"] == INSTRUCTIONS["ja"]
    assert sent["summary"].encode() == answer.disclosed[0]
    reached = json.dumps(ask.client.seen, default=str, ensure_ascii=False)
    assert "Something that the server says" not in reached


@pytest.mark.parametrize(
    ("text", "language"),
    [("胸が締め付けられるように痛い", "ja"), ("I have chest pain and palpitations", "en")],
)
async def test_a_red_flag_never_calls_the_tool(ask: Asking, text: str, language: str) -> None:
    answer = await ask(text, language)
    assert ask.toy.calls == []
    assert "tool_requested" not in ask.kinds()
    assert answer.disclosed == ()
    assert "119" in answer.guidance
    assert answer.guidance.endswith(CLOSING[language])  # type: ignore[index]


@pytest.mark.parametrize("code", ["busy", "case_unknown", "identifier_found", "internal"])
async def test_an_error_code_becomes_general_guidance_in_plain_words(toy: Toy, ask: Asking, code: str) -> None:
    toy.result = refused(code)
    answer = await ask("I feel dizzy", "en")
    assert "could not be had" in answer.guidance
    assert code not in answer.guidance
    assert answer.disclosed == ()
    assert answer.sent[-1].text == f'{{"error":"{code}"}}'


async def test_an_error_with_text_of_its_own_is_replaced_by_a_fixed_code(toy: Toy, ask: Asking) -> None:
    toy.result = refused("busy")
    toy.result.content[0].text = "Traceback: record of 山田太郎"  # type: ignore[union-attr]
    answer = await ask()
    assert answer.sent[-1].text == '{"error":"server_unreachable"}'
    assert "山田" not in json.dumps(ask.client.seen, default=str, ensure_ascii=False)


async def test_a_wrong_token_is_denied_before_the_cloud_hears_anything(ask: Asking) -> None:
    with pytest.raises(SetupError) as caught:
        await ask(token="wrong")
    assert caught.value.code is Code.SERVER_DENIED
    assert ask.client.seen == []
    assert [(e.name, e.code) for e in ask.events if isinstance(e, Failed)] == [("failed", Code.SERVER_DENIED)]


async def test_a_server_that_is_down_is_unreachable(ask: Asking) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(SetupError) as caught:
            await ask(url=f"http://127.0.0.1:{unused.getsockname()[1]}/mcp")
    assert caught.value.code is Code.SERVER_UNREACHABLE


@pytest.mark.parametrize(
    "offer",
    [Toy(tool="something_else"), Toy(arguments=("symptoms",)), Toy(arguments=("symptoms", "case", "name"))],
)
async def test_a_server_without_our_tool_is_reported_and_not_run_without(offer: Toy, client: Recording) -> None:
    with serving(offer):
        asking = Asking(offer, client)
        with pytest.raises(SetupError) as caught:
            await asking()
    assert caught.value.code is Code.TOOL_MISSING
    assert client.seen == []


async def test_a_run_that_takes_too_long_ends_with_its_code(toy: Toy, ask: Asking) -> None:
    toy.hangs = True
    with pytest.raises(Refused) as caught:
        await ask(deadline=2.0)
    assert caught.value.code is Code.DEADLINE
    assert toy.calls != []


async def test_a_failure_of_the_cloud_model_says_nothing_of_what_was_sent(ask: Asking) -> None:
    def broken(**_: object) -> None:
        raise ValueError("めまいと動悸")

    ask.client._inner_get_response = broken  # type: ignore[method-assign]
    with pytest.raises(Refused) as caught:
        await ask()
    assert caught.value.code is Code.INTERNAL
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


async def test_only_the_text_of_the_result_counts_and_not_its_structured_twin(toy: Toy, ask: Asking) -> None:
    toy.result = disclosed()
    toy.result.structured_content = {"name": "山田太郎"}
    toy.result.meta = {"note": "山田太郎"}
    await ask()
    assert "山田" not in json.dumps(ask.client.seen, default=str, ensure_ascii=False)
