"""What an adapter gives to the conformance suite: an engine that runs, and both ends of a fresh link on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from sekisho.link.protocol import CallerLink, Capabilities, WorkerLink


class Station(Protocol):
    """One link of its own: what one station carries, no other sees."""

    #: Seconds that a lease lasts here; short, because cases wait for leases to run out.
    lease_seconds: float

    async def caller(self) -> CallerLink:
        """A further caller's end, connected; the station closes it."""

    async def worker(self) -> WorkerLink:
        """A further worker's end, connected and counted as there; the station closes it."""

    async def cut(self) -> None:
        """Break every connection in the middle; the ends mend themselves. Nothing, where there is no connection."""


class Restartable(Station, Protocol):
    """A station whose engine can be killed and started again."""

    async def restart(self) -> None:
        """Kill the engine (-9) and start it again at the same place."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """One adapter. Each module of this folder but this one has one as `ADAPTER`."""

    name: str
    capabilities: Capabilities
    #: Opens a fresh station. Engines that take long to start are shared by the stations of a module.
    station: Callable[[], AbstractAsyncContextManager[Station]]
    #: Cases that do not hold here, and why. A case whose capability is missing must be listed too.
    exceptions: Mapping[str, str] = field(default_factory=dict)
