"""What is special about the link over NATS, on the real nats-server."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines.links import nats_server
from tests.engines.process import Server
from tests.engines.shared import engine, shared
from tests.link.conformance import SOON, a_task, an_answer, first, one, until

from sekisho.errors import Code, InputError, Refused, SetupError
from sekisho.link.nats import layout, open_caller, open_worker, worker
from sekisho.link.nats.client import Client
from sekisho.link.open import Access

pytestmark = pytest.mark.anyio

QUICK = Access(lease_seconds=0.5)


@pytest.fixture
def server() -> Server:
    return shared("nats-server", lambda folder: nats_server.nats_server(nats_server.any_version(), folder))


@pytest.fixture
def url(server: Server) -> str:
    """A link of a name of its own."""
    return f"nats://127.0.0.1:{server.port}/{secrets.token_hex(6)}"


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[Server]:
    """A server of its own, not yet started."""
    own = engine("nats-server", lambda: nats_server.nats_server(nats_server.any_version(), tmp_path))
    yield own
    own.stop()


async def test_a_link_whose_server_is_down_at_the_start_works_when_it_comes_up(stopped: Server) -> None:
    url = f"nats://127.0.0.1:{stopped.port}"
    caller, its_worker = open_caller(url, QUICK), open_worker(url, QUICK)
    task = a_task()
    results = caller.results(task.client)
    with pytest.raises(SetupError) as down:
        await its_worker.receive(1, 0.1)
    assert down.value.code is Code.LINK_DOWN
    await asyncio.to_thread(stopped.start)
    await until(lambda: _works(its_worker))
    await caller.submit(task)
    await its_worker.complete(await one(its_worker), an_answer(task))
    assert (await first(results)).id == task.id, "a reader that waited from before the start reads"
    await caller.close()
    await its_worker.close()


async def _works(end: worker.NatsWorker) -> bool:
    try:
        await end.presence()
    except SetupError:
        return False
    return True


async def test_a_server_that_is_away_for_longer_is_said_to_be_down_and_no_call_waits_for_ever(stopped: Server) -> None:
    await asyncio.to_thread(stopped.start)
    caller = open_caller(f"nats://127.0.0.1:{stopped.port}", QUICK)
    await caller.presence()
    stopped.stop()
    async with asyncio.timeout(SOON):
        with pytest.raises(SetupError) as down:
            await caller.submit(a_task())
    assert down.value.code is Code.LINK_DOWN
    await caller.close()


async def test_a_full_queue_says_busy_at_once(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MOST_TASKS", 2)
    caller, its_worker = open_caller(url, QUICK), open_worker(url, QUICK)
    await its_worker.presence()
    for _ in range(2):
        await caller.submit(a_task())
    loop = asyncio.get_running_loop()
    started = loop.time()
    with pytest.raises(Refused) as refused:
        await caller.submit(a_task())
    assert refused.value.code is Code.BUSY
    assert loop.time() - started < 1
    lease = await one(its_worker)
    await its_worker.complete(lease, an_answer(lease.task))
    await until(lambda: _accepts(caller))
    await caller.close()
    await its_worker.close()


async def _accepts(caller: object) -> bool:
    try:
        await caller.submit(a_task())  # type: ignore[attr-defined]
    except Refused:
        return False
    return True


async def test_a_task_that_is_delivered_too_often_becomes_a_dead_letter(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "MOST_DELIVERIES", 2)
    caller, its_worker = open_caller(url, QUICK), open_worker(url, QUICK)
    await its_worker.presence()
    task = a_task()
    await caller.submit(task)
    for attempt in (1, 2):
        lease = await one(its_worker)
        assert lease.attempt == attempt
        await its_worker.abandon(lease, 0)
    assert list(await its_worker.receive(1, 0.5)) == []
    (letter,) = await caller.dead(10)
    assert (letter.id, letter.reason) == (task.id, "poison")
    assert (await caller.presence()).waiting == 0, "nothing of it stays in the queue"
    await caller.close()
    await its_worker.close()


async def test_a_dead_letter_that_two_drive_again_at_once_is_delivered_once(url: str) -> None:
    caller, other, its_worker = open_caller(url, QUICK), open_caller(url, QUICK), open_worker(url, QUICK)
    await its_worker.presence()
    task = a_task()
    await caller.submit(task)
    await its_worker.dead_letter(await one(its_worker), "poison")
    await other.presence()
    assert await asyncio.gather(caller.redrive(task.id), other.redrive(task.id)) == [True, True], "both found it"
    lease = await one(its_worker)
    await its_worker.complete(lease, an_answer(task))
    assert list(await its_worker.receive(1, 0.3)) == []
    for end in (caller, other, its_worker):
        await end.close()


async def test_a_worker_that_stops_asking_is_given_nothing(url: str) -> None:
    caller, leaving, staying = open_caller(url, Access()), open_worker(url, Access()), open_worker(url, Access())
    await leaving.presence()
    waiting = asyncio.ensure_future(leaving.receive(4, 30))
    await asyncio.sleep(0.1)
    waiting.cancel()
    await asyncio.wait([waiting])
    await caller.submit(a_task())
    assert (await one(staying)).attempt == 1, "the question that nobody waits for is forgotten"
    await caller.submit(a_task())
    assert (await one(leaving)).attempt == 1, "who asks again is given something again"
    for end in (caller, leaving, staying):
        await end.close()


async def test_a_worker_that_leaves_gives_back_what_it_did_not_take(url: str) -> None:
    caller, leaving, staying = open_caller(url, Access()), open_worker(url, Access()), open_worker(url, Access())
    await leaving.presence()
    waiting = asyncio.ensure_future(leaving.receive(2, 30))
    await caller.submit(a_task())
    assert len(await waiting) == 1
    await caller.submit(a_task())
    await until(lambda: _arrived(leaving))
    await leaving.close()
    assert (await one(staying)).attempt == 2, "long before its lease of 30 seconds is over"
    await caller.close()
    await staying.close()


async def _arrived(end: worker.NatsWorker) -> bool:
    assert end._pull is not None
    return bool(end._pull._arrived)


async def test_what_is_no_task_of_ours_is_dropped_and_hurts_nobody(url: str, server: Server) -> None:
    import nats

    its_worker = open_worker(url, QUICK)
    await its_worker.presence()
    stranger = await nats.connect(f"nats://127.0.0.1:{server.port}")
    name = url.rsplit("/", 1)[1]
    await stranger.jetstream().publish(f"{name}.task", b"hello")
    await stranger.jetstream().publish(f"{name}.dead.{'00' * 16}", b"hello")
    assert list(await its_worker.receive(1, 0.5)) == []
    assert list(await its_worker.dead(10)) == []
    assert not await its_worker.redrive(bytes(16))
    await stranger.close()
    await its_worker.close()


async def test_closing_ends_although_the_client_took_the_cancellation_for_its_own(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the official client does when a server answers at that very moment."""
    connect, begun = Client.open, asyncio.Event()

    async def takes_it(self: Client, role: str) -> None:
        begun.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await connect(self, role)

    monkeypatch.setattr(Client, "open", takes_it)
    caller = open_caller(url, QUICK)
    asked = asyncio.ensure_future(caller.presence())
    await begun.wait()
    async with asyncio.timeout(SOON) as limit:
        await caller.close()
    assert not limit.expired()
    with pytest.raises(SetupError):
        await asked


@pytest.mark.parametrize(
    "url",
    ["nats://", "nats://host/a/b", "nats://host/a.b", "nats://host?token=x", "nats://ho st", "nats://host:port"],
)
def test_a_url_that_names_no_server_is_refused(url: str) -> None:
    with pytest.raises(InputError) as refused:
        open_caller(url, Access())
    assert refused.value.code is Code.BAD_LINK


def test_several_servers_and_a_name_can_be_given() -> None:
    from sekisho.link.nats.address import address_of

    address = address_of("tls://a:4222,b.example:4223/ward-1", Access())
    assert address.servers == ("tls://a:4222", "tls://b.example:4223")
    assert address.name == "ward-1"
