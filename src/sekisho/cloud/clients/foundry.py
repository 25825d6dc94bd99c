"""A Foundry project's deployed model, or an existing Foundry agent, through Agent Framework's own clients."""

from __future__ import annotations

from typing import Any

import httpx2
from agent_framework import ChatMiddlewareLayer, FunctionInvocationLayer
from agent_framework import SupportsChatGetResponse as ChatClient
from agent_framework_foundry import FoundryChatClient, RawFoundryAgentChatClient
from azure.ai.projects.aio import AIProjectClient
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import AsyncHttpTransport

from sekisho.cloud.choice import CloudChoice
from sekisho.cloud.clients.openai import NO_KEY


class FoundryAgentClient(FunctionInvocationLayer[Any], ChatMiddlewareLayer[Any], RawFoundryAgentChatClient[Any]):
    """An existing agent, whose definition in the service offers our tool; the call itself is made here."""


def foundry_client(choice: CloudChoice, http: httpx2.AsyncClient) -> ChatClient[Any]:
    """The client for the project's model, or for its agent."""
    project = _Project(choice.endpoint.rstrip("/"), http)
    if choice.kind == "foundry":
        return FoundryChatClient(project_client=project, model=choice.model)
    return FoundryAgentClient(
        project_client=project, agent_name=choice.agent, agent_version=choice.agent_version or None
    )


class _Project(AIProjectClient):
    """A project that only hands out clients on our transport, and can send nothing itself."""

    def __init__(self, endpoint: str, http: httpx2.AsyncClient) -> None:
        super().__init__(endpoint, _NoToken(), transport=_NoWay())
        self._http = http

    def get_openai_client(self, agent_name: str | None = None, **given: Any) -> Any:
        """The library's client with our transport, whatever else was asked for."""
        own = {"http_client": self._http, "api_key": NO_KEY, "max_retries": 0, "timeout": self._http.timeout}
        return super().get_openai_client(agent_name=agent_name, **{**given, **own})


class _NoToken:
    """The transport signs in; the library gets nothing."""

    async def get_token(self, *_: str, **__: Any) -> AccessToken:
        raise PermissionError

    async def close(self) -> None:
        """Nothing is open."""

    async def __aenter__(self) -> _NoToken:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing is open."""


class _NoWay(AsyncHttpTransport[Any, Any]):
    """The project's own interfaces (listings, telemetry, connections) are not used, so they do not leave."""

    async def send(self, *_: Any, **__: Any) -> Any:
        raise PermissionError

    async def open(self) -> None:
        """Nothing is opened."""

    async def close(self) -> None:
        """Nothing is open."""

    async def __aexit__(self, *_: object) -> None:
        """Nothing is open."""
