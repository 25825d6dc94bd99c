"""Every kind of client, with the real libraries, against a local server that speaks its wire form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.cloud.toy_server import CASE, SUMMARY, Toy, canonical
from tests.cloud.wired import ASKED, KINDS, choice_of, wired
from tests.engines.cloud_wire import GUIDANCE, KEY, MODEL, Recorded, Wire

from sekisho.cloud.guarded_transport import USER_AGENT
from sekisho.cloud.instructions import CLOSING, INSTRUCTIONS
from sekisho.cloud.tool_form import SPECIFICATION
from sekisho.cloud.wire_texts import our_texts

pytestmark = pytest.mark.anyio

SENT = f"{ASKED}\n\nケース番号: {CASE}"
#: Headers that a request may have, and nothing more.
HEADERS = {"host", "accept", "accept-encoding", "content-type", "content-length", "user-agent"}

every_kind = pytest.mark.parametrize("kind", list(KINDS))
#: One for each way through the libraries.
every_way = pytest.mark.parametrize("kind", ["openai-chat", "openai-responses", "foundry-agent"])


def texts_of(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {text for item in inner for text in texts_of(item)}


def assert_approved(request: Recorded, cloud_said: set[str]) -> None:
    """Every string of a request is ours and approved, fixed, or the cloud's own."""
    closed = {"system", "user", "assistant", "tool", "function", "auto", "message", "input_text", "output_text"}
    closed |= {"function_call", "function_call_output", "reasoning", "summary_text", "reasoning.encrypted_content"}
    closed |= {"agent_reference", "wire-agent", "3", MODEL}
    fixed = {INSTRUCTIONS["ja"], SENT, canonical(SUMMARY)} | texts_of(SPECIFICATION)
    assert texts_of(request.body) - closed - fixed - cloud_said == set()
    assert set(request.headers) - {"authorization", "api-key"} == HEADERS
    assert request.headers["user-agent"] == USER_AGENT
    assert KEY in request.headers.get("authorization", request.headers.get("api-key", ""))


@every_kind
@pytest.mark.guarantee("G13")
async def test_the_tool_is_called_guidance_streams_and_only_approved_bytes_are_on_the_wire(
    toy: Toy, wire: Wire, kind: str
) -> None:
    wire.thinks = wire.talks_first = True
    async with wired(toy, choice_of(kind, wire)) as run:
        answer = await run.ask()
    assert toy.calls == [{"symptoms": ASKED, "case": CASE}]
    assert answer.guidance.replace("調べます。", "", 1) == "".join(GUIDANCE) + "\n\n" + CLOSING["ja"]
    pieces = [event.text for event in run.events if event.name == "guidance"]
    assert len(pieces) >= 4
    assert answer.disclosed == (canonical(SUMMARY).encode(),)
    call = json.dumps({"symptoms": ASKED, "case": CASE}, ensure_ascii=False)
    said = {"call_1", "fc_1", "rs_1", "msg_1", "考えています", "調べます。", "Z0FBQUFB-1", call}
    assert len(wire.requests) == 2
    for request in wire.requests:
        assert_approved(request, said)
        assert request.body["store"] is False
        assert request.body["stream"] is True
    assert set(our_texts(wire.requests[1].raw.decode(), known=frozenset({MODEL, "wire-agent", "3"}))) == {
        SENT,
        canonical(SUMMARY),
    }


@pytest.mark.parametrize(
    ("kind", "path", "query", "header"),
    [
        ("openai-responses", "/v1/responses", {}, "authorization"),
        ("openai-chat", "/v1/chat/completions", {}, "authorization"),
        ("azure-v1", "/openai/v1/responses", {}, "api-key"),
        (
            "azure-by-deployment",
            f"/openai/deployments/{MODEL}/chat/completions",
            {"api-version": ["2024-10-21"]},
            "api-key",
        ),
        ("foundry", "/api/projects/p/openai/v1/responses", {}, "authorization"),
    ],
)
async def test_each_kind_goes_where_its_service_is(
    toy: Toy, wire: Wire, kind: str, path: str, query: dict[str, list[str]], header: str
) -> None:
    async with wired(toy, choice_of(kind, wire)) as run:
        await run.ask()
    assert {request.path for request in wire.requests} == {path}
    assert all(request.query == query for request in wire.requests)
    assert all(header in request.headers for request in wire.requests)


async def test_an_existing_agent_is_named_and_gets_no_model_and_no_tools(toy: Toy, wire: Wire) -> None:
    async with wired(toy, choice_of("foundry-agent", wire)) as run:
        await run.ask()
    for request in wire.requests:
        assert request.body["agent_reference"] == {"name": "wire-agent", "type": "agent_reference", "version": "3"}
        assert not {"model", "tools"} & request.body.keys()


@every_way
async def test_a_follow_up_keeps_the_case_the_disclosure_and_what_was_said(toy: Toy, wire: Wire, kind: str) -> None:
    wire.thinks = True
    async with wired(toy, choice_of(kind, wire)) as run:
        first = await run.ask()
        wire.calls = False
        second = await run.ask("薬は飲み続けてよいですか")
    assert len(toy.calls) == 1
    assert (len(first.disclosed), len(second.disclosed)) == (1, 0)
    last = wire.requests[-1].raw.decode()
    known = frozenset({MODEL, "wire-agent", "3"})
    assert our_texts(last, known=known).count(canonical(SUMMARY)) == 1
    follow_up = f"薬は飲み続けてよいですか\n\nケース番号: {CASE}"
    assert set(our_texts(last, known=known)) == {SENT, canonical(SUMMARY), follow_up}
    assert "".join(GUIDANCE) in texts_of(wire.requests[-1].body)
    assert [sent.text for sent in second.sent] == [follow_up]


@every_way
async def test_an_operator_may_let_the_service_keep_the_conversation(toy: Toy, wire: Wire, kind: str) -> None:
    looked: list[str] = []

    async def look(body: str) -> bool:
        looked.extend(our_texts(body, known=frozenset({MODEL, "wire-agent", "3"})))
        return True

    async with wired(toy, choice_of(kind, wire, store=True), look) as run:
        await run.ask()
    assert [request.body["store"] for request in wire.requests] == [True, True]
    # The number under which the service keeps the conversation is its own: the private side would stop it as a text.
    assert set(looked) == {SENT, canonical(SUMMARY)}


async def test_a_server_of_ones_own_needs_no_key(toy: Toy, wire: Wire) -> None:
    wire.key = ""
    async with wired(toy, choice_of("compatible-chat", wire, sign_in="none")) as run:
        await run.ask()
    assert all("authorization" not in request.headers for request in wire.requests)


@every_way
async def test_tokens_are_counted_a_question_at_a_time(toy: Toy, wire: Wire, kind: str) -> None:
    async with wired(toy, choice_of(kind, wire)) as run:
        first = (await run.ask()).usage
        wire.calls = False
        second = (await run.ask("薬は")).usage
    assert (first.requests, first.given, first.cached, first.made) == (2, 2000, 400, 100)
    assert (second.requests, second.given, second.cached, second.made) == (1, 1000, 200, 50)
