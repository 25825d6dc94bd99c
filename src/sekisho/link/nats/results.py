"""One client's results: a consumer of its own on the stream of answers, and its events.

The consumer is made anew on each connection and hands out again what was not confirmed; what the reader had already
is not given to it twice.
"""

from __future__ import annotations

import asyncio
import contextlib

import nats.errors
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig
from nats.js.errors import APIError, NotFoundError

from sekisho.errors import Refused
from sekisho.link.feed import Feed
from sekisho.link.nats.client import Client
from sekisho.link.nats.connection import Connection
from sekisho.link.nats.layout import Layout
from sekisho.link.protocol import Result
from sekisho.link.wire import unpack_result

#: Longer than an answer is kept: while somebody reads, what is not confirmed does not come again.
_NEVER_AGAIN = 86400.0
#: Seconds after which the server forgets a consumer that nobody listens to.
_FORGOTTEN_AFTER = 60.0
#: Events that may wait for a slow reader; further ones are dropped.
_MOST_EVENTS = 256


class Results:
    """Fills a feed with one client's results until it is stopped."""

    def __init__(self, connection: Connection, layout: Layout, client: bytes) -> None:
        self.feed: Feed[Result] = Feed()
        self._connection = connection
        self._layout = layout
        self._client = client
        self._name = f"client-{client.hex()}"
        #: Places in the stream of what the reader has and did not confirm.
        self._given: set[int] = set()
        self._starting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, now or as soon as there is a connection."""
        self._starting = asyncio.create_task(self._connection.attach(self._open, self.feed.fail))

    async def stop(self) -> None:
        """End the feed; the server may forget the consumer."""
        self.feed.end()
        if self._starting is not None:
            self._starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._starting
        if (client := self._connection.now) is not None:
            with contextlib.suppress(APIError, nats.errors.Error, OSError, TimeoutError):
                await client.js.delete_consumer(self._layout.results, self._name)

    def forget(self, message: Msg) -> None:
        """It is confirmed. Where the server did not hear so because of a cut, it comes again."""
        self._given.discard(message.metadata.sequence.stream)

    async def _open(self, client: Client) -> None:
        await client.subscribe(self._layout.event_subject(self._client), cb=self._on_event)
        inbox = client.new_inbox()
        await client.subscribe(inbox, cb=self._on_answer)
        with contextlib.suppress(NotFoundError):
            await client.js.delete_consumer(self._layout.results, self._name)
        await client.js.add_consumer(
            self._layout.results,
            ConsumerConfig(
                name=self._name,
                filter_subject=self._layout.result_subject(self._client),
                deliver_subject=inbox,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=_NEVER_AGAIN,
                max_ack_pending=-1,
                inactive_threshold=_FORGOTTEN_AFTER,
            ),
        )

    async def _on_answer(self, message: Msg) -> None:
        if not message.reply.startswith("$JS.ACK."):
            return
        place = message.metadata.sequence.stream
        if place in self._given:
            return
        self._given.add(place)
        try:
            result = unpack_result(message.data, message)
        except Refused:
            await message.term()
            return
        if result.client == self._client:
            self.feed.put(result)

    async def _on_event(self, message: Msg) -> None:
        with contextlib.suppress(Refused):
            result = unpack_result(message.data)
            if result.client == self._client and self.feed.behind < _MOST_EVENTS:
                self.feed.put(result)
