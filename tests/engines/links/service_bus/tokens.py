"""Shared access signatures as Service Bus checks them: key, expiry, audience and rights."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

RIGHTS = ("Send", "Listen")


@dataclass(frozen=True)
class Key:
    """A shared access policy: its key and, by entity (`*`: every one), what it lets do."""

    secret: str
    rights: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Claim:
    """What a connection was let do by one token."""

    audience: str
    rights: Mapping[str, tuple[str, ...]]

    def allows(self, entity: str, right: str) -> bool:
        """Whether this claim covers an entity. A token for a namespace covers all that is in it."""
        covered = self.audience in ("", entity) or entity.startswith(self.audience + "/")
        granted = [self.rights.get("*", ()), *(self.rights.get(name, ()) for name in _above(entity))]
        return covered and any(right in some for some in granted)


class BadTokenError(Exception):
    """The token is no good. The text is what the service says."""


def path_of(address: str) -> str:
    """`amqp://host/tasks` and `tasks` -> `tasks`."""
    _, scheme, rest = address.rpartition("://")
    return (rest.partition("/")[2] if scheme else rest).strip("/").lower()


def claim_of(token: str, keys: Mapping[str, Key], bearers: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Claim:
    """What a token allows. `bearers` are the whole tokens that stand for Entra identities here.

    Raises:
        BadTokenError: It is not one of ours, or is expired.
    """
    if not token.startswith("SharedAccessSignature "):
        if token not in bearers:
            raise BadTokenError("InvalidToken: The token is not one of an identity that is known here.")
        return Claim("", bearers[token])
    fields = dict(parse_qsl(token.removeprefix("SharedAccessSignature "), keep_blank_values=True))
    raw = dict(part.split("=", 1) for part in token.removeprefix("SharedAccessSignature ").split("&"))
    key = keys.get(fields.get("skn", ""))
    if key is None:
        raise BadTokenError("InvalidSignature: The token has an invalid signature.")
    signed = f"{raw.get('sr', '')}\n{raw.get('se', '')}".encode()
    good = base64.b64encode(hmac.new(key.secret.encode(), signed, hashlib.sha256).digest()).decode()
    if not hmac.compare_digest(good, unquote(raw.get("sig", ""))):
        raise BadTokenError("InvalidSignature: The token has an invalid signature.")
    if float(raw.get("se", "0")) < time.time():
        raise BadTokenError("ExpiredToken: The token is expired.")
    return Claim(path_of(unquote(raw["sr"])), key.rights)


def _above(entity: str) -> list[str]:
    """An entity's own name and those of what it belongs to: a subscription has its topic's policies too."""
    parts = entity.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
