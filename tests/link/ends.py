"""Both ends of a link with keys that know each other, for tests: a caller, workers, and what they did."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.link.adapters.station import Station

from sekisho.link.call import Caller
from sekisho.link.claims import Claims
from sekisho.link.envelope import Envelopes, FixedKeys, Header
from sekisho.link.keyring import Keyring
from sekisho.link.protocol import WorkerLink
from sekisho.link.work import Emit, Worker, WorkLimits, may_release

LIMITS = WorkLimits(at_once=4, attempts=2, wait=0.5, grace=2.0)


class Ends:
    """Keys of a caller and of a private zone, the zone's claims, and what was run and released in it."""

    def __init__(self, folder: Path) -> None:
        private = Keyring.new()
        cloud = Keyring.new([private.current.public])
        self.cloud = FixedKeys(cloud)
        self.private = FixedKeys(private.trusting(cloud.current.public))
        self.folder = folder
        self.ran: list[bytes] = []
        self.released: list[bytes] = []
        #: What the handler does between beginning and releasing.
        self.during: Callable[[bytes, Emit], Awaitable[None]] = _nothing

    def envelopes(self) -> Envelopes:
        """The caller's."""
        return Envelopes(self.cloud)

    @asynccontextmanager
    async def caller(self, station: Station, keys: FixedKeys | None = None) -> AsyncIterator[Caller]:
        async with Caller(await station.caller(), Envelopes(keys or self.cloud)) as caller:
            yield caller

    @asynccontextmanager
    async def worker(
        self, station: Station, limits: WorkLimits = LIMITS, link: WorkerLink | None = None
    ) -> AsyncIterator[asyncio.Task[None]]:
        """A worker at work; it is told to stop at the end."""
        claims = Claims(self.folder)
        stop = asyncio.Event()
        taken = link or await station.worker()
        running = asyncio.create_task(Worker(taken, Envelopes(self.private), claims, self._answer, limits).run(stop))
        try:
            yield running
        finally:
            stop.set()
            await asyncio.gather(running, return_exceptions=True)
            claims.close()

    async def _answer(self, body: bytes, emit: Emit, header: Header) -> bytes:
        self.ran.append(header.id)
        await self.during(body, emit)
        if not may_release():
            return b"held back"
        self.released.append(header.id)
        return b"answer to " + body


async def _nothing(_: bytes, __: Emit) -> None:
    return None


@contextmanager
def ends() -> Iterator[Ends]:
    """Fresh ends, in a folder of their own."""
    with TemporaryDirectory() as folder:
        yield Ends(Path(folder) / "link")
