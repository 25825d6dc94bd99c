"""A model that is looked for: on whichever server of this machine offers it, found at first use and again when it has
moved (the service of Foundry Local takes another port at every start)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from sekisho.errors import Code, SetupError
from sekisho.local.model.address import check_not_cloud
from sekisho.local.model.discovery import Server, find_servers
from sekisho.local.model.openai import OpenAICompatible
from sekisho.local.model.patience import within
from sekisho.local.model.runtime import Cancellation, Completion, Dialect, Message, ModelInfo, Schema


class FoundModel:
    """One model, wherever on this machine it is served."""

    kind = OpenAICompatible.kind
    capabilities = OpenAICompatible.capabilities

    def __init__(self, name: str, find: Callable[[], list[Server]] = find_servers) -> None:
        """Nothing is looked for yet.

        Raises:
            SetupError: `model_not_local` for a name that says that it runs in a cloud.
        """
        check_not_cloud(name)
        self.name = name
        self._find = find
        self._runtime: OpenAICompatible | None = None
        self._lock = Lock()

    @property
    def address(self) -> str:
        """Where it was found, or empty."""
        return self._runtime.address if self._runtime else ""

    def models(self, deadline: float) -> tuple[ModelInfo, ...]:
        """The models of the server where it is; looked for anew."""
        self._forget()
        return self._found(deadline, Cancellation()).models(deadline)

    def complete(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        max_tokens: int,
        deadline: float,
        cancelled: Cancellation,
        dialect: Dialect = Dialect.MERGED,
    ) -> Completion:
        """One generation. Where the server has gone, the next call looks for it anew."""
        try:
            found = self._found(deadline, cancelled)
            return found.complete(messages, schema, max_tokens, deadline, cancelled, dialect)
        except SetupError as error:
            if error.code in (Code.MODEL_UNREACHABLE, Code.MODEL_MISSING):
                self._forget()
            raise

    def close(self) -> None:
        """End the connections."""
        self._forget()

    def _found(self, deadline: float, cancelled: Cancellation) -> OpenAICompatible:
        with self._lock:
            if self._runtime is None:
                servers = within(deadline, cancelled, self._find)
                offering = [s.url for s in servers if any(model.name == self.name for model in s.models)]
                if not offering:
                    raise SetupError(Code.MODEL_MISSING if servers else Code.MODEL_UNREACHABLE, self.name)
                self._runtime = OpenAICompatible(offering[0], self.name)
            return self._runtime

    def _forget(self) -> None:
        with self._lock:
            runtime, self._runtime = self._runtime, None
        if runtime is not None:
            runtime.close()
