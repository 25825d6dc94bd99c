"""Which cloud model answers, as plain data: what the settings say, checked. It holds no key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Final, get_args

from sekisho.cloud.route import Api, Route, checked_endpoint
from sekisho.cloud.way_out import checked_proxy
from sekisho.errors import Code, InputError

STAND_IN: Final = "stand-in"
KINDS: Final = (STAND_IN, "foundry", "foundry-agent", "azure-openai", "openai", "openai-compatible")
SIGN_INS: Final = ("auto", "key", "az", "managed-identity", "none")
OPENAI: Final = "https://api.openai.com/v1"
#: Azure's interface without dated versions.
V1: Final = "v1"

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}")
_VERSION: Final = re.compile(r"v1|[0-9]{4}-[0-9]{2}-[0-9]{2}(-preview)?")
_AZURE: Final = frozenset({"foundry", "foundry-agent", "azure-openai"})


@dataclass(frozen=True, slots=True)
class CloudChoice:
    """One cloud model.

    Attributes:
        kind: One of `KINDS`.
        endpoint: Foundry: the project endpoint. Azure OpenAI: the resource. OpenAI-compatible: up to `/v1`.
        model: The model; for Azure the name of the deployment.
        api: `chat` (Chat Completions) or `responses`; empty for the usual one of the kind.
        api_version: Azure OpenAI: `v1`, or a date for the older interface by deployment.
        agent, agent_version: An existing Foundry agent.
        sign_in: One of `SIGN_INS`: a key, Entra by `az login` or managed identity, or nothing for one's own server.
        store: Whether the service may keep the conversation.
        proxy: Address of an HTTP proxy on the way to an https endpoint; empty for none. See `way_out`.
        ca: File of certificates (PEM) to trust besides the system's; empty for none.

    Raises:
        InputError: `bad_setting` with the name of the setting.
    """

    kind: str = STAND_IN
    endpoint: str = ""
    model: str = ""
    api: str = ""
    api_version: str = V1
    agent: str = ""
    agent_version: str = ""
    sign_in: str = "auto"
    store: bool = False
    proxy: str = field(default="", repr=False)
    ca: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(Code.BAD_SETTING, "cloud")
        if self.api not in ("", *get_args(Api)):
            raise InputError(Code.BAD_SETTING, "cloud_api")
        if not _VERSION.fullmatch(self.api_version):
            raise InputError(Code.BAD_SETTING, "cloud_api_version")
        if self.sign_in not in SIGN_INS or (self.sign_in in ("az", "managed-identity") and not self.is_azure):
            raise InputError(Code.BAD_SETTING, "cloud_sign_in")
        self._check_names()
        checked_proxy(self.proxy)
        if self.kind != STAND_IN:
            self.route()

    def _check_names(self) -> None:
        if self.kind == STAND_IN:
            return
        if self.kind == "foundry-agent":
            if not _NAME.fullmatch(self.agent):
                raise InputError(Code.BAD_SETTING, "cloud_agent")
            if self.agent_version and not _NAME.fullmatch(self.agent_version):
                raise InputError(Code.BAD_SETTING, "cloud_agent_version")
        elif not _NAME.fullmatch(self.model):
            raise InputError(Code.BAD_SETTING, "cloud_model")

    @property
    def is_azure(self) -> bool:
        """Whether one can sign in to it with Entra."""
        return self.kind in _AZURE

    @property
    def is_foundry(self) -> bool:
        """Whether it is a Foundry project."""
        return self.kind in ("foundry", "foundry-agent")

    def route(self) -> Route:
        """Where its requests go."""
        endpoint = checked_endpoint(self.endpoint or (OPENAI if self.kind == "openai" else ""))
        if self.kind in ("openai", "openai-compatible"):
            return Route(endpoint, self._api("chat" if self.kind == "openai-compatible" else "responses"))
        if self.is_foundry:
            if self.api == "chat":
                raise InputError(Code.BAD_SETTING, "cloud_api")
            return Route(f"{endpoint}/openai/v1", "responses")
        if self.api_version == V1:
            return Route(f"{endpoint}/openai/v1", self._api("responses"))
        if self.api == "responses":  # the interface by deployment has none
            raise InputError(Code.BAD_SETTING, "cloud_api")
        return Route(f"{endpoint}/openai/deployments/{self.model}", "chat", f"api-version={self.api_version}")

    def _api(self, usual: Api) -> Api:
        return "chat" if (self.api or usual) == "chat" else "responses"

    def as_plain(self) -> dict[str, object]:
        """As plain JSON data."""
        return asdict(self)


def choice_from(plain: object) -> CloudChoice:
    """Read `as_plain` back.

    Raises:
        InputError: `bad_arguments` for another form, `bad_setting` for a value.
    """
    types = {item.name: bool if item.name == "store" else str for item in fields(CloudChoice)}
    if not isinstance(plain, Mapping) or not plain.keys() <= types.keys():
        raise InputError(Code.BAD_ARGUMENTS)
    if any(type(value) is not types[name] for name, value in plain.items()):
        raise InputError(Code.BAD_ARGUMENTS)
    return CloudChoice(**plain)
