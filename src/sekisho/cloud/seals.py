"""Recognises a disclosure by the checkpoint's signature, wherever the tool ran."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final, Protocol

from sekisho.checkpoint.signature import NONCE_NAME, SIGNATURE_NAME, Verifier
from sekisho.cloud.tool_form import TOOL

_NONCE_BYTES: Final = 24


class Seals(Protocol):
    """Tells which texts of tool results the checkpoint has signed."""

    def fresh(self) -> dict[str, str]:
        """What a call must carry in its `_meta`, so that its result can be told from an earlier one."""
        ...

    def take(self, texts: list[str], meta: Mapping[str, object] | None) -> None:
        """Look at a result as it arrived: its texts, and its `_meta`."""
        ...

    def holds(self, text: str) -> bool:
        """Whether this text arrived with a good signature."""
        ...


class SignedSeals:
    """The real ones: an Ed25519 signature of the private zone whose public key we were given."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier
        self._nonces: list[str] = []
        self._signed: set[str] = set()

    def fresh(self) -> dict[str, str]:
        """A nonce that no call has carried before."""
        self._nonces.append(secrets.token_urlsafe(_NONCE_BYTES))
        return {NONCE_NAME: self._nonces[-1]}

    def take(self, texts: list[str], meta: Mapping[str, object] | None) -> None:
        """Remember the text if it is the only one and is signed for the newest call."""
        signature = (meta or {}).get(SIGNATURE_NAME)
        if len(texts) == 1 and self._nonces:
            data = texts[0].encode("utf-8", "surrogatepass")
            if self._verifier.accepts(data, TOOL, self._nonces[-1], signature):
                self._signed.add(texts[0])

    def holds(self, text: str) -> bool:
        """Whether this text was signed."""
        return text in self._signed
