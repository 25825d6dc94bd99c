"""What both ends of a Service Bus link do alike."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from azure.servicebus import ServiceBusMessage, ServiceBusReceivedMessage

from sekisho.errors import Code, Refused
from sekisho.link.protocol import Capabilities, DeadLetter, Presence, Task
from sekisho.link.service_bus.lines import LOST, Lines
from sekisho.link.service_bus.namespace import Namespace
from sekisho.link.wire import pack_task, unpack_task

#: The standard tier takes 256 KB with everything around the body.
_LARGEST = 256 * 1024 - 4096
CAPABILITIES = Capabilities(
    largest_body=_LARGEST,
    durable=True,
    native_dead_letter=True,
    duplicate_detection=True,
    longest_lease=None,
    presence=False,
    events=True,
    cancels=False,
    ordered=False,
)
#: Seconds in which the dead letters say that there are no more of them.
_NO_MORE = 1.0
_MOST_SEARCHED = 1000


class End:
    """One end: its lines, and what is done over them from both sides."""

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace
        self._lines = Lines(namespace)
        self._to_tasks = self._lines.sender(namespace.tasks)
        self._from_dead = self._lines.receiver(namespace.tasks, dead=True)

    @property
    def capabilities(self) -> Capabilities:
        """What this link can do."""
        return CAPABILITIES

    async def presence(self) -> Presence:
        """Nothing: asking the service needs the right to manage it, and nobody here should have that."""
        return Presence(None, None)

    async def dead(self, limit: int) -> Sequence[DeadLetter]:
        """The oldest dead letters."""

        async def peek(receiver: Any) -> list[ServiceBusReceivedMessage]:
            return list(await receiver.peek_messages(limit, sequence_number=1))

        letters = [_letter(message) for message in await self._from_dead.use(peek)]
        return [letter for letter in letters if letter is not None]

    async def redrive(self, task_id: bytes) -> bool:
        """Submit a dead letter again."""

        async def search(receiver: Any) -> bool:
            others: list[ServiceBusReceivedMessage] = []
            found = False
            while not found and len(others) < _MOST_SEARCHED:
                page = await receiver.receive_messages(max_message_count=32, max_wait_time=_NO_MORE)
                for message in page:
                    letter = _letter(message)
                    if found or letter is None or letter.id != task_id:
                        others.append(message)
                        continue
                    found = True
                    # Another id than at first, or it would be taken for the first one; the same if this is done twice.
                    again = f"{task_id.hex()}.again.{message.sequence_number}"
                    await self._put(unpack_task(_body(message)), again)
                    with contextlib.suppress(*LOST):
                        await receiver.complete_message(message)
                if not page:
                    break
            for message in others:
                with contextlib.suppress(*LOST):
                    await receiver.abandon_message(message)
            return found

        return await self._from_dead.use(search, attempt=30.0)

    async def close(self) -> None:
        """Leave the link."""
        await self._lines.close()

    async def _put(self, task: Task, message_id: str) -> None:
        """Send a task.

        Raises:
            Refused: `too_large`, `busy`.
        """
        if len(task.body) > CAPABILITIES.largest_body:
            raise Refused(Code.TOO_LARGE)
        message = ServiceBusMessage(
            pack_task(task), message_id=message_id, time_to_live=timedelta(seconds=max(task.ttl, 0.001))
        )
        await self._to_tasks.use(lambda sender: sender.send_messages(message))


def _letter(message: ServiceBusReceivedMessage) -> DeadLetter | None:
    try:
        task = unpack_task(_body(message))
    except Refused:
        return None  # not one of ours
    since = message.enqueued_time_utc
    age = (datetime.now(UTC) - since).total_seconds() if since is not None else 0.0
    attempts = max(message.delivery_count or 0, 1)
    reason = (message.dead_letter_reason or "")[:64]
    return DeadLetter(task.id, task.client, reason, attempts, len(task.body), max(age, 0.0))


def _body(message: ServiceBusReceivedMessage) -> bytes:
    return b"".join(message.body) if message.body is not None else b""
