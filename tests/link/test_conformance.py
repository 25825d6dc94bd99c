"""Every adapter behaves like a link; what one cannot do is listed with its reason."""

from __future__ import annotations

import asyncio
from importlib import import_module
from pathlib import Path

import pytest
import tests.link.conformance_sealed  # noqa: F401 - it registers its cases
from tests.link.adapters.station import Adapter
from tests.link.conformance import CASES, Case
from tests.link.standstill import Watch

from sekisho.link.protocol import LeaseLost

_MODULES = sorted(path.stem for path in (Path(__file__).parent / "adapters").glob("*.py") if path.stem != "station")
ADAPTERS: list[Adapter] = [import_module(f"tests.link.adapters.{name}").ADAPTER for name in _MODULES]

#: The Service Bus SDK leaves its socket to the garbage collector when it is cancelled while it attaches.
_SDK_LEAK = pytest.mark.filterwarnings(
    r"ignore:Exception ignored in. <(function _SelectorTransport|socket\.socket)"
    ":pytest.PytestUnraisableExceptionWarning"
)
_MARKED = [
    pytest.param(adapter, id=adapter.name, marks=[_SDK_LEAK] if adapter.name == "service_bus" else [])
    for adapter in ADAPTERS
]

#: Seconds. Leases last half a second here, so they run out where this process stands still for longer than this. A case
#: that lost a lease by it, and did nothing else wrong, is run again on a station of its own.
_STOOD_STILL = 0.2
_TRIES = 3


@pytest.mark.guarantee("G10", "G11")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("adapter", _MARKED)
def test_it_behaves_like_a_link(adapter: Adapter, case: Case) -> None:
    if case.name in adapter.exceptions:
        pytest.skip(adapter.exceptions[case.name])

    async def run() -> None:
        async with asyncio.timeout(60) as limit, adapter.station() as station:
            await case.run(station)
        assert not limit.expired(), "it hung, and what hung took being told to stop for its end"

    for attempt in range(1, _TRIES + 1):
        watch = Watch()
        try:
            with watch:
                asyncio.run(run())
            return
        except LeaseLost:
            if attempt == _TRIES or watch.longest < _STOOD_STILL:
                raise


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda adapter: adapter.name)
def test_what_it_cannot_do_is_listed(adapter: Adapter) -> None:
    names = {case.name for case in CASES}
    assert adapter.exceptions.keys() <= names
    assert all(reason for reason in adapter.exceptions.values())
    cannot = {case.name for case in CASES if not case.holds_with(adapter.capabilities)}
    assert cannot <= adapter.exceptions.keys()


def test_there_is_a_suite_worth_the_name() -> None:
    assert len(CASES) >= 30
    assert {"memory"} <= {adapter.name for adapter in ADAPTERS}
