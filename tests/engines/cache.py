"""Where the engines of the tests are kept: outside the repository, so that a second clone does not fetch them again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

_INSTALL_SECONDS = 300

# Looked up when this is imported: the tests themselves run with cache folders of their own.
_ROOT = Path(os.environ.get("SEKISHO_TEST_ENGINES") or Path.home() / ".cache" / "sekisho-tests")


class EngineMissingError(Exception):
    """The engine cannot be installed here. The message says why, and what to do."""


def installed(name: str, install: Callable[[Path], None]) -> Path:
    """The folder of an engine in one version (`name` says which); installed first where it is not there whole.

    Raises:
        EngineMissingError: It cannot be installed.
    """
    folder = _ROOT / name
    whole = folder / "installed"
    if not whole.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "install.lock", timeout=_INSTALL_SECONDS):
            if not whole.exists():
                install(folder)
                whole.touch()
    return folder
