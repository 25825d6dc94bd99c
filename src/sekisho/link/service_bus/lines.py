"""The lines of one end to Service Bus: a sender or receiver for each entity, opened once, opened again after a cut.

Errors of the SDK become ours here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from azure.core.exceptions import AzureError
from azure.servicebus import ServiceBusReceivedMessage, exceptions
from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver, ServiceBusSender

from sekisho.errors import Code, Refused, SetupError
from sekisho.link.backoff import Backoff
from sekisho.link.service_bus.namespace import Namespace

T = TypeVar("T")
#: Seconds for which an operation is tried again before the link counts as down.
PATIENCE = 10.0
#: Seconds for which one attempt may take.
_ATTEMPT = 8.0
_CLOSE_SECONDS = 2.0
#: Uses of one receiver at once; it settles messages while it waits for others.
_MANY = 1000

_DENIED = (exceptions.ServiceBusAuthenticationError, exceptions.ServiceBusAuthorizationError)
_FULL = (exceptions.ServiceBusQuotaExceededError, exceptions.ServiceBusServerBusyError)
LOST = (
    exceptions.MessageLockLostError,
    exceptions.SessionLockLostError,
    exceptions.MessageAlreadySettled,
    exceptions.MessageNotFoundError,
)

# It logs each cut with the text of the error, and callbacks that fail; what matters of that is our own code.
logging.getLogger("azure.servicebus").setLevel(logging.CRITICAL)


@dataclass(slots=True)
class Received:
    """A message, and the receiver that it came over."""

    message: ServiceBusReceivedMessage
    over: Any = field(repr=False)

    @property
    def body(self) -> bytes:
        """What was sent."""
        return b"".join(self.message.body) if self.message.body is not None else b""


class Line:
    """One sender or receiver. It is opened when first used, and anew after an error.

    The SDK's senders are not made for several coroutines at once: two that meet an error close it under each other.
    So a line may be used by one at a time.
    """

    def __init__(self, lines: Lines, make: Callable[[ServiceBusClient], Any], one_at_a_time: bool = False) -> None:
        self._lines = lines
        self._turn = asyncio.Semaphore(1 if one_at_a_time else _MANY)
        self._make = make
        self._open: Any = None
        self._opening: asyncio.Task[Any] | None = None

    async def use(self, do: Callable[[Any], Awaitable[T]], patience: float = PATIENCE, attempt: float = _ATTEMPT) -> T:
        """Do something that may be done twice, again after each cut, for so long.

        Raises:
            SetupError: `link_down`, `link_denied`.
            Refused: `busy`, `too_large`.
            ServiceBusError: One of `LOST`.
        """
        backoff = Backoff(most=1.0)
        ends = _now() + patience
        while True:
            try:
                async with self._turn, asyncio.timeout(attempt):
                    return await do(await self._opened())
            except LOST:
                raise
            except asyncio.CancelledError:
                if _is_cancelled():
                    raise
                await self.close()
            except exceptions.MessageSizeExceededError:
                raise Refused(Code.TOO_LARGE) from None
            except _FULL:
                raise Refused(Code.BUSY) from None
            except _DENIED:
                await self.close()
                raise SetupError(Code.LINK_DENIED) from None
            except exceptions.MessagingEntityNotFoundError:
                await self.close()
                raise SetupError(Code.LINK_DENIED, "the queue or topic is not there") from None
            except (exceptions.ServiceBusError, AzureError, OSError, TimeoutError, ValueError):
                await self.close()
            if _now() + (pause := backoff.next()) >= ends or self._lines.closed:
                raise SetupError(Code.LINK_DOWN)
            await asyncio.sleep(pause)

    async def settle(self, message: Received, how: Callable[[Any], Awaitable[None]]) -> None:
        """Settle a message that came over this line, or over the one that it was before a cut.

        Raises:
            SetupError: `link_down`, `link_denied`.
            ServiceBusError: One of `LOST`.
        """

        async def settle(receiver: Any) -> None:
            if receiver is not message.over:
                # Its number belongs to the line that it came over; on another one the SDK shall name the lock instead.
                message.message._is_deferred_message = True
            await how(receiver)

        await self.use(settle)

    async def close(self) -> None:
        """Close it; the next use opens it again."""
        line, self._open = self._open, None
        if self._opening is not None:
            with contextlib.suppress(Exception):  # whatever it is, the line is not open
                line = await asyncio.shield(self._opening)
        if line is not None:
            await _close(line)

    async def _opened(self) -> Any:
        while self._open is None:
            if self._lines.closed:
                raise SetupError(Code.LINK_DOWN)
            if self._opening is None:
                # A task of its own: the SDK leaves a socket open where it is interrupted while it opens.
                self._opening = asyncio.create_task(self._open_line())
                self._opening.add_done_callback(self._on_opened)
            opened = await asyncio.shield(self._opening)
            self._open = self._open or opened
        return self._open

    def _on_opened(self, opening: asyncio.Task[Any]) -> None:
        self._opening = None
        opening.exception()  # it was told to whoever waited

    async def _open_line(self) -> Any:
        line = self._make(self._lines.client)
        try:
            return await line.__aenter__()
        except Exception:
            await _close(line)
            raise


def _is_cancelled() -> bool:
    """Whether somebody cancelled us. Where nobody did, the SDK has ended a task of its own that we waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _close(line: Any) -> None:
    with contextlib.suppress(Exception):  # the SDK raises anything here; it is closed all the same
        async with asyncio.timeout(_CLOSE_SECONDS):
            await line.close()


class Lines:
    """All lines of one end."""

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace
        self._client: ServiceBusClient | None = None
        self._credential: Any = None
        self._lines: list[Line] = []
        self.closed = False

    @property
    def client(self) -> ServiceBusClient:
        """The client; it has no connection of its own."""
        if self._client is None:
            if self._namespace.connection_string is None:
                from azure.identity.aio import DefaultAzureCredential

                self._credential = DefaultAzureCredential()
            self._client = self._namespace.client(self._credential)
        return self._client

    def sender(self, entity: str) -> Line:
        """A line that sends."""

        def make(client: ServiceBusClient) -> ServiceBusSender:
            return self._namespace.sender(client, entity)

        return self._line(make, one_at_a_time=True)

    def receiver(self, entity: str, session: str | None = None, dead: bool = False) -> Line:
        """A line that receives."""

        def make(client: ServiceBusClient) -> ServiceBusReceiver:
            return self._namespace.receiver(client, entity, session, dead)

        return self._line(make)

    async def close(self) -> None:
        """Close all."""
        self.closed = True
        await asyncio.gather(*(line.close() for line in self._lines))
        for one in (self._client, self._credential):
            if one is not None:
                with contextlib.suppress(Exception):
                    await one.close()

    def _line(self, make: Callable[[ServiceBusClient], Any], one_at_a_time: bool = False) -> Line:
        line = Line(self, make, one_at_a_time)
        self._lines.append(line)
        return line


def _now() -> float:
    return asyncio.get_running_loop().time()
