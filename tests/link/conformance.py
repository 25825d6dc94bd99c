"""What every link does: cases that run on every adapter. `test_conformance.py` runs them.

A case takes a station and knows nothing of the engine behind it. Waiting is always for something that happens, with
a deadline; where nothing shall happen, a case waits a little longer than it would take.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

import pytest
from tests.link.adapters.station import Station

from sekisho.errors import Code, Refused, SetupError
from sekisho.link.protocol import (
    CallerLink,
    Cancel,
    Capabilities,
    DeadLetter,
    Lease,
    LeaseLost,
    Result,
    ResultKind,
    Task,
    WorkerLink,
)

#: Seconds in which something that shall happen has happened.
SOON = 10.0

Run = Callable[[Station], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence about links."""

    name: str
    run: Run
    #: The capability without which it cannot hold.
    needs: str | None

    def holds_with(self, capabilities: Capabilities) -> bool:
        """Whether a link with these capabilities can hold it."""
        return self.needs is None or bool(getattr(capabilities, self.needs))


CASES: list[Case] = []


def case(needs: str | None = None) -> Callable[[Run], Run]:
    """Register a case."""

    def register(run: Run) -> Run:
        CASES.append(Case(run.__name__, run, needs))  # type: ignore[attr-defined]
        return run

    return register


def a_task(body: bytes = b"question", client: bytes | None = None, ttl: float = 60.0) -> Task:
    return Task(secrets.token_bytes(16), client or secrets.token_bytes(16), ttl, body)


def an_answer(task: Task, body: bytes = b"answer", kind: ResultKind = ResultKind.ANSWER) -> Result:
    return Result(task.id, task.client, kind, body)


async def one(worker: WorkerLink) -> Lease:
    """The next task; it comes soon. A link that was down for a moment is asked again, as a worker does."""
    leases: Sequence[Lease] = ()
    async with asyncio.timeout(SOON):
        while not leases:
            try:
                leases = await worker.receive(1, SOON)
            except SetupError as error:
                if error.code is not Code.LINK_DOWN:
                    raise
    assert len(leases) == 1
    return leases[0]


async def nothing(worker: WorkerLink, seconds: float = 0.3) -> None:
    """No task comes."""
    assert list(await worker.receive(1, seconds)) == []


async def first(results: AsyncIterator[Result]) -> Result:
    """The next result; it comes soon."""
    async with asyncio.timeout(SOON):
        return await anext(results)


async def no_result(results: AsyncIterator[Result], seconds: float = 0.3) -> None:
    """No result comes. The iterator is of no use after this."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(seconds):
            await anext(results)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until it is so; an engine tells nobody when it is."""
    async with asyncio.timeout(SOON):
        while not await condition():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def until_over(lease: Lease, station: Station) -> None:
    """Wait until the lease has run out."""
    await asyncio.sleep(min(lease.seconds, station.lease_seconds) + 0.2)


# --- tasks


@case()
async def a_task_arrives_whole(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    task = a_task(bytes(range(256)))
    await caller.submit(task)
    lease = await one(worker)
    assert (lease.task.id, lease.task.client, lease.task.body) == (task.id, task.client, task.body)
    assert lease.attempt == 1
    assert 0 < lease.seconds <= station.lease_seconds + 0.1


@case("ordered")
async def tasks_arrive_in_order(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    tasks = [a_task(bytes([number])) for number in range(10)]
    for task in tasks:
        await caller.submit(task)
    arrived = []
    for _ in tasks:
        lease = await one(worker)
        arrived.append(lease.task.body)
        await worker.complete(lease, an_answer(lease.task))
    assert arrived == [task.body for task in tasks]


@case()
async def a_worker_that_waits_gets_nothing_when_nothing_comes(station: Station) -> None:
    worker = await station.worker()
    await nothing(worker)


@case()
async def a_worker_that_waits_gets_the_task_when_it_comes(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    waiting = asyncio.ensure_future(one(worker))
    await asyncio.sleep(0.2)
    task = a_task()
    await caller.submit(task)
    assert (await waiting).task.id == task.id


@case()
async def no_more_tasks_are_given_than_were_asked_for(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    for _ in range(4):
        await caller.submit(a_task())
    async with asyncio.timeout(SOON):
        leases = list(await worker.receive(2, SOON))
    assert 1 <= len(leases) <= 2


@case()
async def several_workers_share_the_tasks_and_each_task_goes_to_one(station: Station) -> None:
    caller, workers = await station.caller(), [await station.worker() for _ in range(3)]
    tasks = {task.id for task in [a_task() for _ in range(9)]}
    taken: list[bytes] = []

    async def work(worker: WorkerLink) -> None:
        while len(taken) < len(tasks):
            for lease in await worker.receive(1, 0.3):
                taken.append(lease.task.id)
                await worker.complete(lease, an_answer(lease.task))

    async with asyncio.timeout(SOON + 5), asyncio.TaskGroup() as group:
        for task_id in tasks:
            await caller.submit(Task(task_id, b"c" * 16, 60, b"question"))
        for worker in workers:
            group.create_task(work(worker))
    assert sorted(taken) == sorted(tasks)


@case()
async def what_is_left_of_its_time_is_told(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    await caller.submit(a_task(ttl=60))
    await asyncio.sleep(1.2)
    assert 50 < (await one(worker)).task.ttl < 59.5


@case()
async def a_task_whose_time_is_over_is_not_delivered(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    await caller.submit(a_task(ttl=1.0))
    await asyncio.sleep(1.5)
    await nothing(worker)


@case()
async def a_task_that_is_too_large_is_refused_and_nothing_is_sent(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    with pytest.raises(Refused) as refused:
        await caller.submit(a_task(bytes(caller.capabilities.largest_body + 1)))
    assert refused.value.code is Code.TOO_LARGE
    await nothing(worker)


@case()
async def the_largest_body_passes(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    results = caller.results(b"c" * 16)
    body = secrets.token_bytes(caller.capabilities.largest_body)
    await caller.submit(a_task(body, b"c" * 16))
    lease = await one(worker)
    assert lease.task.body == body
    await worker.complete(lease, an_answer(lease.task, body))
    assert (await first(results)).body == body


@case("duplicate_detection")
async def a_task_that_is_submitted_twice_is_delivered_once(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    task = a_task()
    await caller.submit(task)
    await caller.submit(task)
    lease = await one(worker)
    await nothing(worker)
    await worker.complete(lease, an_answer(task))
    await caller.submit(task)
    await nothing(worker)


# --- leases


@case()
async def a_task_comes_again_when_its_lease_runs_out(station: Station) -> None:
    caller, worker, other = await station.caller(), await station.worker(), await station.worker()
    await caller.submit(a_task())
    lost = await one(worker)
    again = await one(other)
    assert again.task.id == lost.task.id
    assert again.attempt == 2


@case()
async def a_lease_that_is_extended_does_not_run_out(station: Station) -> None:
    caller, worker, other = await station.caller(), await station.worker(), await station.worker()
    await caller.submit(a_task())
    lease = await one(worker)
    waiting = asyncio.ensure_future(other.receive(1, 2.5 * station.lease_seconds))
    while not waiting.done():
        await asyncio.sleep(station.lease_seconds / 3)
        lease = await worker.extend(lease)
    assert list(await waiting) == []


@case()
async def a_lease_that_is_lost_cannot_be_extended(station: Station) -> None:
    caller, worker, other = await station.caller(), await station.worker(), await station.worker()
    await caller.submit(a_task())
    lost = await one(worker)
    await until_over(lost, station)
    again = await one(other)
    with pytest.raises(LeaseLost):
        await worker.extend(lost)
    await other.extend(again)


@case()
async def a_task_that_is_given_back_comes_again(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    await caller.submit(a_task())
    lease = await one(worker)
    await worker.abandon(lease, 0)
    again = await one(worker)
    assert again.task.id == lease.task.id
    assert again.attempt == 2


@case()
async def a_task_that_is_given_back_for_later_comes_later(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    await caller.submit(a_task())
    loop = asyncio.get_running_loop()
    await worker.abandon(await one(worker), 1.0)
    given_back = loop.time()
    await one(worker)
    assert loop.time() - given_back > 0.7


# --- results


@case()
async def the_answer_reaches_the_client(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    task = a_task()
    results = caller.results(task.client)
    await caller.submit(task)
    await worker.complete(await one(worker), an_answer(task, bytes(range(256))))
    result = await first(results)
    assert (result.id, result.client, result.kind) == (task.id, task.client, ResultKind.ANSWER)
    assert result.body == bytes(range(256))


@case()
async def a_task_that_is_answered_does_not_come_again(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    await caller.submit(a_task())
    lease = await one(worker)
    await worker.complete(lease, an_answer(lease.task))
    await until_over(lease, station)
    await nothing(worker)


@case()
async def two_clients_do_not_see_each_other_s_results(station: Station) -> None:
    caller, other, worker = await station.caller(), await station.caller(), await station.worker()
    task, its = a_task(), a_task()
    results, other_results = caller.results(task.client), other.results(its.client)
    await caller.submit(task)
    await other.submit(its)
    for _ in range(2):
        lease = await one(worker)
        await worker.complete(lease, an_answer(lease.task, lease.task.id))
    assert (await first(results)).body == task.id
    assert (await first(other_results)).body == its.id
    await no_result(results)
    await no_result(other_results)


@case()
async def an_answer_waits_for_its_client(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    task = a_task()
    await caller.submit(task)
    await worker.complete(await one(worker), an_answer(task))
    assert (await first(caller.results(task.client))).id == task.id


@case()
async def an_answer_is_kept_until_it_is_confirmed(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    task = a_task()
    await caller.submit(task)
    await worker.complete(await one(worker), an_answer(task))
    assert (await first(caller.results(task.client))).id == task.id
    await caller.close()
    again = await station.caller()
    assert (await first(again.results(task.client))).id == task.id


@case()
async def an_answer_that_is_confirmed_does_not_come_again(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    task = a_task()
    await caller.submit(task)
    await worker.complete(await one(worker), an_answer(task))
    await caller.confirm(await first(caller.results(task.client)))
    await caller.close()
    again = await station.caller()
    await no_result(again.results(task.client), station.lease_seconds + 0.5)


@case()
async def a_slow_reader_delays_nobody_else(station: Station) -> None:
    slow, quick, worker = await station.caller(), await station.caller(), await station.worker()
    ignored, task = a_task(), a_task()
    unread = slow.results(ignored.client)
    results = quick.results(task.client)
    for _ in range(5):
        its = a_task(client=ignored.client)
        await slow.submit(its)
        await worker.complete(await one(worker), an_answer(its, bytes(10_000)))
    await quick.submit(task)
    await worker.complete(await one(worker), an_answer(task))
    assert (await first(results)).id == task.id
    assert (await first(unread)).client == ignored.client


@case()
async def an_answer_is_published_although_the_lease_is_lost(station: Station) -> None:
    caller, worker, other = await station.caller(), await station.worker(), await station.worker()
    task = a_task()
    await caller.submit(task)
    lost = await one(worker)
    await until_over(lost, station)
    again = await one(other)
    await worker.complete(lost, an_answer(task, b"late"))
    assert (await first(caller.results(task.client))).body == b"late"
    await other.complete(again, an_answer(task, b"later"))


@case()
async def an_answer_can_be_published_without_a_lease(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    task = a_task()
    await worker.publish(an_answer(task))
    assert (await first(caller.results(task.client))).id == task.id


@case()
async def a_failure_reaches_the_client(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    task = a_task()
    results = caller.results(task.client)
    await caller.submit(task)
    await worker.complete(await one(worker), an_answer(task, b"not_trusted", ResultKind.FAILED))
    result = await first(results)
    assert (result.kind, result.body) == (ResultKind.FAILED, b"not_trusted")


@case("events")
async def what_happens_on_the_way_reaches_the_client_before_the_answer(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    task = a_task()
    results = caller.results(task.client)
    reading = asyncio.ensure_future(first(results))
    await caller.submit(task)
    lease = await one(worker)
    await worker.publish(an_answer(task, b"step", ResultKind.EVENT))
    assert (await reading).body == b"step"
    await worker.complete(lease, an_answer(task))
    assert (await first(results)).kind is ResultKind.ANSWER


@case("cancels")
async def a_cancellation_reaches_the_worker(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    cancels = worker.cancels()
    hearing: asyncio.Future[Cancel] = asyncio.ensure_future(anext(cancels))
    await caller.submit(a_task())
    lease = await one(worker)
    await caller.cancel(Cancel(lease.task.id, b"sealed"))
    async with asyncio.timeout(SOON):
        heard = await hearing
    assert (heard.id, heard.body) == (lease.task.id, b"sealed")


# --- dead letters


@case()
async def a_dead_letter_is_not_delivered_and_can_be_looked_at(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    task = a_task()
    await caller.submit(task)
    lease = await one(worker)
    await worker.dead_letter(lease, "poison")
    await until_over(lease, station)
    await nothing(worker)
    (letter,) = await dead_letters(caller)
    assert (letter.id, letter.reason) == (task.id, "poison")
    assert letter.attempts >= 1
    assert letter.size > 0
    assert letter.age >= 0
    assert [seen.id for seen in await caller.dead(10)] == [task.id], "looking takes nothing away"


async def dead_letters(caller: CallerLink) -> list[DeadLetter]:
    await until(lambda: any_dead(caller))
    return list(await caller.dead(10))


async def any_dead(caller: CallerLink) -> bool:
    return bool(await caller.dead(10))


@case()
async def a_dead_letter_that_is_driven_again_is_delivered_as_at_first(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    task = a_task()
    await caller.submit(task)
    await worker.dead_letter(await one(worker), "poison")
    await dead_letters(caller)
    assert await caller.redrive(task.id)
    again = await one(worker)
    assert (again.task.id, again.task.body, again.attempt) == (task.id, task.body, 1)
    await worker.complete(again, an_answer(task))
    assert list(await caller.dead(10)) == []


@case()
async def what_is_no_dead_letter_cannot_be_driven_again(station: Station) -> None:
    caller = await station.caller()
    assert list(await caller.dead(10)) == []
    assert not await caller.redrive(secrets.token_bytes(16))


# --- connections


@case()
async def a_cut_in_the_middle_of_a_task_loses_nothing_and_delivers_nothing_twice(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    task = a_task()
    results = caller.results(task.client)
    reading = asyncio.ensure_future(first(results))
    await caller.submit(task)
    lease = await one(worker)
    await station.cut()
    lease = await worker.extend(lease)
    await worker.complete(lease, an_answer(task))
    assert (await reading).id == task.id
    await nothing(worker)


@case()
async def after_a_cut_the_link_works_as_before(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    waiting = asyncio.ensure_future(one(worker))
    await asyncio.sleep(0.1)
    await station.cut()
    task = a_task()
    await caller.submit(task)
    assert (await waiting).task.id == task.id


@case("durable")
async def what_was_accepted_outlives_a_restart_of_the_engine(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    task = a_task()
    await caller.submit(task)
    await station.restart()  # type: ignore[attr-defined]
    lease = await one(worker)
    assert lease.task.id == task.id
    await worker.complete(lease, an_answer(task))
    assert (await first(caller.results(task.client))).id == task.id


@case()
async def closing_ends_what_iterates_and_closing_twice_is_fine(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    task = a_task()
    results = caller.results(task.client)
    reading = asyncio.ensure_future(anext(results, None))
    await asyncio.sleep(0.1)
    await caller.close()
    await caller.close()
    async with asyncio.timeout(SOON):
        assert await reading is None
    await worker.close()
    await worker.close()


# --- who is there


async def so_many(caller: CallerLink, workers: int) -> bool:
    return (await caller.presence()).workers == workers


@case("presence")
async def without_a_worker_a_task_is_refused_at_once(station: Station) -> None:
    caller, worker = await station.caller(), await station.worker()
    await nothing(worker, 0.1)
    assert (await caller.presence()).workers == 1
    await worker.close()
    loop = asyncio.get_running_loop()
    await until(lambda: so_many(caller, 0))
    started = loop.time()
    with pytest.raises(Refused) as refused:
        await caller.submit(a_task())
    assert refused.value.code is Code.NO_WORKER
    assert loop.time() - started < 1


@case("presence")
async def the_workers_that_are_there_are_counted(station: Station) -> None:
    caller = await station.caller()
    workers = [await station.worker() for _ in range(3)]
    waiting = [asyncio.ensure_future(worker.receive(1, 1.0)) for worker in workers]
    await until(lambda: so_many(caller, 3))
    await asyncio.gather(*waiting)
