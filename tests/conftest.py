"""What all tests share."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "guarantee(*ids): the test holds these guarantees; docs/GUARANTEES.md names it in their rows"
    )


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
