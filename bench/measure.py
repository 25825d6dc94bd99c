"""Timing calls: medians over several rounds, floor and subject taking turns so that noise hits both alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """Times of many calls, in milliseconds."""

    p50: float
    p99: float
    count: int

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Spread:
        """From single durations in seconds."""
        ordered = sorted(seconds)
        return cls(
            statistics.median(ordered) * 1000,
            ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000,
            len(ordered),
        )


def time_calls(call: Callable[[], object], count: int) -> list[float]:
    """Durations of `count` calls, in seconds."""
    durations = []
    for _ in range(count):
        start = time.perf_counter()
        call()
        durations.append(time.perf_counter() - start)
    return durations


async def time_async_calls(call: Callable[[], Awaitable[object]], count: int) -> list[float]:
    """Durations of `count` awaited calls, in seconds."""
    durations = []
    for _ in range(count):
        start = time.perf_counter()
        await call()
        durations.append(time.perf_counter() - start)
    return durations
