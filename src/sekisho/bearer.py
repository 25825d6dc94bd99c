"""The bearer token of the local server: made at first start, readable by its owner only, never shown whole."""

from __future__ import annotations

import hmac
import secrets
from pathlib import Path

from filelock import FileLock, Timeout

from sekisho.errors import Code, InputError, SetupError
from sekisho.private_file import others_may_read, private_folder, write_private

_LEAST_LENGTH = 32
_LOCK_SECONDS = 10.0


class Bearer:
    """A token that can be checked against and handed to the cloud zone, and that shows nothing of itself."""

    def __init__(self, value: str) -> None:
        self._value = value

    def matches(self, given: str) -> bool:
        """Whether this is the token; takes as long for every wrong one."""
        return hmac.compare_digest(self._value.encode(), given.encode("utf-8", "surrogatepass"))

    def reveal(self) -> str:
        """The token itself, for the one who must present it."""
        return self._value

    def __repr__(self) -> str:
        return "<Bearer>"


def bearer_from(path: Path) -> Bearer:
    """The token in this file; a new one of 256 random bits where there is no file. Two at once get the same.

    Raises:
        InputError: `bad_token` when the file can be read by others, or holds no usable token.
        SetupError: `state_unusable` when it cannot be made.
    """
    try:
        if not path.exists():
            private_folder(path.parent)
            with FileLock(path.with_name(f"{path.name}.lock"), timeout=_LOCK_SECONDS, mode=0o600):
                if not path.exists():
                    write_private(path, secrets.token_urlsafe(32).encode())
        if others_may_read(path):
            raise InputError(Code.BAD_TOKEN, str(path))
        value = path.read_text(encoding="utf-8-sig").strip()
    except (OSError, Timeout):
        raise SetupError(Code.STATE_UNUSABLE, str(path)) from None
    except UnicodeDecodeError:
        raise InputError(Code.BAD_TOKEN, str(path)) from None
    if len(value) < _LEAST_LENGTH or not (value.isascii() and value.isprintable()) or " " in value:
        raise InputError(Code.BAD_TOKEN, str(path))
    return Bearer(value)
