"""What both ends of a NATS link do alike."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

import nats.errors
from nats.aio.msg import Msg
from nats.js.errors import APIError

from sekisho.errors import Code, Refused, SetupError
from sekisho.link.nats.address import Address
from sekisho.link.nats.client import Client
from sekisho.link.nats.clock import ServerClock
from sekisho.link.nats.connection import FULL, Connection
from sekisho.link.nats.dead import DeadLetters
from sekisho.link.nats.layout import CONSUMER, Layout
from sekisho.link.protocol import Capabilities, DeadLetter, Presence, Task
from sekisho.link.wire import OVERHEAD, pack_task

#: What a server lets through by default, less what we put around a body.
_MAX_PAYLOAD = 1024 * 1024
_HEADERS = 256
CAPABILITIES = Capabilities(
    largest_body=_MAX_PAYLOAD - OVERHEAD - _HEADERS,
    durable=True,
    native_dead_letter=False,
    duplicate_detection=True,
    longest_lease=None,
    presence=True,
    events=True,
    cancels=True,
    ordered=True,
)
#: Seconds in which workers answer a roll call, at most and at least.
_ROLL_CALL = 0.5
_SILENCE = 0.03


class End:
    """One end: its connection, and what is done over it from both sides."""

    def __init__(self, address: Address, role: str) -> None:
        self._layout = Layout(address.name)
        self._connection = Connection(address, role)
        self._clock = ServerClock(self._connection, self._layout)
        self._dead = DeadLetters(self._connection, self._layout, self._clock)
        #: Seconds that a lease lasts: as wished, until the server has said.
        self._wished = self._lease = address.lease_seconds
        self._connection.add(self._make)

    @property
    def capabilities(self) -> Capabilities:
        """What this link can do."""
        return CAPABILITIES

    async def presence(self) -> Presence:
        """Who answers a roll call, and how many tasks wait."""
        workers = await self._connection.call(self._roll_call)
        try:
            info = await self._connection.call(lambda client: client.js.consumer_info(self._layout.tasks, CONSUMER))
        except APIError:
            return Presence(workers, None)
        return Presence(workers, info.num_pending)

    async def dead(self, limit: int) -> Sequence[DeadLetter]:
        """The oldest dead letters."""
        return await self._dead.oldest(limit)

    async def redrive(self, task_id: bytes) -> bool:
        """Submit a dead letter again."""
        found = await self._dead.take(task_id)
        if found is None:
            return False
        task, place = found
        # Another id than at first, or it would be taken for the first one; the same for two who do this at once.
        await self._put(task, f"{task_id.hex()}.again.{place}")
        await self._dead.remove(place)
        return True

    async def close(self) -> None:
        """Leave the link."""
        await self._connection.close()

    async def _put(self, task: Task, message_id: str) -> None:
        """Publish a task.

        Raises:
            Refused: `too_large`, `busy`.
        """
        body = pack_task(task)
        client = await self._connection.ready()
        if len(task.body) > CAPABILITIES.largest_body or len(body) + _HEADERS > client.max_payload:
            raise Refused(Code.TOO_LARGE)
        headers = {"Nats-Msg-Id": message_id}
        subject = self._layout.task_subject
        try:
            await self._connection.call(lambda client: client.js.publish(subject, body, headers=headers))
        except APIError as error:
            if error.err_code in FULL:
                raise Refused(Code.BUSY) from None
            raise SetupError(Code.LINK_DOWN) from None

    async def _make(self, client: Client) -> None:
        await self._layout.make_streams(client.js)
        self._lease = await self._layout.lease_seconds(client.js, self._wished)

    async def _roll_call(self, client: Client) -> int:
        """Everybody who answers, until nobody has for twice as long as the first one took."""
        inbox = client.new_inbox()
        answers: asyncio.Queue[Msg] = asyncio.Queue()
        subscription = await client.subscribe(inbox, cb=answers.put)
        asked = asyncio.get_running_loop().time()
        workers: set[bytes] = set()
        patience = _ROLL_CALL
        try:
            await client.publish(self._layout.roll_call_subject, b"", inbox)
            while True:
                async with asyncio.timeout(patience):
                    answer = await answers.get()
                if (answer.headers or {}).get("Status") == "503":
                    return 0
                if not workers:
                    patience = max(2 * (asyncio.get_running_loop().time() - asked), _SILENCE)
                workers.add(bytes(answer.data))
        except TimeoutError:
            return len(workers)
        finally:
            with contextlib.suppress(nats.errors.Error, OSError):
                await subscription.unsubscribe()
