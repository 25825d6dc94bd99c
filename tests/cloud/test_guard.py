"""What has no approved origin stops the run before the client sees anything of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import mcp_types as types
import pytest
from agent_framework import (
    AgentSession,
    ChatContext,
    ChatMiddleware,
    ChatResponse,
    ChatResponseUpdate,
    Content,
    ContextProvider,
    FunctionTool,
    Message,
    SessionContext,
    tool,
)
from tests.cloud.conftest import Asking, Recording, conversation_with
from tests.cloud.toy_server import CASE, KEY, SUMMARY, TOKEN, Toy, canonical, text

from sekisho.cloud.agent import Run
from sekisho.cloud.connection import PrivateZone
from sekisho.cloud.guard import Unapproved
from sekisho.cloud.question import Question
from sekisho.cloud.tool_form import DESCRIPTION, PARAMETERS
from sekisho.errors import Code, Refused
from sekisho.offered_tool import TOOL

pytestmark = pytest.mark.anyio

QUESTION = Question("めまいと動悸があります", "ja", CASE)
ASKED = QUESTION.as_sent()
GOOD = canonical(SUMMARY)


class Unread:
    """Takes every text for signed: these tests are about what comes after."""

    def fresh(self) -> dict[str, str]:
        return {}

    def holds(self, text: str, carried: Mapping[str, str]) -> bool:
        return True


def offering(answer: Any = GOOD, name: str = TOOL, description: str = DESCRIPTION) -> FunctionTool:
    async def get(symptoms: str, case: str = "") -> Any:
        return answer

    return FunctionTool(name=name, description=description, func=get, input_model=PARAMETERS)


async def tampered(
    client: Recording,
    messages: Any = ASKED,
    offered: FunctionTool | None = None,
    change: Callable[[Any], None] = lambda agent: None,
    stream: bool = True,
    **run: Any,
) -> None:
    """Run the agent as built, with something changed on its way out."""
    conversation = conversation_with(client, PrivateZone("http://127.0.0.1:1/mcp", TOKEN, KEY))
    conversation.seals = Unread()  # type: ignore[assignment]
    conversation.approvals.ask(ASKED)
    agent = Run(conversation, QUESTION, lambda event: None).agent(offered or offering())
    change(agent)
    if stream:
        async for _ in agent.run(messages, stream=True, **run):
            pass
    else:
        await agent.run(messages, **run)


async def assert_stopped(client: Recording, turns: int, **how: Any) -> None:
    for stream in (True, False):
        client.seen.clear()
        with pytest.raises(Unapproved) as caught:
            await tampered(client, stream=stream, **how)
        assert str(caught.value) == "unapproved_outgoing"
        assert len(client.seen) == turns


@pytest.mark.parametrize("stream", [True, False])
async def test_an_honest_run_passes_streaming_or_not(client: Recording, stream: bool) -> None:
    await tampered(client, stream=stream)
    assert len(client.seen) == 2


@pytest.mark.parametrize(
    "messages",
    [
        "めまいと動悸があります。山田太郎、電話 090-1234-5678",
        "",
        QUESTION.text,
        [Message("system", ["The patient is Taro Yamada."]), Message("user", [ASKED])],
        [Message("user", [ASKED]), Message("system", ["The patient is Taro Yamada."])],
        [Message("user", [ASKED]), Message("user", [ASKED])],
        [Message("user", [ASKED]), Message("assistant", ["The patient is Taro Yamada."])],
        [Message("user", ["an earlier question"]), Message("assistant", ["ok"]), Message("user", [ASKED])],
        [Message("user", [ASKED, "and his name is Taro"])],
        [Message("user", [ASKED, Content.from_data(b"karte", "text/plain")])],
        [Message("user", [ASKED, Content.from_uri("https://example.invalid/karte.png", media_type="image/png")])],
        [Message("user", [ASKED], additional_properties={"note": "Taro"})],
        [Message("user", [ASKED], author_name="Taro")],
        [Message("user", [ASKED], message_id="Taro")],
        [Message("user", [ASKED], raw_representation={"note": "Taro"})],
        [Message("user", [Content.from_text(ASKED, additional_properties={"_meta": {"name": "Taro"}})])],
        [Message("user", [Content.from_text(ASKED, annotations=[{"type": "citation", "title": "Taro"}])])],
        [Message("user", [Content.from_text(ASKED, raw_representation="Taro")])],
        [Message("user", [ASKED]), Message("tool", [Content.from_function_result("call_1", result=GOOD)])],
    ],
    ids=lambda value: None,
)
async def test_no_message_but_the_approved_question_opens_a_run(client: Recording, messages: Any) -> None:
    await assert_stopped(client, turns=0, messages=messages)


@pytest.mark.parametrize(
    "options",
    [
        {"instructions": "Repeat all that you know of Taro Yamada."},
        {"user": "Taro Yamada"},
        {"metadata": {"name": "Taro Yamada"}},
        {"store": True},
        {"conversation_id": "conv_1"},
        {"response_format": {"type": "object", "description": "Taro"}},
        {"stop": ["Taro"]},
        {"model": "another"},
        {"tool_choice": {"mode": "required", "required_function_name": "Taro"}},
        {"anything_else": "Taro"},
    ],
    ids=lambda options: next(iter(options)),
)
async def test_no_option_but_ours_leaves(client: Recording, options: dict[str, Any]) -> None:
    await assert_stopped(client, turns=0, options=options)


async def test_a_session_or_extra_arguments_for_the_client_stop_the_run(client: Recording) -> None:
    await assert_stopped(client, turns=0, session=AgentSession())
    await assert_stopped(client, turns=0, client_kwargs={"extra_body": {"name": "Taro"}})


async def test_changed_instructions_stop_the_run(client: Recording) -> None:
    def change(agent: Any) -> None:
        agent.default_options["instructions"] += "\nThe patient is Taro Yamada."

    await assert_stopped(client, turns=0, change=change)


async def test_a_provider_that_adds_context_is_stopped(client: Recording) -> None:
    class Remembering(ContextProvider):
        async def before_run(self, *, context: SessionContext, **rest: Any) -> None:
            context.extend_instructions(self.source_id, "The patient is Taro Yamada.")

    def change(agent: Any) -> None:
        agent.context_providers.append(Remembering("memory"))

    await assert_stopped(client, turns=0, change=change)


async def test_a_tool_described_in_other_words_stops_the_run(client: Recording) -> None:
    await assert_stopped(client, turns=0, offered=offering(description="For Taro Yamada."))
    await assert_stopped(client, turns=0, offered=offering(name="get_records"))


async def test_one_tool_more_stops_the_run(client: Recording) -> None:
    @tool
    def look_around(where: str) -> str:
        """Look."""
        return where

    await assert_stopped(client, turns=0, tools=[look_around])


@pytest.mark.parametrize(
    "answer",
    [
        "患者: 山田太郎",
        GOOD + " ",
        canonical({**SUMMARY, "note": "山田太郎"}),
        canonical({**SUMMARY, "recommendations": [{"name": "山田太郎"}]}),
        canonical({**SUMMARY, "recommendations": "山田太郎"}),
        canonical({**SUMMARY, "recommendations": ["あ" * 6000]}),
        '{"error":"山田太郎"}',
        '{"error":"busy","detail":"山田太郎"}',
        '{"error": "busy"}',
        {"error": "busy", "name": "山田太郎"},
        [Content.from_text(GOOD), Content.from_text("山田太郎")],
        [Content.from_data(b"karte", "image/png")],
    ],
    ids=lambda value: None,
)
@pytest.mark.guarantee("G7")
async def test_a_poisoned_tool_result_never_reaches_the_cloud(client: Recording, answer: Any) -> None:
    await assert_stopped(client, turns=1, offered=offering(answer))


async def test_marks_on_a_good_tool_result_do_not_ride_along(client: Recording) -> None:
    marked = Content.from_text(GOOD, additional_properties={"_meta": {"name": "山田太郎"}})
    await tampered(client, offered=offering([marked]))
    assert "山田" not in str(client.seen)


class Tampering(ChatMiddleware):
    """Changes the messages of the second turn before the guard sees them."""

    def __init__(self, change: Callable[[list[Message]], None]) -> None:
        self._change = change

    async def process(self, context: ChatContext, call_next: Callable[[], Awaitable[None]]) -> None:
        if len(context.messages) > 1:
            self._change(context.messages)  # type: ignore[arg-type]
        await call_next()


def replace_result(messages: list[Message]) -> None:
    call_id = messages[-1].contents[0].call_id
    messages[-1].contents = [Content.from_function_result(str(call_id), result=canonical(SUMMARY) + "!")]


def another_call(messages: list[Message]) -> None:
    messages[-1].contents = [Content.from_function_result("call_99", result=GOOD)]


def note_the_failure(messages: list[Message]) -> None:
    messages[-1].contents[0].exception = "Taro"


def number_the_result(messages: list[Message]) -> None:
    messages[-1].contents[0].id = "Taro"


def label_the_result(messages: list[Message]) -> None:
    messages[-1].contents[0].additional_properties["name"] = "Taro"


def say_more_in_the_items(messages: list[Message]) -> None:
    messages[-1].contents[0].items.append(Content.from_text("Taro"))  # type: ignore[union-attr]


def say_something_else_in_the_items(messages: list[Message]) -> None:
    messages[-1].contents[0].items = [Content.from_text("Taro")]


def number_the_call(messages: list[Message]) -> None:
    messages[1].contents[0].id = "Taro"


def name_the_speaker(messages: list[Message]) -> None:
    messages[1].author_name = "Taro"


def add_a_raw_object_to_the_message(messages: list[Message]) -> None:
    messages[1].raw_representation = "Taro"


def attach(messages: list[Message]) -> None:
    messages[-1].contents.append(Content.from_data(b"karte", "text/plain"))


def put_words_in_its_mouth(messages: list[Message]) -> None:
    messages[1].contents.append(Content.from_text("Taro Yamada"))


def change_the_call(messages: list[Message]) -> None:
    messages[1].contents[0].arguments = '{"symptoms": "Taro Yamada"}'


def add_a_property(messages: list[Message]) -> None:
    messages[1].contents[0].additional_properties["note"] = "Taro"


def add_a_raw_object(messages: list[Message]) -> None:
    messages[1].contents[0].raw_representation = "Taro"


def ask_again(messages: list[Message]) -> None:
    messages.append(Message("user", ["Taro Yamada"]))


def forget_the_question(messages: list[Message]) -> None:
    del messages[0]


@pytest.mark.parametrize(
    "change",
    [
        replace_result,
        another_call,
        note_the_failure,
        number_the_result,
        label_the_result,
        say_more_in_the_items,
        say_something_else_in_the_items,
        number_the_call,
        name_the_speaker,
        add_a_raw_object_to_the_message,
        attach,
        put_words_in_its_mouth,
        change_the_call,
        add_a_property,
        add_a_raw_object,
        ask_again,
        forget_the_question,
        list.clear,
    ],
    ids=lambda change: change.__name__,
)
async def test_a_changed_history_stops_the_second_turn(
    client: Recording, change: Callable[[list[Message]], None]
) -> None:
    await assert_stopped(client, turns=1, change=lambda agent: agent.middleware.insert(0, Tampering(change)))


class Talking(Recording):
    """A cloud that thinks, talks and calls in one turn, with marks of its provider on everything."""

    def __init__(
        self, name: str = TOOL, arguments: str = '{"symptoms": "dizzy"}', extra: Content | None = None
    ) -> None:
        super().__init__()
        self.call = (name, arguments)
        self.extra = [extra] if extra else []

    def _inner_get_response(self, *, messages: Any, stream: bool, options: Any, **rest: Any) -> Any:
        self.seen.append(([message.to_dict() for message in messages], dict(options)))
        name, arguments = self.call
        contents = [
            Content.from_text_reasoning(text="hmm", protected_data="c2VjcmV0"),
            Content.from_text("Let me "),
            Content.from_text("look.", raw_representation=object()),
            Content.from_function_call(
                "c1",
                name,
                arguments=arguments,
                additional_properties={"fc_id": "fc_1"},
                raw_representation=object(),
            ),
            *self.extra,
        ]
        if messages[-1].role == "tool":
            contents = [Content.from_text("Rest.")]
        if not stream:
            message = Message("assistant", contents, message_id="m1", raw_representation=object())

            async def whole() -> ChatResponse[Any]:
                return ChatResponse(messages=[message])

            return whole()

        async def pieces() -> Any:
            for content in contents:
                yield ChatResponseUpdate(
                    role="assistant", contents=[content], message_id="m1", raw_representation=object()
                )

        return self._build_response_stream(pieces())


@pytest.mark.parametrize("stream", [True, False])
async def test_what_the_cloud_said_itself_may_go_back_whole(stream: bool) -> None:
    client = Talking()
    await tampered(client, stream=stream)
    messages, _ = client.seen[1]
    assert [content["type"] for content in messages[1]["contents"]][-1] == "function_call"
    assert "Let me look." in "".join(content.get("text", "") for content in messages[1]["contents"])


async def test_a_file_does_not_go_back_even_when_the_cloud_made_it() -> None:
    await assert_stopped(Talking(extra=Content.from_data(b"picture", "image/png")), turns=1)


async def test_a_call_of_an_unknown_tool_stops_the_run() -> None:
    await assert_stopped(Talking(name="read_file"), turns=1)


@pytest.mark.parametrize("arguments", ['{"symptoms": 5}', "{}", "not json", '{"symptoms": "a", "file": "/etc"}'])
@pytest.mark.guarantee("G7")
async def test_malformed_arguments_become_a_fixed_code(arguments: str) -> None:
    client = Talking(arguments=arguments)
    await tampered(client)
    assert client.seen[1][0][-1]["contents"][0]["result"] == '{"error":"bad_arguments"}'


async def test_the_case_is_pinned_to_the_question_whatever_the_cloud_asks_for() -> None:
    asked: list[str] = []

    async def get(symptoms: str, case: str = "") -> str:
        asked.append(case)
        return GOOD

    offered = FunctionTool(name=TOOL, description=DESCRIPTION, func=get, input_model=PARAMETERS)
    client = Talking(arguments='{"symptoms": "dizzy", "case": "somebody-else"}')
    await tampered(client, offered=offered)
    assert asked == [CASE]


class Insisting(Talking):
    """A cloud that asks for the background again and again, a little differently each time."""

    def _inner_get_response(self, *, messages: Any, stream: bool, options: Any, **rest: Any) -> Any:
        self.seen.append(([message.to_dict() for message in messages], dict(options)))
        number = len(self.seen)
        call = Content.from_function_call(f"c{number}", TOOL, arguments=f'{{"symptoms": "{number}"}}')
        contents = [call] if number < 5 else [Content.from_text("Rest.")]

        async def pieces() -> Any:
            yield ChatResponseUpdate(role="assistant", contents=contents)

        return self._build_response_stream(pieces())


async def test_a_third_call_in_one_question_is_not_made() -> None:
    asked: list[str] = []

    async def get(symptoms: str, case: str = "") -> str:
        asked.append(symptoms)
        return GOOD

    offered = FunctionTool(name=TOOL, description=DESCRIPTION, func=get, input_model=PARAMETERS)
    client = Insisting()
    await tampered(client, offered=offered)
    assert asked == ["1", "2"]
    results = [message["contents"][0]["result"] for message in client.seen[-1][0] if message["role"] == "tool"]
    assert results == [GOOD, GOOD, '{"error":"policy"}', '{"error":"policy"}']


async def test_a_mistake_in_the_guard_lets_nothing_pass(client: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.cloud.provenance.Provenance.are_questions", None)
    await assert_stopped(client, turns=0)


@pytest.mark.parametrize(
    "content",
    [
        [text("患者: 山田太郎")],
        [text(GOOD), text("山田太郎")],
        [text(GOOD), types.ImageContent(type="image", data="a2FydGU=", mime_type="image/png")],
        [],
    ],
    ids=["poisoned", "extra text", "attachment", "nothing"],
)
async def test_over_the_wire_the_caller_gets_the_code_and_the_cloud_nothing(
    toy: Toy, ask: Asking, content: list[Any]
) -> None:
    toy.result = types.CallToolResult(content=content)
    with pytest.raises(Refused) as caught:
        await ask()
    assert caught.value.code is Code.UNAPPROVED_OUTGOING
    assert caught.value.__context__ is None
    assert len(ask.client.seen) == 1
    assert ask.kinds()[-1] == "failed"
    assert "tool_result" not in ask.kinds()
