"""A watched link passes everything on, and tells of each frame what anybody on the way could see."""

from __future__ import annotations

import asyncio

import pytest
from tests.link.adapters.memory import MemoryStation
from tests.link.ends import ends

from sekisho.errors import Code, Refused
from sekisho.link.envelope import Kind
from sekisho.link.watched import Direction, PassedFrame, WatchedLink
from sekisho.link.work import Emit, WorkLimits


def told(body: bytes, ttl: float = 20, kind: Kind = Kind.QUESTION, events: int = 0) -> list[PassedFrame]:
    """What a watched worker tells of one call."""
    seen: list[PassedFrame] = []

    async def run() -> None:
        station = MemoryStation()
        with ends() as both:

            async def during(_: bytes, emit: Emit) -> None:
                for _ in range(events):
                    await emit(b"on the way")
                if ttl < 1:
                    await asyncio.Event().wait()

            both.during = during
            link = WatchedLink(await station.worker(), seen.append)
            async with both.worker(station, WorkLimits(wait=0.2), link), both.caller(station) as caller:
                if ttl < 1:
                    with pytest.raises(Refused):
                        await caller.call(body, ttl, kind=kind)
                else:
                    await caller.call(body, ttl, kind=kind)

    asyncio.run(run())
    return seen


def test_a_question_its_events_and_its_answer_are_told_in_order_with_their_sizes() -> None:
    seen = told(b"a private question", events=2)
    assert [(f.direction, f.kind) for f in seen] == [
        (Direction.IN, "question"),
        (Direction.OUT, "event"),
        (Direction.OUT, "event"),
        (Direction.OUT, "answer"),
    ]
    assert {frame.verdict for frame in seen} == {"ok"}
    assert min(frame.size for frame in seen) > 1024  # sealed, and padded to a class of sizes
    assert seen[0].ms == 0
    assert seen[-1].ms >= seen[1].ms > 0
    assert "private" not in str(seen)


def test_a_canary_is_told_as_one() -> None:
    assert [frame.kind for frame in told(b"", kind=Kind.CANARY)] == ["canary", "answer"]


def test_a_task_that_ends_without_an_answer_is_told_with_its_code() -> None:
    failed = [frame for frame in told(b"x", ttl=0.3) if frame.kind == "failed"]
    assert [frame.verdict in (Code.DEADLINE.value, Code.CANCELLED.value) for frame in failed] == [True]
