"""An engine that a test needs: there, or the test is skipped with the reason. Where `CI` is set, it fails instead."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.engines.cache import EngineMissingError


def needed(install: Callable[[], Path]) -> Path:
    """What `install` gives."""
    try:
        return install()
    except EngineMissingError as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))
