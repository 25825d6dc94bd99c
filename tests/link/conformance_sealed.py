"""What holds on every link because it is sealed, and because tasks are claimed: cases with both real ends."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import replace

import pytest
from tests.link.adapters.station import Station
from tests.link.conformance import SOON, case, dead_letters, first, until_over
from tests.link.ends import LIMITS, ends

from sekisho.errors import Code, Refused
from sekisho.link.claims import Claims, Standing
from sekisho.link.envelope import Envelopes, FixedKeys, Kind
from sekisho.link.keyring import Keyring
from sekisho.link.protocol import CallerLink, Result, ResultKind, Task
from sekisho.link.work import Emit


@case()
async def a_question_is_answered(station: Station) -> None:
    with ends() as both:
        async with both.worker(station), both.caller(station) as caller:
            answers = await asyncio.gather(*(caller.call(b"%d" % number, SOON) for number in range(8)))
    assert answers == [b"answer to %d" % number for number in range(8)]
    assert len(both.released) == len(set(both.released)) == 8


@case("events")
async def what_a_worker_tells_comes_in_order_before_the_answer(station: Station) -> None:
    heard: list[bytes] = []

    async def tell(_: bytes, emit: Emit) -> None:
        for number in range(5):
            await emit(b"%d" % number)

    async def hear(event: bytes) -> None:
        heard.append(event)

    with ends() as both:
        both.during = tell
        async with both.worker(station), both.caller(station) as caller:
            assert await caller.call(b"question", SOON, on_event=hear) == b"answer to question"
            assert heard == [b"%d" % number for number in range(5)]


@case()
async def who_is_not_trusted_gets_a_refusal_and_nothing_is_run(station: Station) -> None:
    with ends() as both:
        stranger = FixedKeys(Keyring.new([both.private.ring.current.public]))
        async with both.worker(station), both.caller(station, stranger) as caller:
            with pytest.raises(Refused) as refused:
                await caller.call(b"question", SOON)
            assert refused.value.code is Code.NOT_TRUSTED
            (letter,) = await dead_letters(caller.link)
    assert letter.reason == Code.NOT_TRUSTED.value
    assert both.ran == []


async def submitted(link: CallerLink, frame: bytes, task_id: bytes, ttl: float = 30) -> tuple[ResultKind, bytes]:
    """Submit a frame as it is, and give what comes back for its task."""
    client = frame[37:53]
    results = link.results(client)
    await link.submit(Task(task_id, client, ttl, frame))
    while True:
        result = await first(results)
        await link.confirm(result)
        if result.kind is not ResultKind.EVENT and result.id == task_id:
            return result.kind, result.body


@case()
async def a_frame_that_was_changed_or_forged_is_never_run(station: Station) -> None:
    """By whoever runs the link, who sees every byte and knows every public key."""
    with ends() as both:
        async with both.worker(station):
            link = await station.caller()
            for forge in (_changed_body, _changed_header, _another_sender, _another_task):
                task_id, client = secrets.token_bytes(16), secrets.token_bytes(16)
                frame = both.envelopes().seal(Kind.QUESTION, task_id, client, 30, b"question")
                task_id, frame = forge(both.cloud, task_id, frame)
                assert await submitted(link, frame, task_id) == (ResultKind.FAILED, b"not_trusted"), forge.__name__
    assert both.ran == []


def _changed_body(_: FixedKeys, task_id: bytes, frame: bytes) -> tuple[bytes, bytes]:
    return task_id, frame[:-20] + bytes([frame[-20] ^ 1]) + frame[-19:]


def _changed_header(_: FixedKeys, task_id: bytes, frame: bytes) -> tuple[bytes, bytes]:
    ttl = slice(53, 57)
    return task_id, frame[: ttl.start] + b"\x7f\xff\xff\xff" + frame[ttl.stop :]


def _another_sender(keys: FixedKeys, task_id: bytes, _: bytes) -> tuple[bytes, bytes]:
    forger = Keyring.new(keys.ring.trusted)
    frame = Envelopes(FixedKeys(forger)).seal(Kind.QUESTION, task_id, bytes(16), 30, b"question")
    return task_id, frame[:5] + keys.ring.current.public.id + frame[13:]


def _another_task(_: FixedKeys, __: bytes, frame: bytes) -> tuple[bytes, bytes]:
    return secrets.token_bytes(16), frame


@case()
async def a_question_that_is_sent_again_gets_the_first_answer_and_is_not_run_again(station: Station) -> None:
    with ends() as both:
        task_id, client = secrets.token_bytes(16), secrets.token_bytes(16)
        frame = both.envelopes().seal(Kind.QUESTION, task_id, client, 30, b"question")
        async with both.worker(station):
            kind, body = await submitted(await station.caller(), frame, task_id)
        # On another link, as if this one had forgotten everything; and with a worker that was started anew.
        claims = Claims(both.folder)
        again = claims.claim(task_id, client)
        claims.close()
    assert kind is ResultKind.ANSWER
    assert both.envelopes().open(body).body == b"answer to question"
    assert again.standing is Standing.DONE
    assert again.result is not None
    assert again.result.body == body
    assert both.ran == [task_id]


@case()
async def a_question_from_outside_the_window_is_refused(station: Station) -> None:
    with ends() as both:
        for clock in (lambda: time.time() - LIMITS.window - 1, lambda: time.time() + LIMITS.skew + 1):
            task_id = secrets.token_bytes(16)
            frame = Envelopes(both.cloud, clock).seal(Kind.QUESTION, task_id, bytes(16), 30, b"question")
            async with both.worker(station):
                answered = await submitted(await station.caller(), frame, task_id)
            assert answered == (ResultKind.FAILED, b"outside_window")
    assert both.ran == []


@case()
async def a_question_that_nobody_waits_for_any_more_is_not_run(station: Station) -> None:
    """The link would still deliver it; the frame itself says that its time is over."""
    with ends() as both:
        task_id = secrets.token_bytes(16)
        old = Envelopes(both.cloud, lambda: time.time() - LIMITS.skew - 2)
        frame = old.seal(Kind.QUESTION, task_id, bytes(16), 1, b"question")
        async with both.worker(station):
            answered = await submitted(await station.caller(), frame, task_id)
    assert answered == (ResultKind.FAILED, b"deadline")
    assert both.ran == []


@case()
async def a_question_with_nobody_to_answer_ends_before_its_deadline(station: Station) -> None:
    with ends() as both:
        async with both.caller(station) as caller:
            began = time.monotonic()
            with pytest.raises(Refused) as refused:
                await caller.call(b"question", 1.5)
            assert refused.value.code in (Code.DEADLINE, Code.NO_WORKER)
            assert time.monotonic() - began < 2.5


@case()
async def a_worker_that_goes_in_the_middle_leaves_its_task_to_another(station: Station) -> None:
    with ends() as both:
        begun = asyncio.Event()

        async def hang(_: bytes, __: Emit) -> None:
            if not begun.is_set():
                begun.set()
                await asyncio.Event().wait()

        both.during = hang
        async with both.caller(station) as caller, both.worker(station) as dying:
            asking = asyncio.create_task(caller.call(b"question", 30))
            await begun.wait()
            dying.cancel()  # without a goodbye to its task
            async with both.worker(station):
                assert await asking == b"answer to question"
    assert len(both.ran) == 2
    assert len(both.released) == 1


@case()
async def a_task_is_not_run_again_when_it_was_being_released(station: Station) -> None:
    with ends() as both:
        task_id = secrets.token_bytes(16)
        frame = both.envelopes().seal(Kind.QUESTION, task_id, bytes(16), 30, b"question")
        died = Claims(both.folder)
        assert died.claim(task_id, bytes(16)).standing is Standing.MINE
        assert died.release(task_id)
        died.close()
        async with both.worker(station):
            answered = await submitted(await station.caller(), frame, task_id)
    assert answered == (ResultKind.FAILED, b"interrupted")
    assert both.ran == []


@case()
async def a_cut_in_the_middle_of_a_call_changes_nothing(station: Station) -> None:
    with ends() as both:

        async def cut(_: bytes, __: Emit) -> None:
            await station.cut()

        both.during = cut
        async with both.worker(station), both.caller(station) as caller:
            assert await caller.call(b"question", 30) == b"answer to question"
    assert len(both.released) == 1


@case()
async def a_result_that_was_finished_is_sent_by_the_next_worker(station: Station) -> None:
    with ends() as both:
        task_id, client = secrets.token_bytes(16), secrets.token_bytes(16)
        question = both.envelopes().seal(Kind.QUESTION, task_id, client, 30, b"question")
        private = Envelopes(both.private)
        answer = private.answer(private.open(question).header, Kind.ANSWER, b"answer")
        died = Claims(both.folder)
        died.claim(task_id, client)
        assert died.finish(Result(task_id, client, ResultKind.ANSWER, answer))
        died.close()
        link = await station.caller()
        async with both.worker(station):
            result = await first(link.results(client))
    assert result.body == answer
    assert both.ran == []


@case()
async def a_task_that_fails_at_every_attempt_is_put_aside(station: Station) -> None:
    with ends() as both:

        async def fail(_: bytes, __: Emit) -> None:
            raise RuntimeError

        both.during = fail
        limits = replace(LIMITS, attempts=3)
        async with both.worker(station, limits), both.caller(station) as caller:
            with pytest.raises(Refused) as refused:
                await caller.call(b"question", 30)
            assert refused.value.code is Code.POISON
            (letter,) = await dead_letters(caller.link)
            assert letter.reason == Code.POISON.value
            assert letter.id in both.ran
    # A lease that runs out on a busy machine before the task has run counts as an attempt.
    assert 1 < len(both.ran) <= limits.attempts


@case("cancels")
async def a_call_that_is_given_up_releases_nothing(station: Station) -> None:
    with ends() as both:
        begun, ended = asyncio.Event(), asyncio.Event()

        async def hang(_: bytes, __: Emit) -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        both.during = hang
        async with both.worker(station), both.caller(station) as caller:
            asking = asyncio.create_task(caller.call(b"question", 30))
            await begun.wait()
            asking.cancel()
            async with asyncio.timeout(SOON):
                await ended.wait()
    assert both.released == []


@case()
async def a_lease_that_ran_out_while_the_worker_slept_releases_nothing(station: Station) -> None:
    """As a process that was stopped, and goes on: its task may be another's by now."""
    with ends() as both:
        lapsed = asyncio.Event()

        async def sleep(_: bytes, __: Emit) -> None:
            if not lapsed.is_set():
                lapsed.set()
                time.sleep(station.lease_seconds + 0.3)  # noqa: ASYNC251 - nothing of this process goes on meanwhile

        both.during = sleep
        async with both.worker(station, replace(LIMITS, attempts=10)), both.caller(station) as caller:
            assert await caller.call(b"question", 30) == b"answer to question"
    assert len(both.released) == 1


@case()
async def nobody_on_the_way_can_read_a_question_or_its_answer(station: Station) -> None:
    with ends() as both:
        task_id, client = secrets.token_bytes(16), secrets.token_bytes(16)
        frame = both.envelopes().seal(Kind.QUESTION, task_id, client, 30, b"dizziness")
        caller, worker = await station.caller(), await station.worker()
        await caller.submit(Task(task_id, client, 30, frame))
        async with asyncio.timeout(SOON):
            while not (leases := await worker.receive(1, SOON)):
                pass
        assert b"dizziness" not in leases[0].task.body
        await until_over(leases[0], station)
        async with both.worker(station, link=worker):
            result = await first(caller.results(client))
        assert b"answer" not in result.body
        assert both.envelopes().open(result.body).body == b"answer to dizziness"
