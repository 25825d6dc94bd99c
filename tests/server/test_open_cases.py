"""A case that is kept ready is read again when it may say something else."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.checkpoint.house import House, released

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone of a process is set by POSIX means")


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "JST-9")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_tokyo")
def test_on_a_birthday_where_this_machine_is_the_age_is_told_anew(tmp_path: Path) -> None:
    case = {"patient": {"date_of_birth": "1986-11-24", "sex": "female"}, "allergies": ["egg"]}
    house = House(tmp_path / "house", json.dumps(case).encode(), language="en")
    ages = []
    for hour in (14, 15):  # 23:30 of the day before, and half past midnight
        house.clock.at = datetime(2026, 11, 23, hour, 30, tzinfo=UTC)
        ages.append(released(house.ask())["patient_context"]["age_group"])
    assert ages == ["30s, female", "40s, female"]
