"""From a setting to what chooses the facts. Each runtime is imported only when it is the one that was set."""

from __future__ import annotations

from pathlib import Path

from sekisho.local.model.protocol import Selector
from sekisho.local.model.rules import Rules
from sekisho.local.model.runtime import Runtime
from sekisho.model_setting import FOUNDRY_LOCAL, RULES, ModelSetting


def selector_for(setting: ModelSetting, status: Path | None = None) -> Selector:
    """The selector. No model is loaded and no server asked yet.

    Raises:
        SetupError: `model_not_local` for an address or a name that would leave this machine.
    """
    if setting.kind == RULES:
        return Rules()
    from sekisho.local.model.language_model import LanguageModel
    from sekisho.local.model.modes import MODES
    from sekisho.local.model.status import keep_status

    runtime = runtime_for(setting)
    return LanguageModel(runtime, MODES[setting.mode], changed=keep_status(status) if status else None)


def runtime_for(setting: ModelSetting) -> Runtime:
    """The runtime of a language model.

    Raises:
        SetupError: `model_not_local`, `extra_missing`.
    """
    if setting.kind == FOUNDRY_LOCAL:
        from sekisho.local.model.foundry_local import FoundryLocal

        return FoundryLocal(setting.name)
    if not setting.url:
        from sekisho.local.model.found import FoundModel

        return FoundModel(setting.name)
    from sekisho.local.model.openai import OpenAICompatible

    return OpenAICompatible(setting.url, setting.name, setting.private_host)
