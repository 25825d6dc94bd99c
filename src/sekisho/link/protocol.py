"""The seam of a link: what an adapter takes, gives and promises. No adapter looks into a body; all are sealed.

A caller submits tasks and reads results; a worker receives leases and completes them. Delivery is at-least-once: a
task comes again when its lease runs out. What makes that one result per task id is built once above the adapters
(`call.py` and `work.py`), so an adapter has to promise only what is written here.

An adapter is asynchronous (asyncio), opens its connections itself, mends them itself, and raises only
`SekishoError`s and `LeaseLost`:

* `SetupError(LINK_DOWN)`: the link cannot be reached now. The caller or the worker tries again.
* `SetupError(LINK_DENIED)`: the link does not accept the token, key or identity. Trying again is of no use; nor is it
  with `LINK_UNTRUSTED` (its certificate) and `LINK_PROXY_REFUSED`.
* `Refused(NO_WORKER)`, `Refused(BUSY)`, `Refused(TOO_LARGE)`: the task was not accepted, and why.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

#: Bytes of a task's id and of a client's id: random, made once.
ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a link can do, so that nobody asks which link it is."""

    #: The largest body of a task or a result, in bytes. A larger one is refused with `too_large` before it is sent.
    largest_body: int
    #: Tasks and results outlive a restart of the broker.
    durable: bool
    #: The engine has a place for dead letters. Where it has none, the adapter keeps them in a queue of its own.
    native_dead_letter: bool
    #: A task that is submitted again under the same id, while it is known, is not delivered a second time.
    duplicate_detection: bool
    #: The longest that a lease can be made to last by extending it, in seconds; None: without end.
    longest_lease: float | None
    #: The link knows how many workers are there, and refuses a task at once when there is none.
    presence: bool
    #: What a worker notifies (progress) reaches the caller.
    events: bool
    #: What a caller cancels reaches the worker.
    cancels: bool
    #: Tasks are delivered in the order in which they were submitted, as long as none is delivered again.
    ordered: bool


@dataclass(frozen=True, slots=True)
class Task:
    """A sealed question on its way to any worker."""

    id: bytes
    #: Whose task it is: results go to this client and to no other.
    client: bytes
    #: Seconds from now after which nobody waits for it. Never a time of day: clocks differ.
    ttl: float
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Lease:
    """A task that one worker may work on until the lease runs out."""

    #: `task.ttl` is what is left of it now.
    task: Task
    #: 1 at the first delivery. It grows with each further one, after an `abandon` too.
    attempt: int
    #: Seconds that the lease lasts from now, without `extend`.
    seconds: float
    #: The adapter's own handle.
    receipt: object = field(repr=False, compare=False, default=None)


class ResultKind(StrEnum):
    """What a result is."""

    #: The sealed answer, a disclosure or a refusal. The first of a task counts.
    ANSWER = "answer"
    #: A sealed message on the way (progress). It may be lost.
    EVENT = "event"
    #: The task ended without a sealed answer; the body is the `Code`. Whoever runs the link can forge it, and
    #: reaches no more by it than by dropping the task: the caller gets an error.
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Result:
    """What goes back to the client that submitted the task."""

    id: bytes
    client: bytes
    kind: ResultKind
    body: bytes = field(repr=False)
    #: The adapter's own handle, for `confirm`.
    receipt: object = field(repr=False, compare=False, default=None)


@dataclass(frozen=True, slots=True)
class Cancel:
    """A caller no longer waits for a task. The body is sealed; a worker that cannot open it ignores it."""

    id: bytes
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Presence:
    """What a link knows of both its ends; None where it cannot know."""

    workers: int | None
    waiting: int | None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What may be looked at of a task that nobody could finish: facts of its envelope, never its body."""

    id: bytes
    client: bytes
    #: A `Code` as text, or the engine's own word where the engine moved it.
    reason: str
    attempts: int
    size: int
    #: Seconds since it became a dead letter.
    age: float


class LeaseLost(Exception):
    """The lease has run out or was given back: somebody else may have the task by now."""


class Shared(Protocol):
    """What both ends can do."""

    @property
    def capabilities(self) -> Capabilities:
        """What this link can do."""

    async def presence(self) -> Presence:
        """Who is there and how much waits."""

    async def dead(self, limit: int) -> Sequence[DeadLetter]:
        """The oldest dead letters, at most `limit`. They stay where they are."""

    async def redrive(self, task_id: bytes) -> bool:
        """Submit a dead letter again, as a first delivery; False where there is none with this id."""

    async def close(self) -> None:
        """Leave the link. Iterators end; leases that are still held run out by themselves. Closing twice is fine."""


class CallerLink(Shared, Protocol):
    """The end of a link that asks."""

    async def submit(self, task: Task) -> None:
        """Hand a task over. When this returns it is accepted: it will be delivered, expire or become a dead letter."""

    def results(self, client: bytes) -> AsyncIterator[Result]:
        """Everything for this client, as it comes, until the link is closed.

        An answer that is not confirmed comes again when the client reads again. A reader that is slow delays nobody
        else. Raises `SetupError(LINK_DENIED)`; a link that is down is waited for.
        """

    async def confirm(self, result: Result) -> None:
        """The answer has been taken: it need not be kept any longer. Events need no confirmation."""

    async def cancel(self, cancel: Cancel) -> None:
        """Tell whoever works on a task that nobody waits for it. Best effort, never an error."""


class WorkerLink(Shared, Protocol):
    """The end of a link that answers. It connects outward only."""

    async def receive(self, limit: int, wait: float) -> Sequence[Lease]:
        """Up to `limit` tasks, as soon as there is one; none when `wait` seconds have passed.

        Tasks whose time is over are left out. Calling it says that this worker is there (where the link has presence).

        Raises:
            SetupError: `link_down`; `link_denied`, `link_untrusted` or `link_proxy_refused`, which last.
            Refused: The link has too much to do, or handed out what is no task.
        """

    async def extend(self, lease: Lease) -> Lease:
        """The same lease, as long as a new one. Raises `LeaseLost`."""

    async def complete(self, lease: Lease, result: Result) -> None:
        """Publish the result, then acknowledge the task: in this order.

        Returns when the link has the result. A lease that is lost is no error: the result is published all the same,
        and the task is acknowledged where that can still be done.
        """

    async def publish(self, result: Result) -> None:
        """Publish a result whose task is not held here: one that was kept over a restart, or an event.

        An answer returns when the link has it. An event is best effort and never raises.
        """

    async def abandon(self, lease: Lease, delay: float) -> None:
        """Give the task back, to be delivered again after `delay` seconds. A lease that is lost is no error."""

    async def dead_letter(self, lease: Lease, reason: str) -> None:
        """Put the task aside for good, with a reason (a `Code` as text). A lease that is lost is no error."""

    def cancels(self) -> AsyncIterator[Cancel]:
        """Cancellations as they come, for this or for another worker. Ends at once where the link has none."""
