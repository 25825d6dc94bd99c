"""How far the server's clock is from ours. The server says when a message was stored, never what time it is now.

So a message is sent to oneself: it was stored between sending it and hearing that it is stored.
"""

from __future__ import annotations

import time
from datetime import datetime

from nats.js.errors import NotFoundError

from sekisho.errors import Code, SetupError
from sekisho.link.nats.client import Client
from sekisho.link.nats.connection import Connection
from sekisho.link.nats.layout import Layout

#: Clocks drift: measured again after this many seconds.
_VALID = 300.0
_ATTEMPTS = 3


class ServerClock:
    """The server's time, to within half a round trip."""

    def __init__(self, connection: Connection, layout: Layout) -> None:
        self._connection = connection
        self._layout = layout
        #: What to add to our monotonic clock.
        self._offset: float | None = None
        self._measured = 0.0

    async def age(self, stored: datetime) -> float:
        """Seconds since the server stored something.

        Raises:
            SetupError: `link_down`, `link_denied`.
        """
        if self._offset is None or time.monotonic() - self._measured > _VALID:
            self._offset = await self._measure()
            self._measured = time.monotonic()
        return max(time.monotonic() + self._offset - stored.timestamp(), 0.0)

    async def _measure(self) -> float:
        for _ in range(_ATTEMPTS):
            try:
                return await self._connection.call(self._ask)
            except NotFoundError:  # others were so many, or so slow were we, that our message is gone
                continue
        raise SetupError(Code.LINK_DOWN)

    async def _ask(self, client: Client) -> float:
        sent = time.monotonic()
        ack = await client.js.publish(self._layout.clock_subject)
        heard = time.monotonic()
        message = await client.js.get_msg(self._layout.clock, ack.seq)
        assert message.time is not None
        return float(message.time.timestamp()) - (sent + heard) / 2
