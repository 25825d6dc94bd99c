"""What the tests of links share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.engines.shared import stop_all


@pytest.fixture(scope="session", autouse=True)
def _engines() -> Iterator[None]:
    """The engines that were started are stopped with the session."""
    yield
    stop_all()
