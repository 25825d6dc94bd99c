"""A conversation on real client libraries against the wire server, with everything that it said kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.cloud.toy_server import CASE, KEY, TOKEN, Toy
from tests.engines.cloud_wire import AGENT, MODEL, Wire
from tests.engines.cloud_wire import KEY as CLOUD_KEY

from sekisho.cloud.choice import CloudChoice
from sekisho.cloud.connection import PrivateZone
from sekisho.cloud.conversation import Conversation, open_conversation
from sekisho.cloud.events import Answer, Event
from sekisho.cloud.guarded_transport import Look
from sekisho.cloud.question import Question

ASKED = "めまいと動悸があります"
ENVIRONMENT = {"SEKISHO_CLOUD_KEY": CLOUD_KEY}

#: Every kind of client, and its interface where it has two.
KINDS = {
    "openai-responses": {"kind": "openai", "endpoint": "/v1", "api": "responses"},
    "openai-chat": {"kind": "openai", "endpoint": "/v1", "api": "chat"},
    "compatible-chat": {"kind": "openai-compatible", "endpoint": "/v1"},
    "compatible-responses": {"kind": "openai-compatible", "endpoint": "/v1", "api": "responses"},
    "azure-v1": {"kind": "azure-openai", "endpoint": ""},
    "azure-v1-chat": {"kind": "azure-openai", "endpoint": "", "api": "chat"},
    "azure-by-deployment": {"kind": "azure-openai", "endpoint": "", "api_version": "2024-10-21"},
    "foundry": {"kind": "foundry", "endpoint": "/api/projects/p"},
    "foundry-agent": {"kind": "foundry-agent", "endpoint": "/api/projects/p", "agent": AGENT, "agent_version": "3"},
}


def choice_of(kind: str, wire: Wire, **changes: Any) -> CloudChoice:
    """The settings for one kind of client on the wire server."""
    plain: dict[str, Any] = {**KINDS[kind], **changes}
    model = "" if plain["kind"] == "foundry-agent" else MODEL
    return CloudChoice(**{"model": model, "sign_in": "key", **plain, "endpoint": wire.url + plain["endpoint"]})


@dataclass
class Wired:
    """One conversation and its events."""

    conversation: Conversation
    events: list[Event] = field(default_factory=list)

    async def ask(self, text: str = ASKED, deadline: float = 30, case: str | None = CASE) -> Answer:
        question = Question(text, "ja", case)
        return await self.conversation.answer(question, self.events.append, deadline=deadline)


@asynccontextmanager
async def wired(toy: Toy, choice: CloudChoice, look: Look | None = None) -> AsyncIterator[Wired]:
    """Open a conversation, and close it."""
    conversation = open_conversation("ja", PrivateZone(toy.url, TOKEN, KEY), choice, ENVIRONMENT, look)
    try:
        yield Wired(conversation)
    finally:
        await conversation.close()
