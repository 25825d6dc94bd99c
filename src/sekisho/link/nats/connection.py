"""A connection that mends itself: while somebody needs it, it is there or on its way."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

import nats.errors
from nats.js.errors import APIError, ServiceUnavailableError

from sekisho.errors import Code, SetupError
from sekisho.link.backoff import Backoff
from sekisho.link.nats.address import Address
from sekisho.link.nats.client import Client

T = TypeVar("T")
#: JetStream's words for "no room": messages, bytes, storage. It says them as it says that it is not ready.
FULL = (10077, 10047, 10122, 10023)
#: Seconds for which an operation waits for a connection that is on its way, before the link counts as down.
PATIENCE = 5.0
#: Seconds between two attempts at the same thing where the server was not ready.
_PAUSE = 0.1
#: What each new connection does first: streams, subscriptions.
Start = Callable[[Client], Awaitable[None]]
#: Told when nobody will try to connect any more.
GivenUp = Callable[[SetupError], None]


class Connection:
    """The connection of one end of a link."""

    def __init__(self, address: Address, role: str) -> None:
        self._address = address
        self._role = role
        self._starts: list[tuple[Start, GivenUp]] = []
        self._keeper: asyncio.Task[None] | None = None
        self._client: Client | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._refused: SetupError | None = None
        self.closed = False
        #: When the connection was last mended after a cut (by the loop's clock).
        self.mended = float("-inf")
        self._cut = False

    def add(self, start: Start, given_up: GivenUp = lambda _: None) -> None:
        """Have this done at the start of each connection. It begins to connect where a running loop can."""
        self._starts.append((start, given_up))

    async def attach(self, start: Start, given_up: GivenUp) -> None:
        """Have this done now, and again at the start of each further connection."""
        self.add(start, given_up)
        if (client := self._client) is None:
            self._keep()
            return
        try:
            await self._do(client, start)
        except SetupError as error:
            if error.code is Code.LINK_DENIED:
                given_up(error)
            else:
                await client.leave()  # the next connection starts it
        except APIError:  # as at the start of a connection
            given_up(SetupError(Code.LINK_DENIED))

    async def call(self, do: Callable[[Client], Awaitable[T]], patience: float = PATIENCE) -> T:
        """Do something that may be done twice, again after each cut, for so long.

        Raises:
            SetupError: `link_down`, `link_denied`.
            APIError: What JetStream answers.
        """
        ends = _now() + patience
        while True:
            client = await self.ready(ends - _now())
            try:
                return await self._do(client, do)
            except SetupError as error:
                if error.code is not Code.LINK_DOWN or _now() + _PAUSE >= ends:
                    raise
            await asyncio.sleep(_PAUSE)

    async def ready(self, patience: float = PATIENCE) -> Client:
        """The connection, waited for.

        Raises:
            SetupError: `link_down`, `link_denied`.
        """
        if self._client is not None:
            return self._client
        self._keep()
        try:
            async with asyncio.timeout(patience):
                while self._client is None:
                    if self._refused is not None:
                        raise self._refused
                    if self.closed:
                        raise SetupError(Code.LINK_DOWN)
                    await self._changed.wait()
        except TimeoutError:
            raise SetupError(Code.LINK_DOWN) from None
        return self._client

    @property
    def now(self) -> Client | None:
        """The connection, if there is one now."""
        return self._client

    async def close(self) -> None:
        """Leave for good."""
        self.closed = True
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        await asyncio.gather(*self._leaving)
        self._set(None)

    def _keep(self) -> None:
        if not self.closed and (self._keeper is None or self._keeper.done()):
            self._refused = None
            self._keeper = asyncio.create_task(self._keep_connected())

    async def _keep_connected(self) -> None:
        backoff = Backoff()
        while not self.closed:
            client = Client(self._address)
            try:
                await client.open(self._role)
                done = 0
                while done < len(self._starts):  # one may be added meanwhile
                    await self._do(client, self._starts[done][0])
                    done += 1
                if self.closed:  # the official client took the cancellation for its own
                    return
                backoff.reset()
                if self._cut:
                    self.mended = _now()
                self._set(client)
                await asyncio.shield(client.over)
                self._cut = True
            except SetupError as error:
                if error.code is not Code.LINK_DOWN:
                    self._give_up(error)
                    return
            except APIError:
                self._give_up(SetupError(Code.LINK_DENIED))
                return
            finally:
                self._client = None
                leaving = asyncio.create_task(client.leave())
                self._leaving.add(leaving)
                leaving.add_done_callback(self._leaving.discard)
                await asyncio.shield(leaving)  # who is cancelled here must not leave a socket open
            await asyncio.sleep(backoff.next())

    def _give_up(self, error: SetupError) -> None:
        self._refused = error
        self._set(None)
        for _, given_up in self._starts:
            given_up(error)

    def _set(self, client: Client | None) -> None:
        self._client = client
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def _do(self, client: Client, work: Callable[[Client], Awaitable[T]]) -> T:
        """What the work gives, as long as the connection lasts; errors of the client become ours."""
        try:
            return await client.do(work)
        except APIError as error:
            if isinstance(error, ServiceUnavailableError) and error.err_code not in FULL:
                raise SetupError(Code.LINK_DOWN) from None
            raise
        except (nats.errors.Error, TimeoutError, OSError):
            raise SetupError(Code.LINK_DOWN) from None


def _now() -> float:
    return asyncio.get_running_loop().time()
