"""Downloading a model of Foundry Local: the one thing here that goes to the internet, and only when a person asks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

from sekisho.errors import Code, SetupError
from sekisho.local.model.foundry_models import LOCK, open_sdk, register_provider


def download(
    name: str,
    progress: Callable[[float], None],
    cancel: Event | None = None,
    folder: Path | None = None,
    catalogues: tuple[str, ...] = (),
) -> str:
    """Fetch a model by alias or id, with `progress` in percent. Gives the id of the variant for this machine.

    `catalogues` are addresses of catalogues, where it is not the maker's own.

    Raises:
        SetupError: `extra_missing`, `model_unsupported`, `model_no_catalogue`, `model_missing`, `model_download`.
    """
    with LOCK:
        manager = open_sdk(folder, online=True, catalogues=catalogues)
        from foundry_local_sdk.exception import FoundryLocalException

        try:
            model = manager.catalog.get_model(name) or manager.catalog.get_model_variant(name)
            if model is None:
                is_there = bool(manager.catalog.list_models())  # offline the SDK says neither why nor that
                raise SetupError(Code.MODEL_MISSING if is_there else Code.MODEL_NO_CATALOGUE, name)
            register_provider(manager, model)
            if not model.is_cached:
                model.download(progress, cancel)
            return str(model.id)
        except FoundryLocalException:
            raise SetupError(Code.MODEL_DOWNLOAD, name) from None
        finally:
            manager.close()
