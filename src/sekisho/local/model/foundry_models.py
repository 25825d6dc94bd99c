"""The models of Foundry Local on this machine, through its SDK in this process.

The SDK talks to services of its maker: a catalogue of models, and telemetry. Neither is needed for an answer, so it
is opened *closed*: it reads the catalogue's copy on this disk, and sends nothing. Only a download, which a person asks
for, opens it to the catalogue. docs/FOUNDRY_LOCAL.md says what was measured.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from sekisho.errors import Code, SetupError

if TYPE_CHECKING:
    from foundry_local_sdk import FoundryLocalManager, IModel

EXTRA = "foundry-local"
#: The SDK's switches leave one event on; where it believes that it runs in a build pipeline it uploads nothing at all.
#: Its runtime reads the second variable when a model is loaded, so both stay set.
SILENCE = {"ORT_TELEMETRY_DISABLED": "1", "TF_BUILD": "True"}
#: Given as the address of a service that keeps the catalogue, so that the SDK does not fetch it. Nothing is sent there.
_NO_CATALOGUE = "http://127.0.0.1:9"
_APP = "sekisho"

#: The SDK is one for the process, opened one way at a time.
LOCK = RLock()


@contextmanager
def closed_sdk(folder: Path | None) -> Iterator[FoundryLocalManager]:
    """The SDK without a network, for as long as the block; it stays open for the next one.

    Raises:
        SetupError: `extra_missing`, `model_unsupported`.
    """
    with LOCK:
        yield open_sdk(folder, online=False, catalogues=())


def find(manager: FoundryLocalManager, name: str) -> IModel:
    """A downloaded model by alias or id, or the model in a folder.

    An alias names several variants; the SDK has chosen the one for this machine's hardware.

    Raises:
        SetupError: `model_missing`, `model_not_downloaded`.
    """
    if is_model_folder(name):
        return _registered(manager, Path(name).resolve())
    model = manager.catalog.get_model(name) or manager.catalog.get_model_variant(name)
    if model is None:
        raise SetupError(Code.MODEL_MISSING, name)
    if not model.is_cached:
        raise SetupError(Code.MODEL_NOT_DOWNLOADED, name)
    return model


def register_provider(manager: FoundryLocalManager, model: IModel) -> None:
    """What a GPU or NPU variant runs on: fetched by the SDK at the first use, from the disk after that.

    Raises:
        FoundryLocalException: It cannot be had.
    """
    wanted = model.info.runtime.execution_provider if model.info.runtime else ""
    if any(provider.name == wanted and not provider.is_registered for provider in manager.discover_eps()):
        manager.download_and_register_eps([wanted])


def is_model_folder(name: str) -> bool:
    """Whether it names the folder of a model."""
    return (Path(name) / "genai_config.json").is_file()


def where(model: IModel) -> str:
    """Where a model runs, as far as the SDK says: `NPU, QNNExecutionProvider`."""
    runtime = model.info.runtime
    parts = (str(runtime.device_type or ""), runtime.execution_provider) if runtime else ()
    return ", ".join(part for part in parts if part)


def open_sdk(folder: Path | None, online: bool, catalogues: tuple[str, ...]) -> FoundryLocalManager:
    """The SDK, opened anew where it is open in another way. Hold `LOCK`.

    Raises:
        SetupError: `extra_missing`, `model_unsupported`.
    """
    if importlib.util.find_spec("foundry_local_sdk") is None:
        raise SetupError(Code.EXTRA_MISSING, EXTRA)
    os.environ.update(SILENCE)
    try:
        from foundry_local_sdk import Configuration, FoundryLocalManager
        from foundry_local_sdk.exception import FoundryLocalException
        from foundry_local_sdk.logging_helper import LogLevel
    except (ImportError, OSError):  # its native libraries are not for this machine
        raise SetupError(Code.MODEL_UNSUPPORTED, EXTRA) from None
    data = str(folder) if folder else None
    opened = FoundryLocalManager.instance
    if opened is not None:
        if not online and opened.config.web is not None and opened.config.app_data_dir == data:
            return opened
        opened.close()
    configuration = Configuration(
        app_name=_APP,
        app_data_dir=data,
        log_level=LogLevel.FATAL,  # it writes its log to the screen and to a file
        web=None if online else Configuration.WebService(external_url=_NO_CATALOGUE),
        catalog_urls=[(address, None) for address in catalogues],
        disable_nonessential_telemetry=True,
    )
    try:
        FoundryLocalManager.initialize(configuration)
    except (FoundryLocalException, OSError):
        raise SetupError(Code.MODEL_UNSUPPORTED, EXTRA) from None
    assert FoundryLocalManager.instance is not None
    return FoundryLocalManager.instance


def _registered(manager: FoundryLocalManager, folder: Path) -> IModel:
    from foundry_local_sdk import CatalogType, ModelInfoBuilder

    local = manager.get_catalog(CatalogType.LOCAL)
    id_ = f"{folder.name}:1"
    if (known := local.get_model_variant(id_)) is not None:
        if Path(known.get_path()).resolve() == folder:
            return known
        local.unregister_model(id_)
    with ModelInfoBuilder() as about:
        about.set_string_property("task", "chat-completion")
        return local.register_model(folder, id_, about)
