"""A worker's end of a link that tells the operator of each frame that passes: facts of its envelope, nothing of its
body, which is sealed here anyway."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from sekisho.errors import Refused
from sekisho.link.envelope import read_header
from sekisho.link.protocol import Cancel, Capabilities, DeadLetter, Lease, Presence, Result, ResultKind, WorkerLink

#: Tasks whose beginning is remembered, to say how long their answers took.
_MOST = 1000
_UNREADABLE = "unreadable"


class Direction(StrEnum):
    """Which way a frame went, seen from the private zone."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class PassedFrame:
    """One frame.

    Attributes:
        kind: `question`, `canary`, `cancel`, `event`, `answer`; `failed` for an end without an answer, `given_back` and
            `put_aside` for a task that went back; `unreadable` for what is no frame.
        size: Bytes as they passed, sealed and padded.
        ms: Since its task came; 0 for the task itself.
        verdict: `ok`, or the code that came with it.
    """

    direction: Direction
    kind: str
    size: int
    ms: float
    verdict: str = "ok"

    def as_plain(self) -> dict[str, object]:
        """Plain data."""
        return asdict(self)


#: Told of each frame, in the event loop: it must not wait.
Tell = Callable[[PassedFrame], None]


class WatchedLink(WorkerLink):
    """Passes everything on to the link within, and tells of it."""

    def __init__(self, link: WorkerLink, tell: Tell, clock: Callable[[], float] = time.monotonic) -> None:
        self._link = link
        self._tell = tell
        self._clock = clock
        self._came: dict[bytes, float] = {}

    @property
    def capabilities(self) -> Capabilities:
        """As the link's."""
        return self._link.capabilities

    async def receive(self, limit: int, wait: float) -> Sequence[Lease]:
        """Tells of each task that came."""
        leases = await self._link.receive(limit, wait)
        for lease in leases:
            self._came[lease.task.id] = self._clock()
            while len(self._came) > _MOST:
                del self._came[next(iter(self._came))]
            self._tell(PassedFrame(Direction.IN, _kind_of(lease.task.body), len(lease.task.body), 0.0))
        return leases

    async def extend(self, lease: Lease) -> Lease:
        """No frame passes."""
        return await self._link.extend(lease)

    async def complete(self, lease: Lease, result: Result) -> None:
        """Tells of the answer once the link has it."""
        await self._link.complete(lease, result)
        self._tell_of(result)
        self._came.pop(result.id, None)

    async def publish(self, result: Result) -> None:
        """Tells of it once the link has it."""
        await self._link.publish(result)
        self._tell_of(result)

    async def abandon(self, lease: Lease, delay: float) -> None:
        """Tells of a task that went back."""
        await self._link.abandon(lease, delay)
        self._out("given_back", lease.task.id, 0)

    async def dead_letter(self, lease: Lease, reason: str) -> None:
        """Tells of a task that was put aside, and why."""
        await self._link.dead_letter(lease, reason)
        self._out("put_aside", lease.task.id, 0, reason)

    async def cancels(self) -> AsyncIterator[Cancel]:
        """Tells of each."""
        async for cancel in self._link.cancels():
            self._tell(PassedFrame(Direction.IN, _kind_of(cancel.body), len(cancel.body), self._since(cancel.id)))
            yield cancel

    async def presence(self) -> Presence:
        """As the link's."""
        return await self._link.presence()

    async def dead(self, limit: int) -> Sequence[DeadLetter]:
        """As the link's."""
        return await self._link.dead(limit)

    async def redrive(self, task_id: bytes) -> bool:
        """As the link's."""
        return await self._link.redrive(task_id)

    async def close(self) -> None:
        """As the link's."""
        await self._link.close()

    def _tell_of(self, result: Result) -> None:
        """A failure's body is its code, in the clear; every other one is sealed."""
        if result.kind is ResultKind.FAILED:
            self._out("failed", result.id, len(result.body), result.body.decode("ascii", "replace"))
        else:
            self._out(_kind_of(result.body), result.id, len(result.body))

    def _out(self, kind: str, task_id: bytes, size: int, verdict: str = "ok") -> None:
        self._tell(PassedFrame(Direction.OUT, kind, size, self._since(task_id), verdict))

    def _since(self, task_id: bytes) -> float:
        came = self._came.get(task_id)
        return 0.0 if came is None else (self._clock() - came) * 1000


def _kind_of(frame: bytes) -> str:
    try:
        return read_header(frame).kind.name.lower()
    except Refused:
        return _UNREADABLE
