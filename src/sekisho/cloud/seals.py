"""Recognises a disclosure by the checkpoint's signature, wherever the tool ran."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final, Protocol

from sekisho.checkpoint.signature import NONCE_NAME, SIGNATURE_NAME, Verifier
from sekisho.offered_tool import TOOL

_NONCE_BYTES: Final = 24


class Seals(Protocol):
    """Tells which texts of tool results the checkpoint has signed, and for which call."""

    def fresh(self) -> dict[str, str]:
        """What a call must carry in its `_meta`, so that its result can be told from that of any other."""
        ...

    def take(self, texts: list[str], meta: Mapping[str, object] | None) -> None:
        """Look at a result as it arrived: its texts, and its `_meta`."""
        ...

    def holds(self, text: str, carried: Mapping[str, str]) -> bool:
        """Whether this text arrived with a good signature for the call that carried this."""
        ...


class SignedSeals:
    """The real ones: an Ed25519 signature of the private zone whose public key we were given.

    A model may make several calls at once: a result is known by the nonce that its signature stands for.
    """

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier
        self._waiting: set[str] = set()
        #: The text that arrived signed, by the nonce of its call.
        self._signed: dict[str, str] = {}

    def fresh(self) -> dict[str, str]:
        """A nonce that no call has carried before."""
        nonce = secrets.token_urlsafe(_NONCE_BYTES)
        self._waiting.add(nonce)
        return {NONCE_NAME: nonce}

    def take(self, texts: list[str], meta: Mapping[str, object] | None) -> None:
        """Remember the text if it is the only one and is signed for a call that waits."""
        signature = (meta or {}).get(SIGNATURE_NAME)
        if len(texts) != 1:
            return
        data = texts[0].encode("utf-8", "surrogatepass")
        for nonce in self._waiting:
            if self._verifier.accepts(data, TOOL, nonce, signature):
                self._waiting.remove(nonce)
                self._signed[nonce] = texts[0]
                return

    def holds(self, text: str, carried: Mapping[str, str]) -> bool:
        """Whether this text was signed for that call."""
        return self._signed.get(carried.get(NONCE_NAME, "")) == text
