"""Signing in: which credential the settings mean, and Entra tokens by `az login` or a managed identity."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from sekisho.cloud.choice import CloudChoice
from sekisho.cloud.credentials import Credential, Key, Nobody
from sekisho.cloud.keys import find_key
from sekisho.errors import Code, SetupError

FOUNDRY_SCOPE: Final = "https://ai.azure.com/.default"
OPENAI_SCOPE: Final = "https://cognitiveservices.azure.com/.default"
#: A token is asked for anew this many seconds before it ends.
_EARLY_SECONDS: Final = 300


def credential_for(choice: CloudChoice, environment: Mapping[str, str]) -> Credential:
    """What the settings say: a key, Entra, or nothing.

    Raises:
        SetupError: `cloud_key_missing`, `cloud_key_wrong`, `extra_missing`.
    """
    if choice.sign_in == "none":
        return Nobody()
    if choice.sign_in in ("auto", "key"):
        key = find_key(choice, environment)
        if key is not None:
            return Key(key, choice.kind == "azure-openai")
        if choice.sign_in == "key" or not choice.is_azure:
            raise SetupError(Code.CLOUD_KEY_MISSING, choice.route().origin[1])
    try:
        return Entra(_azure(choice.sign_in), FOUNDRY_SCOPE if choice.is_foundry else OPENAI_SCOPE)
    except ImportError:
        raise SetupError(Code.EXTRA_MISSING, "foundry") from None


class Entra:
    """A token of Entra ID, kept until shortly before it ends."""

    def __init__(self, source: Any, scope: str, now: Callable[[], float] = time.time) -> None:
        """`source` is any asynchronous credential of azure-identity."""
        self._source = source
        self._scope = scope
        self._now = now
        self._token = ""
        self._ends = 0.0

    async def header(self) -> tuple[str, str]:
        """The header, with a token that is still good."""
        if self._now() > self._ends - _EARLY_SECONDS:
            self._token = ""
            try:
                token = await self._source.get_token(self._scope)
            except Exception:  # noqa: BLE001 - its text may hold names of accounts and tenants
                token = None
            if token is None:
                raise SetupError(Code.CLOUD_NOT_SIGNED_IN)
            self._token, self._ends = token.token, token.expires_on
        return "authorization", f"Bearer {self._token}"

    async def close(self) -> None:
        """Close what the credential holds open."""
        await self._source.close()

    def __repr__(self) -> str:
        return "<Entra>"


def _azure(sign_in: str) -> Any:
    from azure.identity.aio import AzureCliCredential, ChainedTokenCredential, ManagedIdentityCredential

    from sekisho.cloud.azure_transport import MachineTransport

    if sign_in == "az":
        return AzureCliCredential()
    if sign_in == "managed-identity":
        return ManagedIdentityCredential(transport=MachineTransport())
    return ChainedTokenCredential(AzureCliCredential(), ManagedIdentityCredential(transport=MachineTransport()))
