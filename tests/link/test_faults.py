"""Whatever is killed, stopped, cut or restarted on the way: no task is lost and none is released twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.link.faults import hub_link, run_with_faults


@pytest.mark.guarantee("G11")
def test_no_task_is_lost_and_none_is_released_twice_whatever_is_killed(tmp_path: Path) -> None:
    async def run() -> None:
        async with hub_link(tmp_path) as link:
            counts = await run_with_faults(link, tmp_path, tasks=60, workers=2, at_once=6, every=(0.1, 0.3), rounds=1)
        assert counts.asked == 60
        assert counts.lost == 0
        assert counts.wrong == 0
        assert counts.second_releases == 0
        assert counts.answered >= 40, counts
        assert counts.answered <= counts.releases
        assert sum(counts.faults.values()) >= 3

    asyncio.run(run())
