"""Dead letters of a NATS link: a stream with one message for each, the reason and the facts in its headers."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial

from nats.js.api import RawStreamMsg
from nats.js.errors import APIError, NotFoundError

from sekisho.errors import Code, Refused, SetupError
from sekisho.link.nats.client import Client
from sekisho.link.nats.clock import ServerClock
from sekisho.link.nats.connection import Connection
from sekisho.link.nats.layout import Layout
from sekisho.link.protocol import DeadLetter, Task
from sekisho.link.wire import pack_task, unpack_task

_REASON = "Sekisho-Reason"
_ATTEMPTS = "Sekisho-Attempts"
_MESSAGE_ID = "Nats-Msg-Id"
_LONGEST_REASON = 64
_COUNT = re.compile(r"[0-9]{1,9}")
#: JetStream's word for a message that was deleted already; it calls that an error of the server.
_NO_MESSAGE = 10057


class DeadLetters:
    """The dead letters of one link."""

    def __init__(self, connection: Connection, layout: Layout, clock: ServerClock) -> None:
        self._connection = connection
        self._layout = layout
        self._clock = clock

    async def add(self, task: Task, delivery: int, reason: str, attempts: int) -> None:
        """Keep a task as a dead letter. Twice for one delivery (`delivery` is its place in the stream) is once.

        Raises:
            SetupError: `link_down`, `link_denied`; `link_down` too where there is no room for it now, or no stream.
        """
        headers = {
            _MESSAGE_ID: f"{task.id.hex()}.{delivery}",
            _REASON: "".join(filter(_harmless, reason))[:_LONGEST_REASON],
            _ATTEMPTS: str(attempts),
        }
        subject, body = self._layout.dead_subject(task.id), pack_task(task)
        try:
            await self._connection.call(lambda client: client.js.publish(subject, body, headers=headers))
        except APIError:
            raise SetupError(Code.LINK_DOWN) from None

    async def oldest(self, limit: int) -> list[DeadLetter]:
        """The oldest, at most `limit`."""
        letters: list[DeadLetter] = []
        after = 0
        while len(letters) < limit:
            found = await self._connection.call(partial(self._next, after + 1))
            if found is None or found.seq is None:
                break
            after = found.seq
            if (letter := await self._letter(found)) is not None:
                letters.append(letter)
        return letters

    async def take(self, task_id: bytes) -> tuple[Task, int] | None:
        """A dead letter's task and its place; it stays until `remove`."""
        subject = self._layout.dead_subject(task_id)
        try:
            found = await self._connection.call(lambda client: client.js.get_last_msg(self._layout.dead, subject))
            return (unpack_task(found.data or b""), found.seq or 0)
        except (NotFoundError, Refused):
            return None

    async def remove(self, place: int) -> None:
        """Forget a dead letter; that it is gone already is no error."""
        try:
            await self._connection.call(lambda client: client.js.delete_msg(self._layout.dead, place))
        except APIError as error:
            if not isinstance(error, NotFoundError) and error.err_code != _NO_MESSAGE:
                raise

    async def _next(self, start: int, client: Client) -> RawStreamMsg | None:
        try:
            return await client.js.get_msg(self._layout.dead, start, subject=self._layout.any_dead, next=True)
        except NotFoundError:
            return None

    async def _letter(self, found: RawStreamMsg) -> DeadLetter | None:
        headers: dict[str, str] = found.headers or {}
        attempts = headers.get(_ATTEMPTS, "")
        try:
            task = unpack_task(found.data or b"")
        except Refused:
            return None  # not one of ours
        assert isinstance(found.time, datetime)
        return DeadLetter(
            id=task.id,
            client=task.client,
            reason=headers.get(_REASON, ""),
            attempts=int(attempts) if _COUNT.fullmatch(attempts) else 0,
            size=len(task.body),
            age=await self._clock.age(found.time),
        )


def _harmless(letter: str) -> bool:
    return letter.isascii() and (letter.isalnum() or letter in "_-. ")
