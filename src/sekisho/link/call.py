"""`call()`: one question over any link, and its answer or a closed error code before the deadline, always.

Correlation, retry and deadline are built here, once, above the adapters. The same frame may be submitted several times:
it has one id, and one answer.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType

from sekisho.errors import Code, Refused, SekishoError, SetupError
from sekisho.link.backoff import Backoff
from sekisho.link.envelope import NO_TRACE, Envelopes, Kind, sealed_size
from sekisho.link.protocol import ID_BYTES, CallerLink, Cancel, Result, ResultKind, Task

#: Called with each sealed message on the way, opened.
OnEvent = Callable[[bytes], Awaitable[None]]

#: Seconds after which a question without an answer is submitted again. A link that lost its memory gets it back so.
_AGAIN = 2.0
#: Codes that a worker, or whoever runs the link, may end a call with. Anything else is `internal`.
_FAILURES = frozenset(
    (
        Code.BAD_FRAME,
        Code.NOT_TRUSTED,
        Code.OUTSIDE_WINDOW,
        Code.INTERRUPTED,
        Code.POISON,
        Code.CANCELLED,
        Code.DEADLINE,
        Code.TOO_LARGE,
        Code.BUSY,
        Code.NO_WORKER,
    )
)


class _Pending:
    """A call that waits."""

    def __init__(self) -> None:
        self._coming: asyncio.Queue[tuple[bool, bytes] | SekishoError] = asyncio.Queue()
        #: It has its answer or its error; whatever comes now is too late.
        self.over = False

    def event(self, body: bytes) -> None:
        """Something on the way."""
        self._coming.put_nowait((False, body))

    def end(self, outcome: bytes | SekishoError) -> None:
        """The answer, or why there will be none. The first one counts."""
        if not self.over:
            self.over = True
            self._coming.put_nowait(outcome if isinstance(outcome, SekishoError) else (True, outcome))

    async def outcome(self, on_event: OnEvent | None) -> bytes:
        """The answer, when everything that came before it has been told.

        Raises:
            SekishoError: Why there is none. What telling raises becomes `internal`.
        """
        while True:
            item = await self._coming.get()
            if isinstance(item, SekishoError):
                raise item
            is_last, body = item
            if is_last:
                return body
            if on_event is not None:
                try:
                    await on_event(body)
                except SekishoError:
                    raise
                except Exception:  # noqa: BLE001 - its text may be content
                    raise Refused(Code.INTERNAL) from None


class Caller:
    """Asks over a link. Open it (`async with`) in the task that closes it; call from any number of tasks."""

    def __init__(self, link: CallerLink, envelopes: Envelopes) -> None:
        self.link = link
        self._envelopes = envelopes
        self._client = secrets.token_bytes(ID_BYTES)
        self._pending: dict[bytes, _Pending] = {}
        self._reading: asyncio.Task[None] | None = None
        self._behind: set[asyncio.Task[None]] = set()
        self._failed: SekishoError | None = None

    async def __aenter__(self) -> Caller:
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._reading is not None
        if self._behind:
            await asyncio.wait(self._behind, timeout=2)
        self._reading.cancel()
        with suppress(asyncio.CancelledError):
            await self._reading
        await self.link.close()

    async def call(
        self,
        body: bytes,
        ttl: float,
        *,
        kind: Kind = Kind.QUESTION,
        on_event: OnEvent | None = None,
        trace: tuple[bytes, bytes] = NO_TRACE,
    ) -> bytes:
        """Ask, and give the answer's body.

        Args:
            body: What is asked; it is sealed here.
            ttl: Seconds that the caller waits. No worker begins after it.
            kind: A question, or a canary.
            on_event: Called in order with what the worker tells on the way, always before the answer is given.
            trace: Trace id and span id that the worker goes on with.

        Raises:
            Refused: `no_worker`, `busy`, `too_large`, `deadline`, or the code that the worker ended it with.
            SetupError: `link_down` when the link could not be reached in all that time; `link_denied`, `keys_missing`.
        """
        task_id = secrets.token_bytes(ID_BYTES)
        if sealed_size(len(body)) > self.link.capabilities.largest_body:
            raise Refused(Code.TOO_LARGE)
        frame = self._envelopes.seal(kind, task_id, self._client, ttl, body, trace)
        pending = self._pending[task_id] = _Pending()
        accepted = False
        ends = asyncio.get_running_loop().time() + ttl
        try:
            async with asyncio.timeout_at(ends):
                await self._submit(task_id, frame, ends)
                accepted = True
                with self._submitting_again(pending, task_id, frame, ends):
                    return await pending.outcome(on_event)
        except TimeoutError:
            raise (Refused(Code.DEADLINE) if accepted else SetupError(Code.LINK_DOWN)) from None
        finally:
            del self._pending[task_id]
            if not pending.over:
                self._later(self._tell_nobody_waits(task_id))

    async def _submit(self, task_id: bytes, frame: bytes, ends: float) -> None:
        """Submit until the link takes it."""
        backoff = Backoff()
        while True:
            if self._failed is not None:
                raise self._failed
            left = ends - asyncio.get_running_loop().time()
            try:
                return await self.link.submit(Task(task_id, self._client, max(left, 0.001), frame))
            except SetupError as error:
                if error.code is not Code.LINK_DOWN:
                    raise
            await asyncio.sleep(backoff.next())

    @contextmanager
    def _submitting_again(self, pending: _Pending, task_id: bytes, frame: bytes, ends: float) -> Iterator[None]:
        """Submit again and again where the link may have forgotten it. A task that is known is not taken twice.

        What is answered soon costs no task of its own.
        """
        if self.link.capabilities.durable or not self.link.capabilities.duplicate_detection:
            yield
            return
        submitting: list[asyncio.Task[None]] = []

        async def submit_again() -> None:
            try:
                while True:
                    with suppress(Refused):  # it was accepted once: `no_worker` or `busy` is no answer any more
                        await self._submit(task_id, frame, ends)
                    await asyncio.sleep(_AGAIN)
            except SekishoError as error:
                pending.end(error)

        loop = asyncio.get_running_loop()
        timer = loop.call_later(_AGAIN, lambda: submitting.append(loop.create_task(submit_again())))
        try:
            yield
        finally:
            timer.cancel()
            for task in submitting:
                task.cancel()

    async def _read(self) -> None:
        """Hand out what comes back, until the link is closed."""
        try:
            async for result in self.link.results(self._client):
                self._take(result)
        except SekishoError as error:
            self._failed = error
            for pending in self._pending.values():
                pending.end(error)

    def _take(self, result: Result) -> None:
        pending = self._pending.get(result.id)
        if pending is None or pending.over:
            if result.kind is not ResultKind.EVENT:
                self._later(self.link.confirm(result))  # late, or a second time
            return
        if result.kind is ResultKind.FAILED:
            pending.end(Refused(_failure(result.body)))
        else:
            try:
                opened = self._envelopes.open(result.body)
            except Refused:
                return  # not from our worker: as if it had not come
            header = opened.header
            if (header.id, header.client) != (result.id, self._client):
                return
            if header.kind is Kind.EVENT and result.kind is ResultKind.EVENT:
                pending.event(opened.body)
                return
            if header.kind is not Kind.ANSWER:
                return
            pending.end(opened.body)
        self._later(self.link.confirm(result))

    async def _tell_nobody_waits(self, task_id: bytes) -> None:
        if self.link.capabilities.cancels:
            frame = self._envelopes.seal(Kind.CANCEL, task_id, self._client, 60, b"")
            await self.link.cancel(Cancel(task_id, frame))

    def _later(self, work: Awaitable[None]) -> None:
        """Do something that nobody waits for."""

        async def quietly() -> None:
            with suppress(SekishoError):
                await work

        doing = asyncio.create_task(quietly())
        self._behind.add(doing)
        doing.add_done_callback(self._behind.discard)


def _failure(body: bytes) -> Code:
    """The code in a failure, if a worker may say it."""
    try:
        code = Code(body[:64].decode("ascii"))
    except ValueError:
        return Code.INTERNAL
    return code if code in _FAILURES else Code.INTERNAL
