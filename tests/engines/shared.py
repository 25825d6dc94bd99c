"""Servers that all tests of one process share: started when first asked for, stopped with the session."""

from __future__ import annotations

import atexit
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tests.engines.cache import EngineMissingError
from tests.engines.process import Server

S = TypeVar("S", bound=Server)
_SERVERS: dict[str, Any] = {}


def shared(name: str, make: Callable[[Path], S]) -> S:
    """The server of this name, running. Where its engine is missing, the test is skipped; on `CI` it fails."""
    if name not in _SERVERS:
        # Its data outlives single tests, so no test's folder may hold it.
        folder = tempfile.TemporaryDirectory(prefix="sekisho-engine-", ignore_cleanup_errors=True)
        server = engine(name, lambda: make(Path(folder.name)))
        server.start()
        _SERVERS[name] = (server, folder)
    running: S = _SERVERS[name][0]
    return running


def engine(name: str, make: Callable[[], S]) -> S:
    """A server that is not started. Where its engine is missing, the test is skipped; on `CI` it fails."""
    try:
        return make()
    except EngineMissingError as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"{name} is not here: {reason}")


def stop_all() -> None:
    """Stop what runs."""
    while _SERVERS:
        server, folder = _SERVERS.popitem()[1]
        server.stop()
        folder.cleanup()


atexit.register(stop_all)
