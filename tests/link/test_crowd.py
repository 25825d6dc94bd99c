"""Many agents on one gateway at once. `python -m bench link_crowd` does the same with many more, over processes."""

from __future__ import annotations

import asyncio
import json

from tests.link.crowd import Crowd, crowd
from tests.link.echo import echo
from tests.link.ends import ends
from tests.link.gateways import gateway

from sekisho.link.envelope import Header
from sekisho.link.work import Emit


async def _echo(body: bytes, _: Emit, __: Header) -> bytes:
    await asyncio.sleep(0.001 * (hash(body) % 5))  # so that answers overtake each other
    return echo(body)


def test_each_of_many_callers_gets_its_own_answers_and_nothing_is_lost() -> None:
    async def run() -> Crowd:
        with ends() as both:
            both._answer = _echo  # type: ignore[method-assign]
            async with (
                asyncio.timeout(60),
                gateway(both) as running,
                both.worker(running),  # type: ignore[arg-type]
                both.worker(running),  # type: ignore[arg-type]
            ):
                return await crowd(running.url, running.agents.reveal(), callers=8, calls=6)

    counts = asyncio.run(run())
    assert (counts.asked, counts.answered, counts.crossed, counts.lost) == (48, 48, 0, 0), counts.errors


def test_an_answer_that_is_another_s_is_counted_as_that() -> None:
    async def another(body: bytes, _: Emit, __: Header) -> bytes:
        return echo(json.dumps({**json.loads(body), "params": {"arguments": {"symptoms": "of another"}}}).encode())

    async def run() -> Crowd:
        with ends() as both:
            both._answer = another  # type: ignore[method-assign]
            async with asyncio.timeout(60), gateway(both) as running, both.worker(running):  # type: ignore[arg-type]
                return await crowd(running.url, running.agents.reveal(), callers=1, calls=1)

    assert asyncio.run(run()).crossed == 1
