"""What the tests of the cloud zone share: the toy server, and a client that remembers all that reached it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from agent_framework import Message
from tests.cloud.toy_server import KEY, TOKEN, Toy, serving
from tests.engines.cloud_wire import Wire, serving_wire

from sekisho.cloud.approvals import Approvals, Fixed
from sekisho.cloud.clients import Cloud
from sekisho.cloud.connection import PrivateZone
from sekisho.cloud.conversation import Conversation
from sekisho.cloud.events import Answer, Event
from sekisho.cloud.instructions import INSTRUCTIONS
from sekisho.cloud.question import Question
from sekisho.cloud.quiet import LOGGERS
from sekisho.cloud.stand_in import StandIn


@pytest.fixture
def toy() -> Iterator[Toy]:
    with serving(Toy()) as served:
        yield served


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serving_wire(Wire()) as served:
        yield served


@pytest.fixture(autouse=True)
def loggers_as_they_were() -> Iterator[None]:
    """A run silences the libraries' loggers for good; other tests of this process want to hear them."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [(logger.propagate, logger.level, logger.handlers) for logger in loggers]
    yield
    for logger, (propagate, level, handlers) in zip(loggers, before, strict=True):
        logger.propagate, logger.handlers = propagate, handlers
        logger.setLevel(level)


class Recording(StandIn):
    """The stand-in, remembering every message and option that reached it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[list[dict[str, Any]], dict[str, Any]]] = []

    def _inner_get_response(
        self, *, messages: Sequence[Message], stream: bool, options: Mapping[str, Any], **rest: Any
    ) -> Any:
        self.seen.append(([message.to_dict() for message in messages], dict(options)))
        return super()._inner_get_response(messages=messages, stream=stream, options=options, **rest)


@pytest.fixture
def client() -> Recording:
    return Recording()


def conversation_with(client: Any, zone: PrivateZone, language: Any = "ja") -> Conversation:
    """A conversation with a client of a test's own."""
    return Conversation(zone, Cloud(client), Approvals(Fixed(INSTRUCTIONS[language], client.model)))


class Asking:
    """Asks one question through everything, and keeps the events."""

    def __init__(self, toy: Toy, client: Recording) -> None:
        self.toy = toy
        self.client = client
        self.events: list[Event] = []

    async def __call__(
        self,
        text: str = "めまいと動悸があります",
        language: Any = "ja",
        case: str | None = None,
        token: str = TOKEN,
        url: str | None = None,
        deadline: float = 60,
    ) -> Answer:
        zone = PrivateZone(url or self.toy.url, token, KEY)
        question = Question(text, language, case)
        conversation = conversation_with(self.client, zone, language)
        return await conversation.answer(question, self.events.append, deadline=deadline)

    def kinds(self) -> list[str]:
        return [event.name for event in self.events]


@pytest.fixture
def ask(toy: Toy, client: Recording) -> Asking:
    return Asking(toy, client)
