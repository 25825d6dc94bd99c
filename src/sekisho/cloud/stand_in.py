"""The offline stand-in for a cloud chat model. It is no language model, and its name says so.

It takes the path that a real one takes through Agent Framework: it gets the same messages through the same
guard, decides on the tool call, gets the result, and streams an answer. Its words come from templates.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, Awaitable, Mapping, Sequence
from typing import Any, Final

from agent_framework import (
    BaseChatClient,
    ChatMiddlewareLayer,
    ChatResponse,
    ChatResponseUpdate,
    Content,
    FunctionInvocationLayer,
    Message,
    ResponseStream,
)

from sekisho.cloud import guidance
from sekisho.cloud.instructions import INSTRUCTIONS, Language
from sekisho.cloud.question import read_back
from sekisho.cloud.red_flags import has_red_flag
from sekisho.cloud.summary import Summary, read_error, read_summary
from sekisho.offered_tool import TOOL

#: The name that is shown for it everywhere.
NAME: Final = "offline stand-in (not a language model)"


class StandIn(FunctionInvocationLayer[Any], ChatMiddlewareLayer[Any], BaseChatClient[Any]):
    """A chat client that needs no network, no account and no key."""

    OTEL_PROVIDER_NAME = "sekisho.stand_in"

    def __init__(self) -> None:
        super().__init__()
        self.model = NAME

    def _inner_get_response(
        self, *, messages: Sequence[Message], stream: bool, options: Mapping[str, Any], **_: Any
    ) -> Awaitable[ChatResponse[Any]] | ResponseStream[ChatResponseUpdate, ChatResponse[Any]]:
        contents = decide(messages, _language(options))
        if stream:
            return self._build_response_stream(_streamed(contents))
        return _whole(contents)


def decide(messages: Sequence[Message], language: Language) -> list[Content]:
    """The stand-in's answer: a tool call, or pieces of text."""
    last = messages[-1].contents[-1]
    if last.type == "function_result":
        return _texts(_after_the_tool(str(last.result), language))
    symptoms, case = read_back(messages[-1].text)
    if has_red_flag(symptoms):
        return _texts(guidance.emergency(language))
    if (known := _summary_before(messages)) is not None:
        return _texts(guidance.from_summary(known, language))
    arguments = {"symptoms": symptoms} if case is None else {"symptoms": symptoms, "case": case}
    number = 1 + sum(content.type == "function_call" for message in messages for content in message.contents)
    call = Content.from_function_call(
        call_id=f"call_{number}", name=TOOL, arguments=json.dumps(arguments, ensure_ascii=False)
    )
    return [call]


def _after_the_tool(result: str, language: Language) -> list[str]:
    summary = read_summary(result)
    return (
        guidance.general(read_error(result), language) if summary is None else guidance.from_summary(summary, language)
    )


def _summary_before(messages: Sequence[Message]) -> Summary | None:
    """The newest summary of the conversation: a follow-up question is answered from what is known already."""
    for message in reversed(messages):
        for content in message.contents:
            if content.type == "function_result" and (summary := read_summary(str(content.result))) is not None:
                return summary
    return None


def _language(options: Mapping[str, Any]) -> Language:
    # A real model is told the language by its instructions; so is this one.
    return "ja" if options.get("instructions") == INSTRUCTIONS["ja"] else "en"


def _texts(pieces: Sequence[str]) -> list[Content]:
    return [Content.from_text(piece) for piece in pieces]


async def _whole(contents: Sequence[Content]) -> ChatResponse[Any]:
    return ChatResponse(messages=[Message("assistant", contents)], model=NAME)


async def _streamed(contents: Sequence[Content]) -> AsyncIterable[ChatResponseUpdate]:
    for content in contents:
        yield ChatResponseUpdate(role="assistant", contents=[content], model=NAME)
