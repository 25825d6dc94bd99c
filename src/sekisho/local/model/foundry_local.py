"""Foundry Local in this process, through foundry-local-sdk 2.x. No server, no address, nothing listens.

A model is named by alias (`phi-4-mini`: the SDK chooses the variant for the NPU, GPU or CPU that is there), by id
(`Phi-4-mini-instruct-generic-cpu:5`), or by the folder of an ONNX Runtime GenAI model.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sekisho.errors import Code, Refused, SetupError
from sekisho.local.model.chat_form import completion, question
from sekisho.local.model.foundry_models import closed_sdk, find, is_model_folder, register_provider, where
from sekisho.local.model.patience import within
from sekisho.local.model.runtime import (
    Cancellation,
    Capabilities,
    Completion,
    Dialect,
    Message,
    ModelInfo,
    Schema,
)

if TYPE_CHECKING:
    from foundry_local_sdk import FoundryLocalManager, IModel


class FoundryLocal:
    """One model. Loaded at the first use."""

    kind = "foundry-local"
    address = "in-process"
    capabilities = Capabilities(dialects=(Dialect.MERGED,))

    def __init__(self, name: str, folder: Path | None = None) -> None:
        """`folder` is the SDK's data folder, with the downloaded models; its own default where None."""
        self._asked = name
        self.name = Path(name).name if is_model_folder(name) else name  # a path is nobody's business
        self._folder = folder
        self._model: IModel | None = None
        self._manager: FoundryLocalManager | None = None
        self._lock = Lock()

    def models(self, deadline: float) -> tuple[ModelInfo, ...]:
        """The downloaded models, this one first."""
        return within(deadline, Cancellation(), self._models)

    def complete(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        max_tokens: int,
        deadline: float,
        cancelled: Cancellation,
        dialect: Dialect = Dialect.MERGED,
    ) -> Completion:
        """Generate; at the deadline, or when cancelled, the generation is stopped too."""
        if cancelled.is_cancelled:
            raise Refused(Code.CANCELLED)
        request = question(self.name, messages, schema, max_tokens, dialect)
        model = within(deadline, cancelled, self._loaded)
        generation = _Generation(model, json.dumps(request, ensure_ascii=False))
        return within(deadline, cancelled, generation.run, generation.stop)

    def close(self) -> None:
        """Take the model out of memory."""
        with self._lock:
            model, self._model, self._manager = self._model, None, None
        if model is not None:
            from foundry_local_sdk.exception import FoundryLocalException

            with suppress(FoundryLocalException, RuntimeError):  # the SDK may have been closed before
                model.unload()

    def _models(self) -> tuple[ModelInfo, ...]:
        with closed_sdk(self._folder) as manager:
            own = find(manager, self._asked)
            others = [model for model in manager.catalog.get_cached_models() if model.id != own.id]
            return (info_of(own, self.name), *(info_of(model, model.id) for model in others))

    def _loaded(self) -> IModel:
        with self._lock, closed_sdk(self._folder) as manager:
            from foundry_local_sdk.exception import FoundryLocalException

            if self._model is None or self._manager is not manager:  # a download opens the SDK anew
                found = find(manager, self._asked)
                try:
                    register_provider(manager, found)
                    found.load()
                except FoundryLocalException:  # its device, memory or files do not do
                    raise SetupError(Code.MODEL_UNSUPPORTED, self.name) from None
                self._model, self._manager = found, manager
            return self._model


class _Generation:
    """One generation, which another thread may stop."""

    def __init__(self, model: IModel, body: str) -> None:
        from foundry_local_sdk import Request

        self._model, self._body = model, body
        self._request = Request()
        self._at_work = True
        self._lock = Lock()

    def run(self) -> Completion:
        """Generate.

        Raises:
            SetupError: `model_invalid`: the SDK refused the request, stopped, or answered in another form.
        """
        from foundry_local_sdk import ChatSession, TextItem
        from foundry_local_sdk.exception import FoundryLocalException
        from foundry_local_sdk.items import TextItemType

        with self._request as request:
            try:
                with ChatSession(self._model) as session:
                    request.add_item(TextItem(self._body, TextItemType.OPENAI_JSON))
                    with session.process_request(request) as response:
                        return completion(json.loads(response.get_item(0).text))  # type: ignore[attr-defined]
            except (FoundryLocalException, RuntimeError, ValueError, LookupError, AttributeError):
                raise SetupError(Code.MODEL_INVALID) from None
            finally:
                with self._lock:
                    self._at_work = False

    def stop(self) -> None:
        """Stop it, if it has begun and has not ended."""
        with self._lock:  # while it is held the request is not closed
            if self._at_work:
                self._request.cancel()


def info_of(model: IModel, name: str) -> ModelInfo:
    """What the SDK says of a model."""
    about = model.info
    size = about.file_size_mb * 1024 * 1024 if about.file_size_mb else None
    return ModelInfo(name, model.is_loaded, about.context_length, where(model), size)
