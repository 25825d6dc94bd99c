"""What is special about the link over Storage queues, on Azurite: Microsoft's emulator, not Azure."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines.links.azurite import ACCOUNT, KEY, azurite, connection_string
from tests.engines.process import Server
from tests.engines.shared import engine, shared
from tests.link.adapters.storage_queue import PACES
from tests.link.conformance import SOON, a_task, an_answer, first, one

from sekisho.errors import Code, InputError, Refused, SetupError
from sekisho.link.open import Access
from sekisho.link.protocol import Task
from sekisho.link.storage_queue import StorageQueueCaller, StorageQueueWorker, end, open_caller, worker
from sekisho.link.storage_queue.account import Account, account_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def server() -> Server:
    return shared("Azurite", azurite)


def at(server: Server, name: str = "", key: str = KEY) -> Account:
    access = Access(secret=connection_string(server.port, key), lease_seconds=1.0)
    return account_of(f"azurequeue://{ACCOUNT}/{name or secrets.token_hex(6)}", access)


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[Server]:
    """An emulator of its own, not yet started."""
    own = engine("Azurite", lambda: azurite(tmp_path))
    yield own
    own.stop()


async def test_down_at_the_start_and_after_an_orderly_restart_everything_accepted_is_there(stopped: Server) -> None:
    account = at(stopped, "kept")
    caller, its_worker = StorageQueueCaller(account, PACES), StorageQueueWorker(account, PACES)
    task = a_task()
    results = caller.results(task.client)
    with pytest.raises(SetupError) as down:
        await caller.submit(task)
    assert down.value.code is Code.LINK_DOWN
    await asyncio.to_thread(stopped.start)
    await caller.submit(task)
    await asyncio.to_thread(stopped.restart)
    await its_worker.complete(await one(its_worker), an_answer(task))
    assert (await first(results)).id == task.id
    await caller.close()
    await its_worker.close()


async def test_a_wrong_key_is_told_as_denied_to_whoever_asks_and_whoever_reads(server: Server) -> None:
    wrong = base64.b64encode(b"hunter2" * 9).decode()
    caller = StorageQueueCaller(at(server, key=wrong), PACES)
    async with asyncio.timeout(SOON):
        with pytest.raises(SetupError) as refused:
            await caller.submit(a_task())
        assert refused.value.code is Code.LINK_DENIED
        with pytest.raises(SetupError) as refused:
            await anext(caller.results(b"c" * 16))
        assert refused.value.code is Code.LINK_DENIED
    assert wrong not in repr(at(server, key=wrong))
    await caller.close()


async def test_what_is_over_the_limit_of_the_service_is_refused_before_it_is_sent(server: Server) -> None:
    caller, its_worker = StorageQueueCaller(at(server), PACES), StorageQueueWorker(at(server), PACES)
    largest = caller.capabilities.largest_body
    assert largest < 48 * 1024
    for refusing in (caller.submit(a_task(bytes(largest + 1))), its_worker.publish(an_answer(a_task(), bytes(70_000)))):
        with pytest.raises(Refused) as refused:
            await refusing
        assert refused.value.code is Code.TOO_LARGE
    await caller.close()
    await its_worker.close()


async def test_a_task_of_the_largest_size_can_be_a_dead_letter_and_come_back(server: Server) -> None:
    account = at(server)
    caller, its_worker = StorageQueueCaller(account, PACES), StorageQueueWorker(account, PACES)
    others, task = [a_task() for _ in range(3)], a_task(secrets.token_bytes(end.CAPABILITIES.largest_body))
    for each in (*others, task):
        await caller.submit(each)
        await its_worker.dead_letter(await one(its_worker), "x" * 100)
    assert {letter.id for letter in await caller.dead(10)} == {each.id for each in (*others, task)}
    assert await caller.redrive(task.id)
    assert (await one(its_worker)).task.body == task.body
    assert {letter.id for letter in await caller.dead(10)} == {each.id for each in others}, "the others stayed"
    await caller.close()
    await its_worker.close()


async def test_a_task_that_is_delivered_too_often_becomes_a_dead_letter(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "MOST_DELIVERIES", 2)
    account = at(server)
    caller, its_worker = StorageQueueCaller(account, PACES), StorageQueueWorker(account, PACES)
    task = a_task()
    await caller.submit(task)
    for _ in range(2):
        await its_worker.abandon(await one(its_worker), 0)
    assert list(await its_worker.receive(1, 0.3)) == []
    (letter,) = await caller.dead(10)
    assert (letter.id, letter.reason, letter.attempts) == (task.id, "poison", 3)
    await caller.close()
    await its_worker.close()


async def test_a_full_queue_says_busy(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.link.storage_queue.caller.MOST_TASKS", 2)
    caller = StorageQueueCaller(at(server), PACES)
    for _ in range(2):
        await caller.submit(a_task())
    with pytest.raises(Refused) as refused:
        await caller.submit(a_task())
    assert refused.value.code is Code.BUSY
    await caller.close()


async def test_what_is_no_task_of_ours_is_dropped_and_hurts_nobody(server: Server) -> None:
    from azure.storage.queue.aio import QueueClient

    account = at(server)
    stranger = QueueClient(account.endpoint, f"{account.name}-tasks", credential=account.secret)
    await stranger.create_queue()
    await stranger.send_message("no base64 & no task")
    its_worker, caller = StorageQueueWorker(account, PACES), StorageQueueCaller(account, PACES)
    assert list(await its_worker.receive(5, 0.3)) == []
    task = Task(secrets.token_bytes(16), b"c" * 16, 30, b"question")
    await caller.submit(task)
    assert (await one(its_worker)).task.id == task.id
    await stranger.close()
    await caller.close()
    await its_worker.close()


@pytest.mark.parametrize(
    "url", ["azurequeue://", "azurequeue://UP/x", "azurequeue://acc/x_y", "azurequeue://acc/a?sig=x"]
)
def test_a_url_that_names_no_account_is_refused(url: str) -> None:
    with pytest.raises(InputError) as refused:
        open_caller(url, Access())
    assert refused.value.code is Code.BAD_LINK


def test_a_key_is_not_sent_in_the_clear_nor_to_another_account() -> None:
    plain = "AccountName=acc;AccountKey=aGk=;QueueEndpoint=http://queues.example/acc;"
    with pytest.raises(SetupError) as refused:
        account_of("azurequeue://acc", Access(secret=plain))
    assert refused.value.code is Code.LINK_DENIED
    with pytest.raises(InputError):
        account_of("azurequeue://other", Access(secret=plain))
