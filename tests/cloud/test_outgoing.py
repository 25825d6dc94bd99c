"""The outer guard alone, under the features of the framework and of the client library: what it did not approve
does not come onto the wire. The inner guard is left out here on purpose."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from agent_framework import (
    Agent,
    AgentSession,
    ChatMiddleware,
    Content,
    ContextProvider,
    FunctionTool,
    InMemoryHistoryProvider,
    Message,
    SessionContext,
    tool,
)
from pydantic import BaseModel
from tests.cloud.toy_server import SUMMARY, Toy, canonical, serving
from tests.cloud.wired import ASKED, choice_of, wired
from tests.engines.cloud_wire import KEY, Wire

from sekisho.cloud.conversation import Conversation
from sekisho.cloud.instructions import INSTRUCTIONS
from sekisho.cloud.tool_form import DESCRIPTION, PARAMETERS
from sekisho.errors import Code, Refused
from sekisho.offered_tool import TOOL

pytestmark = pytest.mark.anyio

GOOD = canonical(SUMMARY)
NAME = "山田太郎"
clients = pytest.mark.parametrize("kind", ["openai-chat", "foundry", "foundry-agent"])
no_agent = pytest.mark.parametrize("kind", ["openai-chat", "openai-responses"])


@pytest.fixture
def toy() -> Toy:
    """Not served: most of these tests bring a tool of their own."""
    return Toy(url="http://127.0.0.1:1/mcp")


@pytest.fixture
def served() -> Iterator[Toy]:
    with serving(Toy()) as running:
        yield running


def background(answer: str = GOOD, description: str = DESCRIPTION, approval: Any = "never_require") -> FunctionTool:
    async def get(symptoms: str, case: str = "") -> str:
        return answer

    return FunctionTool(name=TOOL, description=description, func=get, input_model=PARAMETERS, approval_mode=approval)


class NoteForTheTool(ChatMiddleware):
    """Approves what the toy tool answers, as the tool watch would have."""

    def __init__(self, conversation: Conversation, text: str) -> None:
        self.conversation, self.text = conversation, text

    async def process(self, context: Any, call_next: Any) -> None:
        for message in context.messages:
            for content in message.contents:
                if content.type == "function_result":
                    self.conversation.approvals.tool_answered(str(content.call_id), self.text)
        await call_next()


def agent_of(conversation: Conversation, offered: FunctionTool | None = None, **more: Any) -> Agent[Any]:
    """An agent as ours is, without our guard, and with something more."""
    plain: dict[str, Any] = {
        "instructions": INSTRUCTIONS["ja"],
        "tools": [offered or background()],
        "middleware": [NoteForTheTool(conversation, GOOD)],
        "default_options": {"store": False},
    }
    return Agent(client=conversation.cloud.client, **{**plain, **more})


async def run(agent: Agent[Any], messages: Any = ASKED, stream: bool = True, **more: Any) -> None:
    if stream:
        async for _ in agent.run(messages, stream=True, **more):
            pass
    else:
        await agent.run(messages, **more)


async def assert_stopped(
    toy: Toy, wire: Wire, kind: str, requests: int, messages: Any = ASKED, how: Any = None, **more: Any
) -> None:
    """`requests` pass, the next one does not, and nothing of what was added was on the wire."""
    for stream in (True, False):
        wire.requests.clear()
        async with wired(toy, choice_of(kind, wire)) as opened:
            conversation = opened.conversation
            conversation.approvals.ask(ASKED)
            with pytest.raises(Exception):  # noqa: B017 - whatever the library makes of it
                await run(agent_of(conversation, **(how or {})), messages, stream, **more)
            transport = conversation.cloud.transport
            assert transport is not None
            # The client of a hosted agent refuses some things itself, before it sends anything.
            assert kind == "foundry-agent" or transport.failure is not None
            assert transport.failure is None or transport.failure.code is Code.UNAPPROVED_OUTGOING
        assert len(wire.requests) == requests
        assert all(NAME not in request.raw.decode() for request in wire.requests)


@clients
@pytest.mark.parametrize("stream", [True, False])
async def test_an_honest_run_passes_streaming_or_not(toy: Toy, wire: Wire, kind: str, stream: bool) -> None:
    async with wired(toy, choice_of(kind, wire)) as opened:
        opened.conversation.approvals.ask(ASKED)
        await run(agent_of(opened.conversation), stream=stream)
    assert len(wire.requests) == 2


@clients
@pytest.mark.parametrize(
    "messages",
    [
        f"{ASKED}。{NAME}です",
        [Message("system", [f"患者は{NAME}"]), Message("user", [ASKED])],
        [Message("user", [ASKED]), Message("user", [NAME])],
        [Message("user", [ASKED]), Message("user", [ASKED])],
        [Message("user", [ASKED]), Message("assistant", [NAME])],
        [Message("user", [Content.from_text(ASKED), Content.from_text(NAME)])],
        [Message("user", [Content.from_text(ASKED), Content.from_data(NAME.encode(), "image/png")])],
        [
            Message(
                "user",
                [Content.from_text(ASKED), Content.from_uri(f"https://x.invalid/{NAME}", media_type="image/png")],
            )
        ],
        [Message("user", [ASKED]), Message("tool", [Content.from_function_result("call_1", result=NAME)])],
    ],
    ids=["more text", "system", "second", "twice", "assistant", "two texts", "picture", "address", "tool result"],
)
@pytest.mark.guarantee("G3")
async def test_no_other_message_leaves(toy: Toy, wire: Wire, kind: str, messages: Any) -> None:
    if kind == "foundry-agent" and isinstance(messages, list) and messages[0].role == "system":
        messages = [*messages, Message("user", [NAME])]  # the client itself drops a system message
    await assert_stopped(toy, wire, kind, 0, messages)


class Form(BaseModel):
    """A structured output with a name in its schema."""

    yamada_taro: str


@clients
@pytest.mark.parametrize(
    "options",
    [
        {"response_format": Form},
        {"user": NAME},
        {"metadata": {"name": NAME}},
        {"store": True},
        {"temperature": 0.5},
        {"max_tokens": 7},
        {"allow_multiple_tool_calls": True, "stop": [NAME]},
        {"extra_body": {"name": NAME}},
        {"instructions": f"患者は{NAME}"},
    ],
    ids=lambda options: next(iter(options)),
)
async def test_no_option_leaves_but_ours(toy: Toy, wire: Wire, kind: str, options: dict[str, Any]) -> None:
    if kind == "foundry-agent" and "allow_multiple_tool_calls" in options:
        options = {"top_p": 0.1}
    await assert_stopped(toy, wire, kind, 0, options=options)


@no_agent
async def test_no_other_tool_and_no_other_description_leaves(toy: Toy, wire: Wire, kind: str) -> None:
    @tool(approval_mode="never_require")
    def look_around(where: str) -> str:
        """Look."""
        return where

    await assert_stopped(toy, wire, kind, 0, tools=[look_around])
    await assert_stopped(toy, wire, kind, 0, how={"offered": background(description=f"For {NAME}.")})
    await assert_stopped(toy, wire, kind, 0, options={"tool_choice": {"mode": "required"}})


@clients
@pytest.mark.guarantee("G3", "G7")
async def test_a_poisoned_tool_result_stops_before_a_byte_of_it_leaves(toy: Toy, wire: Wire, kind: str) -> None:
    await assert_stopped(toy, wire, kind, 1, how={"offered": background(f'{{"patient": "{NAME}"}}')})
    await assert_stopped(toy, wire, kind, 1, how={"offered": background(GOOD + " ")})


@clients
async def test_a_session_that_remembers_more_than_was_approved_is_stopped(toy: Toy, wire: Wire, kind: str) -> None:
    session = AgentSession()
    provider = InMemoryHistoryProvider("history")
    session.state["history"] = {"messages": [Message("user", [NAME]), Message("assistant", ["はい"])]}
    await assert_stopped(toy, wire, kind, 0, how={"context_providers": [provider]}, session=session)


@clients
async def test_a_provider_that_adds_context_is_stopped(toy: Toy, wire: Wire, kind: str) -> None:
    class Remembering(ContextProvider):
        async def before_run(self, *, context: SessionContext, **rest: Any) -> None:
            context.extend_instructions(self.source_id, f"患者は{NAME}")

    await assert_stopped(toy, wire, kind, 0, how={"context_providers": [Remembering("memory")]})


@clients
async def test_a_middleware_that_adds_a_message_is_stopped(toy: Toy, wire: Wire, kind: str) -> None:
    class Adding(ChatMiddleware):
        async def process(self, context: Any, call_next: Any) -> None:
            context.messages.append(Message("user", [NAME]))
            await call_next()

    await assert_stopped(toy, wire, kind, 0, how={"middleware": [Adding()]})


@clients
async def test_a_tool_that_waits_for_approval_sends_nothing_meanwhile(toy: Toy, wire: Wire, kind: str) -> None:
    async with wired(toy, choice_of(kind, wire)) as opened:
        opened.conversation.approvals.ask(ASKED)
        agent, session = agent_of(opened.conversation, background(approval="always_require")), AgentSession()
        result = await agent.run(ASKED, session=session)
        assert result.user_input_requests
        assert len(wire.requests) == 1
        refusal = result.user_input_requests[0].to_function_approval_response(False)
        with pytest.raises(Exception):  # noqa: B017 - the framework's own "rejected" text is not approved
            await agent.run(Message("user", [refusal]), session=session)
        assert len(wire.requests) == 1


@clients
async def test_headers_of_the_libraries_and_of_the_environment_do_not_leave(
    served: Toy, wire: Wire, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", NAME.encode().hex())
    monkeypatch.setenv("OPENAI_PROJECT_ID", NAME.encode().hex())
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"x-patient: {NAME.encode().hex()}")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "another-key")
    async with wired(served, choice_of(kind, wire)) as opened:
        await opened.ask()
    assert len(wire.requests) == 2
    for request in wire.requests:
        assert not [name for name in request.headers if name.startswith(("x-", "openai-", "agent-framework"))]
        assert NAME.encode().hex() not in json.dumps(request.headers)
        assert request.headers.get("authorization", "Bearer " + KEY) == "Bearer " + KEY


async def transported(
    toy: Toy, wire: Wire, body: bytes, path: str = "/v1/responses", method: str = "POST", url: str = ""
) -> Code | None:
    """Send raw bytes through the transport of a conversation; the code that stopped them, if any."""
    async with wired(toy, choice_of("openai-responses", wire)) as opened:
        opened.conversation.approvals.ask(ASKED)
        transport = opened.conversation.cloud.transport
        assert transport is not None
        async with httpx2.AsyncClient(transport=transport) as client:
            try:
                await client.request(method, url or wire.url + path, content=body)
            except Exception:  # noqa: BLE001 - the failure says more
                assert transport.failure is not None
                return transport.failure.code
    return None


def honest_body(**changes: Any) -> dict[str, Any]:
    text = {"type": "input_text", "text": ASKED}
    return {
        "model": "wire-model",
        "stream": False,
        "store": False,
        "instructions": INSTRUCTIONS["ja"],
        "input": [{"type": "message", "role": "user", "content": [text]}],
        "tools": [
            {"type": "function", "name": TOOL, "description": DESCRIPTION, "parameters": PARAMETERS, "strict": False}
        ],
        **changes,
    }


async def test_only_the_one_address_is_reached(toy: Toy, wire: Wire) -> None:
    body = json.dumps(honest_body()).encode()
    assert await transported(toy, wire, body) is None
    assert len(wire.requests) == 1
    port = wire.url.rpartition(":")[2]
    for how in (
        {"path": "/v1/responses/resp_1"},
        {"path": "/v1/models", "method": "GET"},
        {"path": "/v1/responses", "method": "DELETE"},
        {"path": f"/v1/responses?name={NAME}"},
        {"path": "/v1/chat/completions"},
        {"url": f"http://localhost:{port}/v1/responses"},
        {"url": f"https://127.0.0.1:{port}/v1/responses"},
        {"url": f"http://user:{NAME}@127.0.0.1:{port}/v1/responses"},
        {"url": "http://127.0.0.1:1/v1/responses"},
    ):
        assert await transported(toy, wire, body, **how) is Code.UNAPPROVED_OUTGOING, how
    assert len(wire.requests) == 1


async def test_what_is_sent_is_written_anew_from_what_was_checked(toy: Toy, wire: Wire) -> None:
    # A reader takes the second of two values under one key; another reader might take the first.
    twice = json.dumps(honest_body()).replace("{", f'{{"instructions":"{NAME}",', 1).encode()
    assert await transported(toy, wire, twice) is None
    assert NAME.encode() not in wire.requests[-1].raw
    assert NAME not in json.dumps(wire.requests[-1].body, ensure_ascii=False)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        NAME.encode(),
        b"[" * 100_000,
        b'{"model": NaN}',
        b" " * (600 * 1024),
        json.dumps(honest_body(store=0)).encode(),
        json.dumps(honest_body(store=None)).encode(),
        json.dumps({**honest_body(), NAME: 1}).encode(),
        json.dumps(honest_body(input=[])).encode(),
        json.dumps(honest_body(input=ASKED)).encode(),
        json.dumps(honest_body(model=["wire-model"])).encode(),
        json.dumps({k: v for k, v in honest_body().items() if k != "store"}).encode(),
    ],
    ids=range(14),
)
async def test_a_body_of_another_form_does_not_leave(toy: Toy, wire: Wire, body: bytes) -> None:
    assert await transported(toy, wire, body) is Code.UNAPPROVED_OUTGOING
    assert wire.requests == []


async def test_a_mistake_in_the_guard_lets_nothing_pass(toy: Toy, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.cloud.wire_check.BodyCheck.is_responses", None)
    assert await transported(toy, wire, json.dumps(honest_body()).encode()) is Code.UNAPPROVED_OUTGOING
    assert wire.requests == []


async def test_the_private_side_is_asked_before_each_request_and_its_no_is_final(served: Toy, wire: Wire) -> None:
    seen: list[str] = []

    async def look(body: str) -> bool:
        assert len(wire.requests) == len(seen)
        seen.append(body)
        return len(seen) < 2

    async with wired(served, choice_of("openai-chat", wire), look) as opened:
        with pytest.raises(Refused) as caught:
            await opened.ask()
    assert caught.value.code is Code.UNAPPROVED_OUTGOING
    assert [request.raw.decode() for request in wire.requests] == seen[:1]


async def test_a_look_that_fails_lets_nothing_pass(served: Toy, wire: Wire) -> None:
    async def look(body: str) -> bool:
        raise OSError(NAME)

    async with wired(served, choice_of("openai-chat", wire), look) as opened:
        with pytest.raises(Refused) as caught:
            await opened.ask()
    assert NAME not in str(caught.value)
    assert wire.requests == []
