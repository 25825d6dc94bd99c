"""What is special about the link over Service Bus: the real SDK against a test server of ours, not Azure."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines.links.service_bus.server import ServiceBus, Setup
from tests.engines.shared import shared
from tests.link.adapters.service_bus import PATIENT, PATIENT_LEASE, make
from tests.link.conformance import SOON, a_task, an_answer, first, one

from sekisho.errors import Code, InputError, Refused, SetupError
from sekisho.link.open import Access
from sekisho.link.service_bus import ServiceBusCaller, ServiceBusWorker, open_caller, open_worker
from sekisho.link.service_bus.namespace import namespace_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def server() -> ServiceBus:
    return shared("Service Bus", make)


def ends(server: ServiceBus, path: str, **key: str) -> tuple[ServiceBusCaller, ServiceBusWorker]:
    url, access = f"servicebus://127.0.0.1:{server.port}/{path}", Access(secret=server.connection_string(**key))
    return open_caller(url, access), open_worker(url, access)


async def close(*all_ends: ServiceBusCaller | ServiceBusWorker) -> None:
    await asyncio.gather(*(end.close() for end in all_ends))


async def test_topics_and_a_subscription_carry_what_queues_carry(server: ServiceBus) -> None:
    caller, worker = ends(server, f"topic{secrets.token_hex(4)}/workers")
    task = a_task()
    results = caller.results(task.client)
    await caller.submit(task)
    lease = await one(worker)
    await worker.dead_letter(lease, "poison")
    assert [letter.reason for letter in await caller.dead(10)] == ["poison"]
    assert await caller.redrive(task.id)
    await worker.complete(await one(worker), an_answer(task))
    await caller.confirm(await first(results))
    await close(caller, worker)


async def test_a_client_that_reads_in_another_place_later_gets_what_it_did_not_confirm(server: ServiceBus) -> None:
    path = secrets.token_hex(4)
    (caller, worker), (later, _) = ends(server, path), ends(server, path)
    task = a_task()
    await caller.submit(task)
    await worker.complete(await one(worker), an_answer(task))
    assert (await first(caller.results(task.client))).id == task.id
    assert (await first(caller.results(task.client))).id == task.id, "two readers of one end share the session"
    await caller.close()
    await later.confirm(await first(later.results(task.client)))
    await close(later, worker)


async def test_a_task_that_is_completed_after_a_cut_does_not_come_again(server: ServiceBus) -> None:
    caller, worker = ends(server, secrets.token_hex(4) + PATIENT)
    task = a_task()
    await caller.submit(task)
    lease = await one(worker)
    server.cut()
    assert list(await worker.receive(1, 0.2)) == []
    await worker.complete(lease, an_answer(task))
    assert list(await worker.receive(1, PATIENT_LEASE + 0.3)) == [], "its lock is over by now"
    await close(caller, worker)


async def test_a_server_that_is_down_at_the_start_is_waited_for_by_a_reader(tmp_path: Path) -> None:
    own = ServiceBus(tmp_path, Setup(queues={"x-tasks": {}, "x-results": {"sessions": True}}))
    caller, worker = ends(own, "x")
    task = a_task()
    results = caller.results(task.client)
    worker_waits = asyncio.ensure_future(worker.receive(1, 30))
    await asyncio.to_thread(own.start)
    try:
        async with asyncio.timeout(2 * SOON):
            await caller.submit(task)
            (lease,) = await worker_waits
        await worker.complete(lease, an_answer(task))
        assert (await first(results)).id == task.id
    finally:
        await close(caller, worker)
        own.stop()


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[ServiceBus]:
    """A namespace with a key for callers that may do what callers need, and no more, and a full queue."""
    rights = {"x-tasks": ["Send"], "x-results": ["Listen"], "full-tasks": ["Send"]}
    own = ServiceBus(
        tmp_path,
        Setup(
            queues={"x-tasks": {}, "x-results": {"sessions": True}, "full-tasks": {"max_messages": 1}},
            keys={"caller": {"secret": "hunter2-caller", "rights": rights}},
        ),
    )
    own.start()
    yield own
    own.stop()


async def test_keys_open_what_they_are_for_and_nothing_else(keys: ServiceBus) -> None:
    caller, worker = ends(keys, "x", name="caller", secret="hunter2-caller")
    stranger, _ = ends(keys, "x", name="caller", secret="wrong")
    nowhere, _ = ends(keys, "y", name="caller", secret="hunter2-caller")
    await caller.submit(a_task())
    async with asyncio.timeout(3 * SOON):
        for forbidden in (worker.receive(1, 0.1), stranger.submit(a_task()), nowhere.submit(a_task())):
            with pytest.raises(SetupError) as refused:
                await forbidden
            assert refused.value.code is Code.LINK_DENIED
            assert "hunter2" not in str(refused.value) + repr(worker)
        with pytest.raises(SetupError) as refused:
            await anext(stranger.results(b"c" * 16))
        assert refused.value.code is Code.LINK_DENIED
    await close(caller, worker, stranger, nowhere)


async def test_a_full_queue_says_busy(keys: ServiceBus) -> None:
    caller, _ = ends(keys, "full", name="caller", secret="hunter2-caller")
    await caller.submit(a_task())
    with pytest.raises(Refused) as refused:
        await caller.submit(a_task())
    assert refused.value.code is Code.BUSY
    await caller.close()


@pytest.mark.parametrize(
    "url", ["servicebus://", "servicebus://ns/a/b/c", "servicebus://ns/a?x=1", "servicebus://n s/a"]
)
def test_a_url_that_names_no_namespace_is_refused(url: str) -> None:
    with pytest.raises(InputError) as refused:
        open_caller(url, Access())
    assert refused.value.code is Code.BAD_LINK


def test_a_connection_string_of_another_namespace_is_refused_and_never_shown() -> None:
    text = "Endpoint=sb://other.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey=hunter2"
    with pytest.raises(InputError) as refused:
        namespace_of("servicebus://mine/x", Access(secret=text))
    assert "hunter2" not in str(refused.value)
    good = namespace_of("servicebus://other/x", Access(secret=text))
    assert good.host == "other.servicebus.windows.net"
    assert "hunter2" not in repr(good)


async def test_many_tasks_handed_over_at_once_are_all_accepted_in_spite_of_cuts(server: ServiceBus) -> None:
    """The SDK's sender is for one at a time; used by many it ends some of them as if they had been cancelled."""
    caller, worker = ends(server, secrets.token_hex(4) + PATIENT)
    tasks = [a_task() for _ in range(24)]
    handing_over = asyncio.gather(*(caller.submit(task) for task in tasks), return_exceptions=True)
    for _ in range(3):
        await asyncio.sleep(0.05)
        server.cut()
    async with asyncio.timeout(2 * SOON):
        assert [outcome for outcome in await handing_over if outcome is not None] == []
        left = {task.id for task in tasks}
        while left:
            for lease in await worker.receive(1, 1.0):
                left.discard(lease.task.id)
                await worker.complete(lease, an_answer(lease.task))
    await close(caller, worker)
