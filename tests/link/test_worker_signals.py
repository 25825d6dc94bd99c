"""A worker is told to stop by a signal, also where the event loop knows no signals."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from typing import NoReturn

import pytest

from sekisho.local.worker import _on_signal


@pytest.fixture(autouse=True)
def handlers_as_they_were() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_a_signal_stops_it_whether_the_loop_knows_signals_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    async def told() -> bool:
        stop = asyncio.Event()
        _on_signal(signal.SIGTERM, stop.set)
        signal.raise_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            return await stop.wait()

    def as_on_windows(*_: object) -> NoReturn:
        raise NotImplementedError

    assert asyncio.run(told())
    monkeypatch.setattr(asyncio.SelectorEventLoop, "add_signal_handler", as_on_windows)
    assert asyncio.run(told())
