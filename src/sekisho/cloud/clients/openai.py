"""OpenAI, Azure OpenAI and whatever speaks their interfaces, through Agent Framework's own clients."""

from __future__ import annotations

from typing import Any, Final

import httpx2
from agent_framework import SupportsChatGetResponse as ChatClient
from agent_framework_openai import OpenAIChatClient, OpenAIChatCompletionClient
from openai import AsyncOpenAI

from sekisho.cloud.choice import CloudChoice

#: The library wants a key. The real one is added by the transport, so that no library holds it.
NO_KEY: Final = "added-by-the-transport"


def openai_client(choice: CloudChoice, http: httpx2.AsyncClient) -> ChatClient[Any]:
    """The client for Chat Completions or Responses."""
    route = choice.route()
    # Its own retries are off: what is sent again is decided in one place.
    sdk = AsyncOpenAI(
        base_url=route.base,
        api_key=NO_KEY,
        max_retries=0,
        http_client=http,
        timeout=http.timeout,
        default_query=dict([route.query.split("=", 1)]) if route.query else None,
    )
    client = OpenAIChatCompletionClient if route.api == "chat" else OpenAIChatClient
    return client(model=choice.model, async_client=sdk)
