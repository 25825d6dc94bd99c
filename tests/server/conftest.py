"""What the tests of the server share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server.running import Held, Running, background, sample_case, serving

from sekisho.checkpoint.ledger import MemoryLedger


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    return sample_case(tmp_path / "cases")


@pytest.fixture
def server(cases: Path, tmp_path: Path) -> Iterator[Running]:
    ledger = MemoryLedger()
    with serving(background(cases, tmp_path / "state", ledger=ledger), ledger) as running:
        yield running


@pytest.fixture
def held() -> Iterator[Held]:
    selector = Held()
    yield selector
    selector.go.set()


@pytest.fixture
def holding(cases: Path, tmp_path: Path, held: Held) -> Iterator[Running]:
    """A server whose calls wait for `held.go`."""
    ledger = MemoryLedger()
    with serving(background(cases, tmp_path / "state", held, ledger), ledger) as running:
        yield running
        held.go.set()
