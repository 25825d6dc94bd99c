"""What both ends of a Storage Queue link do alike, and its own dead letters: the service has none."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Sequence

from sekisho.errors import Code, Refused
from sekisho.link.protocol import Capabilities, DeadLetter, Presence, Task
from sekisho.link.storage_queue.account import Account
from sekisho.link.storage_queue.pace import Paces
from sekisho.link.storage_queue.queues import LARGEST_MESSAGE, PAGE, Message, NotOurs, Queues
from sekisho.link.wire import OVERHEAD, pack_task, unpack_task

TASKS, DEAD = "tasks", "dead"
_REASON_BYTES = 64
#: Of a dead letter, before its task: version, attempts, reason.
_DEAD_HEADER = struct.Struct(f">BI{_REASON_BYTES}s")
_DEAD_VERSION = 1
_DEAD_SECONDS = 14 * 86400
#: Seconds for which a dead letter is hidden while another one is looked for.
_SEARCH_SECONDS = 30
_MOST_SEARCHED = 1024
#: Tasks that may be on the link; the next one is told `busy`.
MOST_TASKS = 1024

CAPABILITIES = Capabilities(
    largest_body=LARGEST_MESSAGE - OVERHEAD - _DEAD_HEADER.size,
    durable=True,
    native_dead_letter=False,
    duplicate_detection=False,
    longest_lease=None,
    presence=False,
    events=False,
    cancels=False,
    ordered=False,
)


def results_of(client: bytes) -> str:
    """The name of a client's queue of results."""
    return f"r-{client.hex()}"


class End:
    """One end: its queues, and what is done with them from both sides."""

    def __init__(self, account: Account, paces: Paces | None = None) -> None:
        self._queues = Queues(account)
        self._lease_seconds = account.lease_seconds
        self._paces = paces or Paces()

    @property
    def capabilities(self) -> Capabilities:
        """What this link can do."""
        return CAPABILITIES

    async def presence(self) -> Presence:
        """How much is on the link; who is there cannot be known."""
        return Presence(None, await self._queues.count(TASKS))

    async def dead(self, limit: int) -> Sequence[DeadLetter]:
        """The oldest dead letters: the service shows the first 32."""
        letters = [_letter(message) for message in await self._queues.peek(DEAD, limit)]
        return [letter for letter in letters if letter is not None]

    async def redrive(self, task_id: bytes) -> bool:
        """Submit a dead letter again."""
        searched: list[Message] = []
        found: Message | None = None
        while found is None and len(searched) < _MOST_SEARCHED:
            page = await self._queues.receive(DEAD, PAGE, _SEARCH_SECONDS)
            for message in page:
                letter = _letter(message)
                if found is None and letter is not None and letter.id == task_id:
                    found = message
                else:
                    searched.append(message)
            if not page:
                break
        for message in searched:
            with contextlib.suppress(NotOurs):
                await self._queues.hide(DEAD, message, 0)
        if found is None:
            return False
        await self._put(unpack_task(found.body[_DEAD_HEADER.size :]))
        with contextlib.suppress(NotOurs):
            await self._queues.delete(DEAD, found)
        return True

    async def close(self) -> None:
        """Leave the link."""
        await self._queues.close()

    async def _put(self, task: Task) -> None:
        if len(task.body) > CAPABILITIES.largest_body:
            raise Refused(Code.TOO_LARGE)
        await self._queues.send(TASKS, pack_task(task), task.ttl)

    async def _bury(self, task: Task, reason: str, attempts: int) -> None:
        header = _DEAD_HEADER.pack(_DEAD_VERSION, attempts, reason.encode("ascii", "replace")[:_REASON_BYTES])
        await self._queues.send(DEAD, header + pack_task(task), _DEAD_SECONDS)


def _letter(message: Message) -> DeadLetter | None:
    if len(message.body) < _DEAD_HEADER.size or message.body[0] != _DEAD_VERSION:
        return None
    _, attempts, reason = _DEAD_HEADER.unpack_from(message.body)
    try:
        task = unpack_task(message.body[_DEAD_HEADER.size :])
    except Refused:
        return None
    text = reason.rstrip(b"\0").decode("ascii", "replace")
    return DeadLetter(task.id, task.client, text, attempts, len(task.body), message.age)
