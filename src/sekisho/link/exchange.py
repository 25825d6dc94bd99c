"""A broker in memory: a queue of tasks under leases, a mailbox for each client, dead letters, who is there.

It is the whole of `memory://` and the heart of the gateway's WebSocket link. Nothing in it outlives the process: a
caller submits again what it has no answer to (`call.py`), and workers keep finished results (`claims.py`).
All methods belong to one event loop. It knows no keys: every body is opaque.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from sekisho.errors import Code, Refused
from sekisho.link.feed import Feed
from sekisho.link.mailbox import Mailbox
from sekisho.link.protocol import Cancel, Capabilities, DeadLetter, Lease, LeaseLost, Presence, Result, ResultKind, Task

MIB = 1024 * 1024
CAPABILITIES = Capabilities(
    largest_body=MIB,
    durable=False,
    native_dead_letter=True,
    duplicate_detection=True,
    longest_lease=None,
    presence=True,
    events=True,
    cancels=True,
    ordered=True,
)
#: Seconds for which the id of a task that is over is remembered, so that it is not delivered a second time. Callers
#: submit again every few seconds, and only until they have the answer; a replay is the worker's to notice.
_REMEMBERED = 30.0
#: Seconds for which an answer waits for its client.
_KEPT = 600.0
#: Dead letters kept; the oldest go first.
_MOST_DEAD = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an exchange holds."""

    lease_seconds: float = 30.0
    #: Tasks that may wait for a worker; the next one is told `busy`.
    waiting: int = 256
    #: Seconds that a worker without a connection counts as there: it may be about to come back.
    absence: float = 3.0


@dataclass(slots=True)
class _Entry:
    """A task that waits or is leased."""

    task: Task
    ends: float
    attempt: int = 0
    receipt: bytes | None = None
    worker: bytes = b""
    timer: asyncio.TimerHandle | None = None


class Exchange:
    """The broker."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._entries: dict[bytes, _Entry] = {}
        #: Tasks that are over, and until when that is remembered. The oldest first.
        self._over: dict[bytes, float] = {}
        #: Tasks that wait, in their order. One that ends while it waits makes room for another.
        self._waiting: OrderedDict[bytes, None] = OrderedDict()
        self._dead: dict[bytes, tuple[DeadLetter, Task, float]] = {}
        self._mailboxes: dict[bytes, Mailbox] = {}
        self._workers: dict[bytes, float | None] = {}
        self._hungry: deque[asyncio.Future[None]] = deque()
        self._cancel_readers: set[Feed[Cancel]] = set()
        self._swept = 0.0
        #: Until then nobody can say that there is no worker: all of them may be about to come back.
        self._early_until = _now() + self.limits.absence

    # --- callers

    def submit(self, task: Task) -> None:
        """Accept a task.

        Raises:
            Refused: `too_large`, `no_worker`, `busy`.
        """
        if len(task.body) > CAPABILITIES.largest_body:
            raise Refused(Code.TOO_LARGE)
        self._sweep()
        if task.id in self._entries or task.id in self._over or task.id in self._dead:
            return
        if self._somebody() is False:
            raise Refused(Code.NO_WORKER)
        if len(self._waiting) >= self.limits.waiting:
            raise Refused(Code.BUSY)
        self._entries[task.id] = _Entry(task, _now() + task.ttl)
        self._queue(task.id)
        if not self._workers:
            self._look_for_workers()

    def read_results(self, client: bytes) -> Feed[Result]:
        """A reader of the client's results. `leave` it in the end."""
        return self._mailboxes.setdefault(client, Mailbox()).read()

    def confirm(self, client: bytes, task_id: bytes) -> None:
        """The client has the answer."""
        if mailbox := self._mailboxes.get(client):
            mailbox.confirm(task_id)

    def cancel(self, cancel: Cancel) -> None:
        """Drop a waiting task; tell the workers of one that is at work."""
        entry = self._entries.get(cancel.id)
        if entry is not None and entry.receipt is None:
            self._end(cancel.id)
            return
        for reader in self._cancel_readers:
            reader.put(cancel)

    # --- workers

    async def receive(self, worker: bytes, limit: int, wait: float) -> list[Lease]:
        """Lease up to `limit` tasks, waiting for the first one."""
        self.worker_is_here(worker)
        ends = _now() + wait
        while not (leases := self._take(worker, limit)) and (left := ends - _now()) > 0:
            hungry: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._hungry.append(hungry)
            try:
                async with asyncio.timeout(left):
                    await hungry
            except TimeoutError:
                if hungry in self._hungry:
                    self._hungry.remove(hungry)
            except asyncio.CancelledError:
                if hungry in self._hungry:
                    self._hungry.remove(hungry)
                else:
                    self._wake()  # it was woken and does not come: another one shall
                raise
        return leases

    def extend(self, task_id: bytes, receipt: bytes) -> float:
        """Lease for as long again; the seconds.

        Raises:
            LeaseLost: When it has run out.
        """
        entry = self._held(task_id, receipt)
        if entry is None:
            raise LeaseLost
        self._start_lease(entry)
        return self.limits.lease_seconds

    def publish(self, result: Result) -> None:
        """Deliver a result. Any answer ends its task: whoever has it at work is too late."""
        known = self._entries.get(result.id)
        if known is not None and known.task.client != result.client:
            return  # whoever answers with another client's name has not seen the task
        if result.kind is not ResultKind.EVENT:
            if result.id in self._over:
                return
            self._end(result.id)
        self._mailboxes.setdefault(result.client, Mailbox()).put(result)

    def abandon(self, task_id: bytes, receipt: bytes, delay: float) -> None:
        """Queue the task again, after a while."""
        if (entry := self._held(task_id, receipt)) is None:
            return
        self._stop_lease(entry)
        if delay > 0:
            entry.timer = asyncio.get_running_loop().call_later(delay, self._queue, task_id)
        else:
            self._queue(task_id)

    def dead_letter(self, task_id: bytes, receipt: bytes, reason: str) -> None:
        """Put the task aside."""
        if (entry := self._held(task_id, receipt)) is None:
            return
        self._stop_lease(entry)
        del self._entries[task_id]
        task = entry.task
        letter = DeadLetter(task_id, task.client, reason[:64], entry.attempt, len(task.body), 0.0)
        self._dead[task_id] = (letter, task, _now())
        while len(self._dead) > _MOST_DEAD:
            del self._dead[next(iter(self._dead))]

    def read_cancels(self) -> Feed[Cancel]:
        """A reader of cancellations as they come. `leave` it in the end."""
        reader: Feed[Cancel] = Feed()
        self._cancel_readers.add(reader)
        return reader

    # --- both

    def presence(self) -> Presence:
        """Workers that are there, and tasks that wait."""
        self._sweep()
        return Presence(len(self._workers), len(self._waiting))

    def dead(self, limit: int) -> Sequence[DeadLetter]:
        """The oldest dead letters."""
        return [replace(letter, age=_now() - since) for letter, _, since in list(self._dead.values())[:limit]]

    def redrive(self, task_id: bytes) -> bool:
        """Queue a dead letter again, with the time it once had."""
        if (found := self._dead.pop(task_id, None)) is None:
            return False
        task = found[1]
        self._entries[task_id] = _Entry(task, _now() + task.ttl)
        self._queue(task_id)
        return True

    def worker_is_here(self, worker: bytes) -> None:
        """Count a worker."""
        self._workers[worker] = None
        self._early_until = 0.0

    def worker_went(self, worker: bytes, goodbye: bool) -> None:
        """Count a worker no longer; without a goodbye it is expected back for a while, and keeps its leases."""
        if goodbye:
            self._workers.pop(worker, None)
        elif worker in self._workers:
            self._workers[worker] = _now() + self.limits.absence
        self._look_for_workers()

    def leave(self, reader: Feed[Result] | Feed[Cancel]) -> None:
        """End a reader."""
        reader.end()
        self._cancel_readers.discard(reader)
        for mailbox in self._mailboxes.values():
            mailbox.readers.discard(reader)

    # --- inside

    def _look_for_workers(self) -> None:
        """In a while, tell those who wait that nobody is there, if it is so then."""
        asyncio.get_running_loop().call_later(self.limits.absence + 0.05, self._give_up_waiting)

    def _take_back(self, worker: bytes) -> None:
        """Queue again what a worker had that did not come back: nobody need wait until its leases run out."""
        for task_id, entry in list(self._entries.items()):
            if entry.worker == worker and entry.receipt is not None:
                self._stop_lease(entry)
                self._queue(task_id)

    def _give_up_waiting(self) -> None:
        self._sweep()
        if self._workers:
            return
        for task_id in list(self._waiting):
            task, code = self._entries[task_id].task, Code.NO_WORKER.value.encode()
            self.publish(Result(task.id, task.client, ResultKind.FAILED, code))

    def _somebody(self) -> bool | None:
        """Whether a worker is there; None while it is too early to say."""
        if self._workers:
            return True
        return None if _now() < self._early_until else False

    def _queue(self, task_id: bytes) -> None:
        entry = self._entries.get(task_id)
        if entry is None:
            return
        entry.timer = None
        self._waiting[task_id] = None
        self._wake()

    def _wake(self) -> None:
        while self._hungry:
            if not (hungry := self._hungry.popleft()).done():
                hungry.set_result(None)
                return

    def _take(self, worker: bytes, limit: int) -> list[Lease]:
        leases: list[Lease] = []
        while self._waiting and len(leases) < limit:
            entry = self._entries[self._waiting.popitem(last=False)[0]]
            left = entry.ends - _now()
            if left <= 0:
                self._end(entry.task.id)
                continue
            entry.attempt += 1
            entry.receipt = secrets.token_bytes(8)
            entry.worker = worker
            self._start_lease(entry)
            task = replace(entry.task, ttl=left)
            leases.append(Lease(task, entry.attempt, self.limits.lease_seconds, entry.receipt))
        return leases

    def _start_lease(self, entry: _Entry) -> None:
        if entry.timer is not None:
            entry.timer.cancel()
        loop = asyncio.get_running_loop()
        entry.timer = loop.call_later(self.limits.lease_seconds, self._ran_out, entry.task.id, entry.receipt)

    def _stop_lease(self, entry: _Entry) -> None:
        if entry.timer is not None:
            entry.timer.cancel()
        entry.timer = entry.receipt = None

    def _ran_out(self, task_id: bytes, receipt: bytes | None) -> None:
        if entry := self._held(task_id, receipt):
            self._stop_lease(entry)
            self._queue(task_id)

    def _held(self, task_id: bytes, receipt: bytes | None) -> _Entry | None:
        entry = self._entries.get(task_id)
        return entry if entry is not None and receipt and entry.receipt == receipt else None

    def _end(self, task_id: bytes) -> None:
        if entry := self._entries.pop(task_id, None):
            self._stop_lease(entry)
            self._waiting.pop(task_id, None)
            self._over[task_id] = _now() + _REMEMBERED

    def _sweep(self) -> None:
        """Forget what is long over: ids, absent workers, mailboxes that nobody reads."""
        now = _now()
        for worker, until in list(self._workers.items()):
            if until is not None and until < now:
                del self._workers[worker]
                self._take_back(worker)
        if now - self._swept < 5:
            return
        self._swept = now
        for task_id, entry in list(self._entries.items()):
            if entry.ends < now and entry.receipt is None:
                self._end(task_id)
        for task_id in list(takewhile(lambda task_id: self._over[task_id] <= now, self._over)):
            del self._over[task_id]
        for client, mailbox in list(self._mailboxes.items()):
            mailbox.forget(now - _KEPT)
            if mailbox.idle:
                del self._mailboxes[client]


def _now() -> float:
    return time.monotonic()
