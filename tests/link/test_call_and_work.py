"""Back-pressure, draining, and traces: what is built once above every link."""

from __future__ import annotations

import asyncio
import secrets
import time

import pytest
from tests.link.adapters.memory import MemoryStation
from tests.link.ends import LIMITS, ends

from sekisho.errors import Code, Refused
from sekisho.link.exchange import Exchange, Limits
from sekisho.link.memory import MemoryCaller, MemoryWorker
from sekisho.link.protocol import Cancel, Lease, LeaseLost, Task
from sekisho.link.work import Emit, WorkLimits


def test_a_full_queue_says_so_at_once() -> None:
    async def run() -> None:
        exchange = Exchange(Limits(waiting=2))
        exchange.worker_is_here(b"busy")
        caller = MemoryCaller(exchange)
        for _ in range(2):
            await caller.submit(Task(secrets.token_bytes(16), bytes(16), 10, b"x"))
        with pytest.raises(Refused) as refused:
            await caller.submit(Task(secrets.token_bytes(16), bytes(16), 10, b"x"))
        assert refused.value.code is Code.BUSY

    asyncio.run(run())


def test_a_task_that_nobody_waits_for_any_more_takes_no_room_in_the_queue() -> None:
    async def run() -> None:
        exchange = Exchange(Limits(waiting=2))
        exchange.worker_is_here(b"busy")
        caller = MemoryCaller(exchange)
        for _ in range(6):
            task = Task(secrets.token_bytes(16), bytes(16), 10, b"x")
            await caller.submit(task)
            await caller.cancel(Cancel(task.id, b""))
        assert exchange.presence().waiting == 0
        await caller.submit(kept := Task(secrets.token_bytes(16), bytes(16), 10, b"x"))
        assert [lease.task.id for lease in await exchange.receive(b"busy", 9, 1)] == [kept.id]

    asyncio.run(run())


def test_a_worker_takes_no_more_tasks_than_it_does_at_once() -> None:
    async def run() -> None:
        station = MemoryStation()
        station.exchange.limits = Limits(lease_seconds=30)
        with ends() as both:
            inside, most, go = 0, 0, asyncio.Event()

            async def hold(_: bytes, __: Emit) -> None:
                nonlocal inside, most
                inside += 1
                most = max(most, inside)
                await go.wait()
                inside -= 1

            both.during = hold
            async with both.worker(station, WorkLimits(at_once=3, wait=0.2)), both.caller(station) as caller:
                asking = [asyncio.create_task(caller.call(b"x", 20)) for _ in range(10)]
                async with asyncio.timeout(10):
                    while station.exchange.presence().waiting != 7:  # noqa: ASYNC110
                        await asyncio.sleep(0.01)
                go.set()
                await asyncio.gather(*asking)
            assert most == 3

    asyncio.run(run())


def test_a_worker_that_is_told_to_stop_finishes_what_it_has_and_takes_nothing_new() -> None:
    async def run() -> None:
        station = MemoryStation()
        with ends() as both:
            begun, go = asyncio.Event(), asyncio.Event()

            async def hold(_: bytes, __: Emit) -> None:
                begun.set()
                await go.wait()

            both.during = hold
            async with both.caller(station) as caller:
                async with both.worker(station, LIMITS):
                    asking = asyncio.create_task(caller.call(b"first", 20))
                    await begun.wait()
                    asyncio.get_running_loop().call_later(0.1, go.set)
                # The worker was told to stop while the task was at work; it has ended by now.
                assert await asking == b"answer to first"
                assert station.exchange.presence().workers == 0

    asyncio.run(run())


@pytest.mark.guarantee("G4")
def test_a_trace_goes_across_the_link_and_holds_no_content() -> None:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from sekisho.link.tracing import span

    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    before = trace._TRACER_PROVIDER
    trace._TRACER_PROVIDER = provider

    async def run() -> None:
        station = MemoryStation()
        with ends() as both:

            async def fail(body: bytes, _: Emit) -> None:
                if body == b"secret 2":
                    raise ValueError("secret of the record")

            both.during = fail
            async with both.worker(station), both.caller(station) as caller:
                with span("sekisho.gateway.call") as current:
                    await caller.call(b"secret 1", 10, trace=current)
                with pytest.raises(Refused), span("sekisho.gateway.call") as current:
                    await caller.call(b"secret 2", 10, trace=current)

    try:
        asyncio.run(run())
    finally:
        trace._TRACER_PROVIDER = before
    spans = exporter.get_finished_spans()
    workers = [each for each in spans if each.name == "sekisho.worker.answer"]
    callers = {each.context.span_id: each for each in spans if each.name == "sekisho.gateway.call" and each.context}
    assert len(callers) == 2
    assert len(workers) >= 2
    for each in workers:
        assert each.parent is not None
        assert each.context is not None
        assert each.parent.span_id in callers
        assert each.context.trace_id == each.parent.trace_id
    assert "secret" not in "".join(each.to_json() for each in spans)


def test_a_call_never_takes_longer_than_its_caller_waits() -> None:
    async def run() -> None:
        station = MemoryStation()
        with ends() as both:

            async def hang(_: bytes, __: Emit) -> None:
                await asyncio.Event().wait()

            both.during = hang
            async with both.worker(station), both.caller(station) as caller:
                began = time.monotonic()
                with pytest.raises(Refused) as refused:
                    await caller.call(b"x", 0.5)
                assert refused.value.code is Code.DEADLINE
                assert time.monotonic() - began < 1.5
        assert both.released == []

    asyncio.run(run())


class Forgetful(MemoryWorker):
    """A worker's end that can no longer extend a lease, as after a process was stopped for a while."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange)
        self.gave_back = asyncio.Event()

    async def extend(self, lease: Lease) -> Lease:
        raise LeaseLost

    async def abandon(self, lease: Lease, delay: float) -> None:
        await super().abandon(lease, delay)
        self.gave_back.set()


@pytest.mark.guarantee("G11")
def test_a_worker_whose_task_was_taken_over_does_not_release_it() -> None:
    async def run() -> None:
        station = MemoryStation()
        with ends() as both:
            late = Forgetful(station.exchange)
            first, second = asyncio.Event(), asyncio.Event()

            async def both_at_work(_: bytes, __: Emit) -> None:
                if not first.is_set():
                    first.set()
                    await second.wait()  # goes on only when another one has the task
                else:
                    second.set()
                    await late.gave_back.wait()

            both.during = both_at_work
            alone = WorkLimits(at_once=1, wait=0.2, attempts=9)
            async with asyncio.timeout(20), both.caller(station) as caller, both.worker(station, alone, late):
                asking = asyncio.create_task(caller.call(b"x", 15))
                await first.wait()
                async with both.worker(station, alone):
                    assert await asking == b"answer to x"
            assert len(both.ran) == 2
            assert len(both.released) == 1

    asyncio.run(run())
