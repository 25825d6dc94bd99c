"""Waiting ends in time, whatever the clock says of it."""

from __future__ import annotations

from threading import Event
from types import SimpleNamespace

import pytest

from sekisho.errors import Code, SetupError
from sekisho.local.model import patience
from sekisho.local.model.patience import within
from sekisho.local.model.runtime import Cancellation


def test_where_the_clock_ticks_coarsely_work_that_is_late_is_told_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    # As on Windows: a wait of 10 ms is over, and the clock still says what it said before.
    monkeypatch.setattr(patience, "time", SimpleNamespace(monotonic=lambda: 100.0))
    stopped = Event()
    with pytest.raises(SetupError) as caught:
        within(100.01, Cancellation(), stopped.wait, stopped.set)
    assert caught.value.code is Code.MODEL_TIMEOUT
    assert stopped.is_set()
