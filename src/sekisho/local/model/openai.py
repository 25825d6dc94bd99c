"""Any server on this machine that speaks the Chat Completions form: Ollama, llama-server, LM Studio, vLLM, the service
of Foundry Local."""

from __future__ import annotations

from collections.abc import Sequence

from sekisho.local.model.address import check_not_cloud, checked_address
from sekisho.local.model.chat_form import completion, question
from sekisho.local.model.http import LocalHttp
from sekisho.local.model.runtime import (
    Cancellation,
    Capabilities,
    Completion,
    Dialect,
    Message,
    ModelInfo,
    Schema,
)
from sekisho.local.model.server_facts import models_of


class OpenAICompatible:
    """One model of one server."""

    kind = "openai"
    capabilities = Capabilities(dialects=(Dialect.MERGED, Dialect.STANDARD))

    def __init__(self, url: str, name: str, private_host: str = "") -> None:
        """`private_host` is a host beside this machine that the operator has named.

        Raises:
            SetupError: `model_not_local`.
        """
        check_not_cloud(name)
        self._http = LocalHttp(checked_address(url, private_host))
        self.name = name

    @property
    def address(self) -> str:
        """The base address."""
        return self._http.address.url

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine."""
        return self._http.address.is_loopback

    def models(self, deadline: float) -> tuple[ModelInfo, ...]:
        """The models of the server."""
        return models_of(self._http, deadline)

    def complete(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        max_tokens: int,
        deadline: float,
        cancelled: Cancellation,
        dialect: Dialect = Dialect.MERGED,
    ) -> Completion:
        """One generation; see `sekisho.local.model.runtime`."""
        body = question(self.name, messages, schema, max_tokens, dialect)
        return completion(self._http.post("/v1/chat/completions", body, deadline, cancelled))

    def close(self) -> None:
        """End the connections."""
        self._http.close()
