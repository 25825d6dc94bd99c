"""Asks the consumer for tasks over one connection, one question at a time.

A question is for as many tasks as there is room for, and stays open until they have come or its time is over: most
tasks cost no question of their own. Whoever asks has room for what it asked for, and asks on as long as it has room.
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
from nats.aio.subscription import Subscription

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
        self._inbox = ""
        self._listening: Subscription | None = None
        self._arrived: deque[Arrived] = deque()
        #: Messages that the open question may still bring, and when the server must have ended it.
        self._open = 0
        self._ended_at = 0.0
        self._gone = False
        self._woken = asyncio.Event()

    async def start(self) -> None:
        """Listen for answers."""
        self._inbox = self._client.new_inbox()
        self._listening = await self._client.subscribe(self._inbox, cb=self._on_message)

    async def take(self, limit: int, wait: float) -> list[Arrived]:
        """Up to `limit` messages: what is there at once, or the first that comes within `wait` seconds.

        Raises:
            ConsumerGone: The consumer must be made first.
        """
        ends = _now() + wait
        try:
            while not self._arrived and (left := ends - _now()) > 0:
                if not self._open or _now() >= self._ended_at:
                    await self._ask(limit, left)
                await self._answered(min(ends, self._ended_at))
        except asyncio.CancelledError:
            await self.stop()
            raise
        return [self._arrived.popleft() for _ in range(min(limit, len(self._arrived)))]

    async def stop(self) -> None:
        """Take nothing any more, until it is asked for again; give back what came and nobody took."""
        listening, self._listening, self._open = self._listening, None, 0
        with contextlib.suppress(nats.errors.Error, OSError):
            if listening is not None:
                await listening.unsubscribe()  # the server forgets a question whose answer nobody hears
            while self._arrived:
                await self._arrived.popleft().message.nak()

    async def _ask(self, batch: int, seconds: float) -> None:
        if self._listening is None:
            await self.start()
        self._open, self._ended_at = batch, _now() + seconds + _GRACE
        question = json.dumps({"batch": batch, "expires": int(seconds * 1e9)})
        await self._client.publish(self._next, question.encode(), self._inbox)

    async def _answered(self, until: float) -> None:
        """Wait until something has come, or nothing will."""
        try:
            async with asyncio.timeout_at(until):
                while self._open and not self._arrived:
                    self._woken.clear()
                    await self._woken.wait()
        except TimeoutError:
            return
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
