"""What JetStream refuses while a link is at work becomes an error of ours, told to whoever waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from nats.js.errors import ServerError

from sekisho.errors import Code, InputError, SetupError
from sekisho.link.nats.address import address_of
from sekisho.link.nats.client import Client
from sekisho.link.nats.clock import ServerClock
from sekisho.link.nats.connection import Connection
from sekisho.link.nats.dead import DeadLetters
from sekisho.link.nats.layout import Layout
from sekisho.link.nats.results import Results
from sekisho.link.open import Access, open_caller, open_worker
from sekisho.link.protocol import Task
from sekisho.link.wire import pack_task

TASK = Task(bytes(16), bytes(16), 5, b"sealed")


class RefusingClient:
    """A connection over which JetStream says no to everything."""

    async def do(self, work: Callable[[Client], Awaitable[object]]) -> object:
        raise ServerError(code=500, err_code=10026, description="maximum consumers limit reached")


def connected() -> Connection:
    connection = Connection(address_of("nats://127.0.0.1:1/link", Access()), "caller")
    connection._client = cast("Client", RefusingClient())
    return connection


def test_a_reader_that_is_given_no_consumer_is_told_and_its_link_closes() -> None:
    async def run() -> None:
        connection = connected()
        reader = Results(connection, Layout("link"), bytes(16))
        reader.start()
        with pytest.raises(SetupError) as refused:
            async with asyncio.timeout(5):
                await anext(reader.feed)
        assert refused.value.code is Code.LINK_DENIED
        connection._client = None
        await reader.stop()
        await connection.close()

    asyncio.run(run())


def test_a_dead_letter_for_which_there_is_no_room_is_tried_again_later() -> None:
    async def run() -> None:
        dead = DeadLetters(connected(), Layout("link"), cast("ServerClock", None))
        with pytest.raises(SetupError) as refused:
            await dead.add(TASK, 1, "poison", 5)
        assert refused.value.code is Code.LINK_DOWN

    asyncio.run(run())


@pytest.mark.parametrize("scheme", ["nats", "tls", "nats+ws", "nats+wss"])
def test_a_proxy_that_is_named_is_not_gone_past(scheme: str) -> None:
    for opened in (open_caller, open_worker):
        with pytest.raises(InputError) as error:
            opened(f"{scheme}://broker.example/link", Access(proxy="http://proxy.example:3128"))
        assert error.value.code is Code.BAD_SETTING
        assert "link_proxy" in error.value.place


@pytest.mark.parametrize(("told", "read"), [("7", 7), ("²", 0), ("9" * 5000, 0), ("-1", 0), ("", 0)])
def test_a_number_of_attempts_that_is_none_is_read_as_none(told: str, read: int) -> None:
    class Clock:
        async def age(self, _: datetime) -> float:
            return 1.0

    message: Any = SimpleNamespace(headers={"Sekisho-Attempts": told}, data=pack_task(TASK), time=datetime.now(UTC))

    async def run() -> None:
        letter = await DeadLetters(connected(), Layout("link"), cast("ServerClock", Clock()))._letter(message)
        assert letter is not None
        assert letter.attempts == read

    asyncio.run(run())
