"""Asks the consumer for tasks over one connection, one question at a time.

The official client can fetch too, but does not say when a message arrived, which is when its lease began, and leaves a
question open that nobody waits for any more: the answer to that would be leased to nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from dataclasses import dataclass

import nats.errors
from nats.aio.msg import Msg

from sekisho.link.nats.client import Client
from sekisho.link.nats.layout import CONSUMER, Layout

#: Seconds that the server gets beyond the time it was told to wait.
_GRACE = 2.0


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message, and when it came (by our monotonic clock)."""

    message: Msg
    at: float


class ConsumerGone(Exception):
    """The consumer or its stream is not there any more."""


class Pull:
    """The questions of one worker on one connection."""

    def __init__(self, client: Client, layout: Layout) -> None:
        self._client = client
        self._next = f"$JS.API.CONSUMER.MSG.NEXT.{layout.tasks}.{CONSUMER}"
        self._inbox = client.new_inbox()
        self._arrived: deque[Arrived] = deque()
        #: Messages that the open question may still bring.
        self._open = 0
        self._gone = False
        self._woken = asyncio.Event()

    async def start(self) -> None:
        """Listen for answers."""
        await self._client.subscribe(self._inbox, cb=self._on_message)

    async def take(self, limit: int, wait: float) -> list[Arrived]:
        """Up to `limit` messages: what is there at once, or the first that comes within `wait` seconds.

        Raises:
            ConsumerGone: The consumer must be made first.
        """
        if not self._arrived and limit > 1 and not self._open:
            await self._ask(limit, {"no_wait": True})
            await self._answered(limit, _GRACE)
        ends = _now() + wait
        while not self._arrived and (left := ends - _now()) > 0:
            if not self._open:
                await self._ask(1, {"expires": int(left * 1e9)})
            await self._answered(1, left + _GRACE)
        return [self._arrived.popleft() for _ in range(min(limit, len(self._arrived)))]

    async def stop(self) -> None:
        """Give back what came and nobody took."""
        with contextlib.suppress(nats.errors.Error, OSError):
            while self._arrived:
                await self._arrived.popleft().message.nak()

    async def _ask(self, batch: int, how: dict[str, int | bool]) -> None:
        self._open = batch
        await self._client.publish(self._next, json.dumps({"batch": batch, **how}).encode(), self._inbox)

    async def _answered(self, enough: int, patience: float) -> None:
        """Wait until the open question is answered."""
        try:
            async with asyncio.timeout(patience):
                while self._open and len(self._arrived) < enough:
                    self._woken.clear()
                    await self._woken.wait()
        except TimeoutError:
            self._open = 0  # the server has forgotten it
        if self._gone:
            self._gone = False
            raise ConsumerGone

    async def _on_message(self, message: Msg) -> None:
        status = (message.headers or {}).get("Status")
        if message.reply.startswith("$JS.ACK."):
            self._open = max(self._open - 1, 0)
            self._arrived.append(Arrived(message, _now()))
        elif status is not None:
            # 404 and 408: nothing there. 409: why it ended. 503: nobody answers such questions.
            self._open = 0
            self._gone = status in ("409", "503")
        self._woken.set()


def _now() -> float:
    return asyncio.get_running_loop().time()
