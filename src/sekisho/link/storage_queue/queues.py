"""The queues of one link: sends, receives, hides and deletes messages; makes a queue that is not there.

Errors of the service become ours here, and what failed for a moment is done again.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.storage.queue.aio import QueueClient

from sekisho.errors import Code, SetupError
from sekisho.link.backoff import Backoff
from sekisho.link.storage_queue.account import Account

T = TypeVar("T")
#: Seconds for which an operation is tried again before the link counts as down.
PATIENCE = 5.0
#: What the service takes in one message, once it is text.
_MESSAGE_TEXT = 64 * 1024
LARGEST_MESSAGE = _MESSAGE_TEXT // 4 * 3
#: What the service gives at once at most.
PAGE = 32
_DENIED = (401, 403)
_NOT_OURS_ANY_MORE = ("MessageNotFound", "PopReceiptMismatch")


class NotOurs(Exception):
    """The message was hidden by somebody else since, or is deleted."""


@dataclass(slots=True)
class Message:
    """A message that is hidden from others for a while, or was only looked at."""

    id: str
    body: bytes = field(repr=False)
    #: How often it was received, with this time.
    count: int
    #: Seconds since it was sent, by the service's clock.
    age: float
    receipt: str = field(repr=False)


class Queues:
    """The queues of one account that belong to a link."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._clients: dict[str, QueueClient] = {}
        self._credential: Any = account.secret
        self._closed = False

    async def send(self, queue: str, body: bytes, seconds: float) -> None:
        """Send a message that lives for so long. Twice, if it cannot be known whether the first one arrived."""
        text = base64.b64encode(body).decode()
        lives = max(int(-(-seconds // 1)), 1)
        await self._call(queue, lambda client: client.send_message(text, time_to_live=lives))

    async def receive(self, queue: str, limit: int, hidden: int, patience: float = PATIENCE) -> list[Message]:
        """Up to `limit` messages that are there now, hidden from others for so many seconds."""

        async def receive(client: QueueClient) -> list[Message]:
            clock = _Clock()
            found = client.receive_messages(
                messages_per_page=min(limit, PAGE),
                max_messages=min(limit, PAGE),
                visibility_timeout=hidden,
                raw_response_hook=clock.hear,
            )
            return [_message(message, clock) async for message in found]

        return await self._call(queue, receive, patience)

    async def peek(self, queue: str, limit: int) -> list[Message]:
        """Up to `limit` messages, as they are; the service shows 32 at most."""
        clock = _Clock()
        found = await self._call(
            queue, lambda client: client.peek_messages(max_messages=min(limit, PAGE), raw_response_hook=clock.hear)
        )
        return [_message(message, clock) for message in found]

    async def hide(self, queue: str, message: Message, seconds: int) -> None:
        """Hide a message for so many seconds from now; 0 shows it again.

        Raises:
            NotOurs: Somebody else has it.
        """
        updated = await self._call(
            queue, lambda client: client.update_message(message.id, message.receipt, visibility_timeout=seconds)
        )
        message.receipt = updated.pop_receipt or ""

    async def delete(self, queue: str, message: Message) -> None:
        """Delete a message.

        Raises:
            NotOurs: Somebody else has it.
        """
        await self._call(queue, lambda client: client.delete_message(message.id, message.receipt))

    async def count(self, queue: str) -> int:
        """About how many messages there are, hidden ones too."""
        properties = await self._call(queue, lambda client: client.get_queue_properties())
        return properties.approximate_message_count or 0

    async def close(self) -> None:
        """Close all connections."""
        self._closed = True
        for client in self._clients.values():
            await client.close()
        self._clients.clear()
        if hasattr(self._credential, "close"):
            await self._credential.close()

    def _client(self, queue: str) -> QueueClient:
        if self._closed:
            raise SetupError(Code.LINK_DOWN)
        if self._credential is None:
            self._credential = _entra()
        if queue not in self._clients:
            self._clients[queue] = QueueClient(
                self._account.endpoint,
                f"{self._account.name}-{queue}",
                credential=self._credential,
                **self._account.options,
            )
        return self._clients[queue]

    async def _call(self, queue: str, do: Callable[[QueueClient], Awaitable[T]], patience: float = PATIENCE) -> T:
        backoff = Backoff(most=1.0)
        ends = _now() + patience
        while True:
            try:
                async with asyncio.timeout(max(ends - _now(), 0.1) + PATIENCE):
                    return await do(self._client(queue))
            except ResourceNotFoundError as error:
                if _reason(error) in _NOT_OURS_ANY_MORE:
                    raise NotOurs from None
                await self._make(queue)
            except ClientAuthenticationError:
                raise SetupError(Code.LINK_DENIED) from None
            except HttpResponseError as error:
                if _reason(error) in _NOT_OURS_ANY_MORE:
                    raise NotOurs from None
                if error.status_code in _DENIED:
                    raise SetupError(Code.LINK_DENIED) from None
            except (ServiceRequestError, ServiceResponseError, AzureError, OSError, TimeoutError):
                pass
            if _now() + (pause := backoff.next()) >= ends:
                raise SetupError(Code.LINK_DOWN)
            await asyncio.sleep(pause)

    async def _make(self, queue: str) -> None:
        try:
            await self._client(queue).create_queue()
        except ResourceExistsError:
            return
        except HttpResponseError as error:
            if error.status_code in _DENIED:
                raise SetupError(Code.LINK_DENIED) from None
        except (AzureError, OSError):
            return  # the next attempt shows


class _Clock:
    """The time by the service's clock when it answered."""

    def __init__(self) -> None:
        self.now: datetime | None = None

    def hear(self, response: Any) -> None:
        """Read the answer's date."""
        date = response.http_response.headers.get("Date")
        self.now = parsedate_to_datetime(date) if date else None


def _message(found: Any, clock: _Clock) -> Message:
    try:
        body = base64.b64decode(found.content or "", validate=True)
    except (binascii.Error, ValueError, TypeError):
        body = b""  # not one of ours
    age = (clock.now - found.inserted_on).total_seconds() if clock.now and found.inserted_on else 0.0
    return Message(found.id, body, found.dequeue_count or 0, max(age, 0.0), found.pop_receipt or "")


def _reason(error: HttpResponseError) -> str:
    code = getattr(error, "error_code", None)
    return str(getattr(code, "value", code))


def _entra() -> Any:
    from azure.identity.aio import DefaultAzureCredential

    return DefaultAzureCredential()


def _now() -> float:
    return asyncio.get_running_loop().time()
