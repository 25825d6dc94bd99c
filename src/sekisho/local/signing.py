"""The signing key of this private zone: made at first use, readable by its owner only, never shown."""

from __future__ import annotations

import base64
import binascii
import secrets
from pathlib import Path

from filelock import FileLock, Timeout

from sekisho.checkpoint.signature import Signer
from sekisho.errors import Code, SetupError
from sekisho.private_file import others_may_read, private_folder, write_private

FILE_NAME = "signing.key"
_BYTES = 32
_LOCK_SECONDS = 10.0


def signer_from(state: Path) -> Signer:
    """The signer of this state folder; with a new key where there is none. Two at once get the same.

    Raises:
        SetupError: `state_unusable`: it cannot be made or read, is damaged, or can be read by others.
    """
    path = private_folder(state) / FILE_NAME
    try:
        with FileLock(path.with_suffix(".lock"), timeout=_LOCK_SECONDS, mode=0o600):
            if not path.exists():
                write_private(path, base64.b64encode(secrets.token_bytes(_BYTES)))
        if others_may_read(path):
            raise SetupError(Code.STATE_UNUSABLE, str(path))
        return Signer(base64.b64decode(path.read_bytes(), validate=True))
    except (OSError, Timeout, binascii.Error, ValueError):
        raise SetupError(Code.STATE_UNUSABLE, str(path)) from None
