"""The asking end of a NATS link."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import nats.errors
from nats.aio.msg import Msg

from sekisho.errors import Code, Refused, SetupError
from sekisho.link.nats.address import Address
from sekisho.link.nats.client import Client
from sekisho.link.nats.end import CAPABILITIES, End
from sekisho.link.nats.results import Results
from sekisho.link.protocol import Cancel, Presence, Result, Task

#: Seconds for which nobody asks again whether a worker is there.
_SIGHTING_LASTS = 1.0
#: Seconds for which a worker that was there a moment ago, or may have been, counts as about to come back.
_ABSENCE = 3.0
#: Seconds in which a worker that listens should say so; a stopped one does not, and counts as there.
_ROLL_CALL = 0.5


class NatsCaller(End):
    """Publishes tasks, and reads its client's results."""

    def __init__(self, address: Address) -> None:
        super().__init__(address, "caller")
        self._seen = float("-inf")
        self._readers: list[Results] = []

    async def submit(self, task: Task) -> None:
        """Hand a task over."""
        if len(task.body) > CAPABILITIES.largest_body:
            raise Refused(Code.TOO_LARGE)
        now = asyncio.get_running_loop().time()
        if now - self._seen > _SIGHTING_LASTS:
            if await self._connection.call(self._somebody):
                self._seen = now
            elif now - max(self._seen, self._connection.mended) > _ABSENCE:
                raise Refused(Code.NO_WORKER)
        await self._put(task, task.id.hex())

    def results(self, client: bytes) -> AsyncIterator[Result]:
        """Everything for this client, as it comes. A client reads in one place at a time: the last one has it."""
        reader = Results(self._connection, self._layout, client)
        self._readers.append(reader)
        reader.start()
        return reader.feed

    async def confirm(self, result: Result) -> None:
        """The answer has been taken."""
        if not isinstance(result.receipt, Msg):
            return
        reply = result.receipt.reply
        with contextlib.suppress(SetupError):  # then it comes again
            await self._connection.call(lambda client: client.request(reply, Msg.Ack.Ack, timeout=2))
        for reader in self._readers:
            reader.forget(result.receipt)

    async def cancel(self, cancel: Cancel) -> None:
        """Nobody waits for the task any more."""
        if (client := self._connection.now) is not None:
            with contextlib.suppress(nats.errors.Error, OSError):
                await client.publish(self._layout.cancel_subject, cancel.id + cancel.body)

    async def presence(self) -> Presence:
        """Who answers a roll call, and how many tasks wait."""
        found = await super().presence()
        self._seen = asyncio.get_running_loop().time() if found.workers else float("-inf")
        return found

    async def close(self) -> None:
        """Leave the link."""
        for reader in self._readers:
            await reader.stop()
        await super().close()

    async def _somebody(self, client: Client) -> bool:
        """Whether a worker listens. The server says at once when none does."""
        try:
            await client.request(self._layout.roll_call_subject, timeout=_ROLL_CALL)
        except nats.errors.NoRespondersError:
            return False
        except nats.errors.TimeoutError:
            return True
        return True
