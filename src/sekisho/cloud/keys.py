"""Where the key of a cloud model comes from: the environment, or the keyring of the operating system. Never a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sekisho.cloud.choice import CloudChoice
from sekisho.errors import Code, SetupError

VARIABLE: Final = "SEKISHO_CLOUD_KEY"
#: The service name in the keyring; the user name is the host.
SERVICE: Final = "sekisho"

_KEY: Final = re.compile(r"[!-~]{1,4096}")


def find_key(choice: CloudChoice, environment: Mapping[str, str]) -> str | None:
    """The key, or None where there is none.

    Raises:
        SetupError: `cloud_key_wrong`: what is there cannot stand in a header; with the variable, or the host in the
            keyring.
    """
    host = choice.route().origin[1]
    key, place = environment.get(VARIABLE, "").strip(), VARIABLE
    if not key:
        key, place = _from_keyring(host), host
    if key and not _KEY.fullmatch(key):
        raise SetupError(Code.CLOUD_KEY_WRONG, place)
    return key or None


def _from_keyring(host: str) -> str:
    try:
        import keyring
    except ImportError:  # the extra `keyring` is not installed
        return ""
    try:
        return keyring.get_password(SERVICE, host) or ""
    except Exception:  # noqa: BLE001 - no keyring on this machine, or it is locked
        return ""
