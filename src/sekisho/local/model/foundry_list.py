"""The models of Foundry Local that are on this disk, for the operator's screen."""

from __future__ import annotations

from pathlib import Path

from sekisho.local.model.foundry_local import info_of
from sekisho.local.model.foundry_models import closed_sdk
from sekisho.local.model.patience import within
from sekisho.local.model.runtime import Cancellation, ModelInfo


def downloaded(deadline: float, folder: Path | None = None) -> tuple[ModelInfo, ...]:
    """The models, by id.

    Raises:
        SetupError: `extra_missing`, `model_unsupported`, `model_timeout`.
    """

    def look() -> tuple[ModelInfo, ...]:
        with closed_sdk(folder) as manager:
            return tuple(info_of(model, model.id) for model in manager.catalog.get_cached_models())

    return within(deadline, Cancellation(), look)
