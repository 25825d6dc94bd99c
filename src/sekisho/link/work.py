"""The worker's side of any link: takes tasks, runs each at most to one release, and answers.

Built once above the adapters, as `call.py` is. It knows nothing of what a question is: a handler answers it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass

from sekisho import __version__
from sekisho.errors import Code, Refused, SekishoError, SetupError
from sekisho.link.backoff import Backoff
from sekisho.link.claims import Claims, Standing
from sekisho.link.envelope import Envelopes, Header, Kind, Opened, sealed_size
from sekisho.link.protocol import Lease, LeaseLost, Result, ResultKind, WorkerLink
from sekisho.link.tracing import span

Emit = Callable[[bytes], Awaitable[None]]
#: Answers one question. It gets a way to tell what happens on the way.
Handler = Callable[[bytes, Emit, Header], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class WorkLimits:
    """How a worker works."""

    #: Tasks at once.
    at_once: int = 4
    #: Deliveries of one task before it is put aside.
    attempts: int = 5
    #: Seconds by which the clocks of both ends may differ.
    skew: float = 120.0
    #: Seconds after which a frame is refused, whatever it is.
    window: float = 600.0
    #: Seconds that tasks at work get when the worker is told to stop.
    grace: float = 20.0
    #: Seconds that one wait for tasks lasts.
    wait: float = 20.0


class _AtWork:
    """A task that this worker runs."""

    def __init__(self, claims: Claims, lease: Lease) -> None:
        self.lease = lease
        self.good_until = time.monotonic() + lease.seconds
        #: What runs its handler, while that runs.
        self.doing: asyncio.Task[None] | None = None
        self.sender = b""
        #: Ends it without an answer, if that began before it was done.
        self.ending: asyncio.Task[None] | None = None
        #: An answer was held back: the task was not ours at that moment.
        self.held_back = False
        self._claims = claims

    def renew(self, lease: Lease) -> None:
        """The lease is good for as long again."""
        self.lease = lease
        self.good_until = time.monotonic() + lease.seconds

    def release(self) -> bool:
        """Whether an answer may leave now. Called from any thread, right before it does."""
        # A process that was stopped for a while, or cut off, must not believe in a lease that has run out.
        if time.monotonic() < self.good_until and self._claims.release(self.lease.task.id):
            return True
        self.held_back = True
        return False


_CURRENT: ContextVar[_AtWork | None] = ContextVar("task at work", default=None)


def may_release() -> bool:
    """Whether the answer of the task that is being run may leave. To be asked right before it does, in any thread.

    Once it has said yes, the task is never run again by the workers of this state folder.
    """
    current = _CURRENT.get()
    return current is None or current.release()


class Worker:
    """Answers the tasks of one link."""

    def __init__(
        self,
        link: WorkerLink,
        envelopes: Envelopes,
        claims: Claims,
        handler: Handler,
        limits: WorkLimits | None = None,
    ) -> None:
        self._link = link
        self._envelopes = envelopes
        self._claims = claims
        self._handler = handler
        self._limits = limits or WorkLimits()
        self._at_work: dict[bytes, _AtWork] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._cancelled: dict[bytes, bytes] = {}
        self._room = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then finish what is at work, say goodbye, and end.

        Raises:
            SetupError: `link_denied`, `link_untrusted`, `link_proxy_refused`.
        """
        background = [asyncio.create_task(self._send_kept()), asyncio.create_task(self._hear_cancels())]
        stopping = asyncio.create_task(stop.wait())
        taking = asyncio.create_task(self._take_tasks())
        try:
            await asyncio.wait((taking, stopping), return_when=asyncio.FIRST_COMPLETED)
            taking.cancel()
            (outcome,) = await asyncio.gather(taking, return_exceptions=True)
            if isinstance(outcome, Exception):
                raise outcome
            if self._running:
                await asyncio.wait(self._running, timeout=self._limits.grace)
        finally:
            for task in (*background, stopping, taking, *self._running):
                task.cancel()
            await asyncio.gather(*background, stopping, taking, *self._running, return_exceptions=True)
            await self._link.close()

    async def _take_tasks(self) -> None:
        """Take as many tasks as there is room for, until cancelled."""
        backoff = Backoff()
        while True:
            free = self._limits.at_once - len(self._running)
            if free <= 0:
                self._room.clear()
                await self._room.wait()
                continue
            try:
                leases = await self._link.receive(free, self._limits.wait)
            except (SetupError, Refused) as error:
                if isinstance(error, SetupError) and error.code is not Code.LINK_DOWN:
                    raise
                await asyncio.sleep(backoff.next())  # the link is away, has too much to do, or said what is no task
                continue
            backoff.reset()
            for lease in leases:
                self._begin(lease)

    def _begin(self, lease: Lease) -> None:
        known = self._at_work.get(lease.task.id)
        if known is not None:  # its lease ran out while we work on it: the new one is as good
            known.renew(lease)
            return
        at_work = self._at_work[lease.task.id] = _AtWork(self._claims, lease)
        running = asyncio.create_task(self._one(at_work))
        self._running.add(running)

        def over(task: asyncio.Task[None]) -> None:
            self._running.discard(task)
            self._at_work.pop(lease.task.id, None)
            self._room.set()
            if not task.cancelled():
                task.exception()  # an adapter that fails here leaves the lease to run out

        running.add_done_callback(over)

    async def _one(self, at_work: _AtWork) -> None:
        """One delivery of one task, to its end."""
        lease = at_work.lease
        try:
            await self._decide(at_work, lease)
        except SekishoError:  # the link, or the folder of claims; the task comes again
            with suppress(SekishoError):
                await self._link.abandon(lease, 1.0)

    async def _decide(self, at_work: _AtWork, lease: Lease) -> None:
        """What becomes of a delivery: it is run, answered again, given back, ended, or put aside."""
        try:
            opened = self._open(lease)
        except Refused as refused:
            await self._put_aside(lease, refused.code)
            return
        claim = self._claims.claim(lease.task.id, lease.task.client)
        if claim.standing is Standing.DONE:
            assert claim.result is not None
            await self._send(at_work, claim.result)
        elif claim.standing is Standing.ELSEWHERE:
            await self._link.abandon(lease, 1.0)
        elif claim.standing is Standing.INTERRUPTED:
            await self._fail(at_work, Code.INTERRUPTED)
        elif self._is_over(opened.header, lease):
            await self._fail(at_work, Code.DEADLINE)
        elif self._cancelled.get(lease.task.id) == opened.header.sender:
            await self._fail(at_work, Code.CANCELLED)
        elif lease.attempt > self._limits.attempts:
            await self._put_aside(lease, Code.POISON)
        else:
            await self._answer(at_work, opened)

    def _open(self, lease: Lease) -> Opened:
        """The question in a task.

        Raises:
            Refused: `bad_frame`, `not_trusted` or `outside_window`.
        """
        opened = self._envelopes.open(lease.task.body)
        header = opened.header
        if header.kind not in (Kind.QUESTION, Kind.CANARY):
            raise Refused(Code.BAD_FRAME)
        if (header.id, header.client) != (lease.task.id, lease.task.client):
            raise Refused(Code.NOT_TRUSTED)
        age = self._envelopes.age_ms(header) / 1000
        if not -self._limits.skew <= age <= self._limits.window:
            raise Refused(Code.OUTSIDE_WINDOW)
        return opened

    def _is_over(self, header: Header, lease: Lease) -> bool:
        """Whether nobody waits any more: as the link says, and as the frame itself says."""
        return lease.task.ttl <= 0 or self._envelopes.age_ms(header) > header.ttl_ms + self._limits.skew * 1000

    async def _answer(self, at_work: _AtWork, opened: Opened) -> None:
        header = opened.header
        at_work.sender = header.sender
        _CURRENT.set(at_work)
        with self._kept(at_work):
            try:
                with self._ending_at(at_work, min(at_work.lease.task.ttl, header.ttl_ms / 1000)):
                    body = await self._run(opened)
            except asyncio.CancelledError:
                if at_work.ending is None:
                    raise
                await at_work.ending
            except Exception:  # noqa: BLE001 - whatever it is, it may work at the next attempt; its text stays here
                await self._link.abandon(at_work.lease, 1.0)
            else:
                await (at_work.ending or self._finish(at_work, header, body))

    @contextmanager
    def _kept(self, at_work: _AtWork) -> Iterator[None]:
        """Extend the lease, again and again. What is done before half of it has passed costs no task."""
        loop = asyncio.get_running_loop()
        keeping: list[asyncio.Task[None]] = []
        timer = loop.call_later(
            at_work.lease.seconds / 2, lambda: keeping.append(loop.create_task(self._keep(at_work)))
        )
        try:
            yield
        finally:
            timer.cancel()
            for task in keeping:
                task.cancel()

    @contextmanager
    def _ending_at(self, at_work: _AtWork, seconds: float) -> Iterator[None]:
        """End what runs here when nobody waits any more: so many seconds from now, or when a caller says so."""
        timer = asyncio.get_running_loop().call_later(seconds, self._end_early, at_work, Code.DEADLINE)
        at_work.doing = asyncio.current_task()
        try:
            yield
        finally:
            at_work.doing = None
            timer.cancel()

    def _end_early(self, at_work: _AtWork, code: Code) -> None:
        """End it without an answer. First no answer can leave, then the work ends, when it can."""
        if at_work.doing is not None and at_work.ending is None:
            at_work.ending = asyncio.create_task(self._fail(at_work, code))
            at_work.doing.cancel()

    async def _run(self, opened: Opened) -> bytes:
        if opened.header.kind is Kind.CANARY:
            return self._sing(opened.header)

        async def emit(body: bytes) -> None:
            if self._link.capabilities.events:
                frame = self._envelopes.answer(opened.header, Kind.EVENT, body)
                await self._link.publish(Result(opened.header.id, opened.header.client, ResultKind.EVENT, frame))

        with span("sekisho.worker.answer", opened.header.trace):
            return await self._handler(opened.body, emit, opened.header)

    def _sing(self, header: Header) -> bytes:
        """What a canary brings back: that it was here, and how much is at work."""
        plain = {
            "version": __version__,
            "at_work": len(self._at_work) - 1,
            "at_once": self._limits.at_once,
            "clock_ms": self._envelopes.age_ms(header),
        }
        return json.dumps(plain).encode()

    async def _finish(self, at_work: _AtWork, header: Header, body: bytes) -> None:
        if at_work.held_back:
            await self._link.abandon(at_work.lease, 0)
            return
        if sealed_size(len(body)) > self._link.capabilities.largest_body:
            await self._fail(at_work, Code.TOO_LARGE)
            return
        frame = self._envelopes.answer(header, Kind.ANSWER, body)
        result = Result(header.id, header.client, ResultKind.ANSWER, frame)
        if self._claims.finish(result):
            await self._send(at_work, result)
        else:
            await self._link.abandon(at_work.lease, 0)

    async def _fail(self, at_work: _AtWork, code: Code) -> None:
        """End a task without an answer, for good."""
        task = at_work.lease.task
        result = Result(task.id, task.client, ResultKind.FAILED, code.value.encode())
        if self._claims.finish(result):
            await self._send(at_work, result)
        else:
            await self._link.abandon(at_work.lease, 0)

    async def _send(self, at_work: _AtWork, result: Result) -> None:
        """Publish a result until the link has it, and acknowledge its task."""
        await self._until_sent(lambda: self._link.complete(at_work.lease, result))
        self._claims.confirmed(result.id)

    async def _put_aside(self, lease: Lease, code: Code) -> None:
        """Tell the caller, as far as that can be done, and put the task among the dead letters."""
        failed = Result(lease.task.id, lease.task.client, ResultKind.FAILED, code.value.encode())
        await self._until_sent(lambda: self._link.dead_letter(lease, code.value))
        await self._until_sent(lambda: self._link.publish(failed))

    async def _until_sent(self, send: Callable[[], Awaitable[None]]) -> None:
        backoff = Backoff()
        ends = time.monotonic() + self._limits.window
        while time.monotonic() < ends:
            try:
                await send()
            except SetupError as error:
                if error.code is not Code.LINK_DOWN:
                    raise
            else:
                return
            await asyncio.sleep(backoff.next())

    async def _keep(self, at_work: _AtWork) -> None:
        """Extend the lease, again and again while the task is at work."""
        while time.monotonic() < at_work.good_until:
            with suppress(SekishoError):  # the link may be back before the lease has run out
                try:
                    at_work.renew(await self._link.extend(at_work.lease))
                except LeaseLost:
                    return
            await asyncio.sleep(max(at_work.good_until - time.monotonic(), 0) / 2)

    async def _send_kept(self) -> None:
        """Send the results of a worker that ended before the link had them."""
        for result in self._claims.kept():
            with suppress(SekishoError):
                await self._until_sent(lambda result=result: self._link.publish(result))  # type: ignore[misc]
                self._claims.confirmed(result.id)

    async def _hear_cancels(self) -> None:
        with suppress(SekishoError):
            async for cancel in self._link.cancels():
                try:
                    header = self._envelopes.open(cancel.body).header
                except Refused:
                    continue
                if header.kind is Kind.CANCEL and header.id == cancel.id:
                    self._cancel(header)

    def _cancel(self, header: Header) -> None:
        """End a task that is at work for who asks, or remember that it must not begin."""
        at_work = self._at_work.get(header.id)
        if at_work is None or at_work.doing is None:
            self._cancelled[header.id] = header.sender
            while len(self._cancelled) > 1000:
                del self._cancelled[next(iter(self._cancelled))]
        elif at_work.sender == header.sender:
            self._end_early(at_work, Code.CANCELLED)
