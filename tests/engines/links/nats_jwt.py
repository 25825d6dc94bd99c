"""Operator, account and user of a NATS server in operator mode: what `nsc` makes, as small as it may be."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import time
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_OPERATOR, _ACCOUNT, _USER = 14 << 3, 0, 20 << 3
_SEED = 18 << 3


@dataclass(frozen=True)
class Issued:
    """The server's configuration, and the content of a user's credentials file."""

    config: str
    credentials: str


class _Key:
    def __init__(self, kind: int) -> None:
        self._kind = kind
        self._key = Ed25519PrivateKey.generate()

    @property
    def public(self) -> str:
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return _encoded(bytes([self._kind]) + raw)

    @property
    def seed(self) -> str:
        return _encoded(bytes([_SEED | self._kind >> 5, (self._kind & 31) << 3]) + self._key.private_bytes_raw())

    def issue(self, subject: str, name: str, claims: dict[str, Any]) -> str:
        body = {"iat": int(time.time()), "iss": self.public, "name": name, "sub": subject, "nats": claims}
        body["jti"] = base64.b32encode(hashlib.sha256(json.dumps(body).encode()).digest()).decode().rstrip("=")
        head = {"typ": "JWT", "alg": "ed25519-nkey"}
        signed = f"{_url(json.dumps(head).encode())}.{_url(json.dumps(body).encode())}"
        return f"{signed}.{_url(self._key.sign(signed.encode()))}"


def issue() -> Issued:
    """An operator, its system account, one account with JetStream, one user in it."""
    operator, system, account, user = _Key(_OPERATOR), _Key(_ACCOUNT), _Key(_ACCOUNT), _Key(_USER)
    everything = dict.fromkeys(("subs", "data", "payload", "imports", "exports", "conn", "leaf"), -1)
    storage = dict.fromkeys(("mem_storage", "disk_storage", "streams", "consumer"), -1)
    of_operator = operator.issue(operator.public, "operator", {"type": "operator", "version": 2})
    limits = {**everything, **storage, "wildcards": True}
    of_account = operator.issue(account.public, "account", {"type": "account", "version": 2, "limits": limits})
    without = {"type": "account", "version": 2, "limits": {**everything, "wildcards": True}}
    of_system = operator.issue(system.public, "system", without)
    unlimited = {"subs": -1, "data": -1, "payload": -1}
    of_user = account.issue(user.public, "user", {"type": "user", "version": 2, **unlimited})
    known = f'{account.public}: "{of_account}", {system.public}: "{of_system}"'
    config = (
        f'operator: "{of_operator}"\nsystem_account: "{system.public}"\n'
        f"resolver: MEMORY\nresolver_preload: {{ {known} }}\n"
    )
    credentials = (
        f"-----BEGIN NATS USER JWT-----\n{of_user}\n------END NATS USER JWT------\n\n"
        f"-----BEGIN USER NKEY SEED-----\n{user.seed}\n------END USER NKEY SEED------\n"
    )
    return Issued(config, credentials)


def _encoded(raw: bytes) -> str:
    return base64.b32encode(raw + binascii.crc_hqx(raw, 0).to_bytes(2, "little")).decode().rstrip("=")


def _url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
