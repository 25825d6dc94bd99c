"""Files of the state folder: readable by their owner only, and never half-written."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from sekisho.errors import Code, SetupError


def write_private(path: Path, data: bytes) -> None:
    """Replace a file in one step: written beside it (mode 0600), flushed to the disk, then renamed.

    Raises:
        OSError: The disk is full or the folder cannot be written; then the old file is as it was.
    """
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(beside).unlink()
        raise


def is_only_ours(path: Path) -> bool:
    """Whether nobody but the owner of this process could have written a file; on Windows, whether it is a file.

    Raises:
        OSError: It is not there.
    """
    if os.name != "posix":
        return path.is_file()
    status = path.stat()
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def others_may_read(path: Path) -> bool:
    """Whether others than the owner have any right to a file; on Windows never, its rights are the folder's.

    Raises:
        OSError: It is not there.
    """
    return os.name == "posix" and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def private_folder(path: Path) -> Path:
    """The state folder, made with mode 0700 if it is not there, and so are the folders above it that are missing.

    Raises:
        SetupError: `state_unusable`.
    """
    try:
        for folder in reversed([path, *path.parents]):
            folder.mkdir(mode=0o700, exist_ok=True)
        if not os.access(path, os.W_OK | os.X_OK):
            raise OSError
    except OSError:
        raise SetupError(Code.STATE_UNUSABLE, str(path)) from None
    return path
