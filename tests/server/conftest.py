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


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("shared")
    ledger = MemoryLedger()
    job = background(sample_case(folder / "cases"), folder / "state", ledger=ledger)
    with serving(job, ledger) as running:
        yield running


@pytest.fixture
def server(shared_server: Running) -> Running:
    """One case behind a server that the tests of a module share; its ledger is empty at the start of each."""
    shared_server.ledger.entries.clear()
    return shared_server


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
