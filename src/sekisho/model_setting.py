"""Which local model is used, as the settings say it. Plain data: it imports no runtime."""

from __future__ import annotations

from dataclasses import dataclass

RULES = "rules"
OPENAI = "openai"
FOUNDRY_LOCAL = "foundry-local"
KINDS = (RULES, OPENAI, FOUNDRY_LOCAL)
MODES = ("select", "write")


@dataclass(frozen=True, slots=True)
class ModelSetting:
    """The setting.

    Attributes:
        kind: `rules`, `openai` or `foundry-local`.
        name: The model's name, alias or id.
        url: The server's address; empty to look for one on this machine that offers the model.
        mode: `select` or `write`.
        private_host: A host beside this machine where the model may be: the operator's explicit word.
    """

    kind: str = RULES
    name: str = ""
    url: str = ""
    mode: str = "select"
    private_host: str = ""
