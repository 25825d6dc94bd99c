"""A link that has too much to do, is away, or says what makes no sense: nobody ends by it or asks without a pause."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest
from tests.link.adapters.memory import MemoryStation
from tests.link.ends import ends

from sekisho.errors import Code, Refused, SetupError
from sekisho.link import rpc
from sekisho.link.memory import MemoryWorker
from sekisho.link.protocol import Lease, Result, ResultKind, Task
from sekisho.link.readers import Reader
from sekisho.link.remote import RemoteCaller, RemoteWorker
from sekisho.link.rpc import Op
from sekisho.link.service_bus.caller import _Reader as SessionReader
from sekisho.link.wire import pack_result

CLIENT = bytes(16)


class Throttled(MemoryWorker):
    """Its engine has too much to do when it is first asked."""

    asked = 0

    async def receive(self, limit: int, wait: float) -> Sequence[Lease]:
        self.asked += 1
        if self.asked == 1:
            raise Refused(Code.BUSY)
        return await super().receive(limit, wait)


def test_a_worker_goes_on_when_its_link_had_too_much_to_do() -> None:
    async def run() -> None:
        station = MemoryStation()
        throttled = Throttled(station.exchange)
        with ends() as both:
            async with asyncio.timeout(10), both.worker(station, link=throttled), both.caller(station) as caller:
                assert await caller.call(b"x", 8) == b"answer to x"
        assert throttled.asked > 1

    asyncio.run(run())


class Wire:
    """A way to a hub that answers as it is told."""

    closed = False

    def __init__(self, answers: Callable[[], bytes]) -> None:
        self.asked = 0
        self._answers = answers

    async def ask(self, op: Op, data: bytes, *, wait: float = 0.0, again: bool = True) -> bytes:
        self.asked += 1
        await asyncio.sleep(0)
        return self._answers()

    async def tell(self, op: Op, data: bytes) -> None:
        return None

    async def close(self) -> None:
        self.closed = True


def test_a_reader_asks_ever_more_seldom_while_the_hub_is_away() -> None:
    def away() -> bytes:
        raise SetupError(Code.LINK_DOWN)

    async def run() -> None:
        wire = Wire(away)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await anext(aiter(RemoteCaller(wire).results(CLIENT)))
        assert wire.asked < 40

    asyncio.run(run())


def test_what_is_no_result_is_as_if_it_had_not_come() -> None:
    async def run() -> None:
        good = Result(bytes(range(16)), CLIENT, ResultKind.ANSWER, b"sealed")
        wire = Wire(lambda: rpc.pack_list([b"nonsense", pack_result(good)]))
        assert await anext(aiter(RemoteCaller(wire).results(CLIENT))) == good

    asyncio.run(run())


@pytest.mark.parametrize("says_so", [True, False], ids=["refused", "an answer"])
def test_a_page_of_a_proxy_in_place_of_results_does_not_end_their_reader(says_so: bool) -> None:
    async def run() -> None:
        good = Result(bytes(range(16)), CLIENT, ResultKind.ANSWER, b"sealed")
        answers = iter([b"<html>", b"<html>", rpc.pack_list([pack_result(good)])])

        def answer() -> bytes:
            said = next(answers)
            if says_so and said == b"<html>":
                raise Refused(Code.BAD_FRAME)
            return said

        async with asyncio.timeout(5):
            assert await anext(aiter(RemoteCaller(Wire(answer)).results(CLIENT))) == good

    asyncio.run(run())


def test_a_reader_with_no_right_to_read_is_told() -> None:
    def refuse() -> bytes:
        raise Refused(Code.POLICY)

    async def run() -> None:
        with pytest.raises(Refused) as refused:
            async with asyncio.timeout(5):
                await anext(aiter(RemoteCaller(Wire(refuse)).results(CLIENT)))
        assert refused.value.code is Code.POLICY

    asyncio.run(run())


@pytest.mark.parametrize("answer", [b"", b"123", b"12345"])
def test_a_hub_that_says_nonsense_of_a_lease_is_refused(answer: bytes) -> None:
    lease = Lease(Task(bytes(16), CLIENT, 5, b"sealed"), 1, 30, bytes(8))
    with pytest.raises(Refused) as refused:
        asyncio.run(RemoteWorker(Wire(lambda: answer)).extend(lease))
    assert refused.value.code is Code.BAD_FRAME


@pytest.mark.parametrize("answer", [b"", b"{", b"null", b"[1]", b"[1, 2, 3]", b"[" * 100_000])
def test_a_hub_that_says_nonsense_of_who_is_there_is_refused(answer: bytes) -> None:
    with pytest.raises(Refused) as refused:
        asyncio.run(RemoteCaller(Wire(lambda: answer)).presence())
    assert refused.value.code is Code.BAD_FRAME


@pytest.mark.parametrize("answer", [b"", b"{", b"null", b"[1]", b"[[]]", b'[["zz", "", "", 1, 1, 1]]', b"[" * 100_000])
def test_a_hub_that_says_nonsense_of_dead_letters_is_refused(answer: bytes) -> None:
    with pytest.raises(Refused) as refused:
        asyncio.run(RemoteCaller(Wire(lambda: answer)).dead(10))
    assert refused.value.code is Code.BAD_FRAME


class Denied(Reader[None]):
    """A reader that nobody lets in."""

    async def _read(self) -> None:
        self._fail(SetupError(Code.LINK_DENIED))

    async def _take_away(self, delivery: None) -> None:
        return None


def test_who_begins_to_read_after_a_refusal_hears_of_it_too() -> None:
    async def run() -> None:
        reader = Denied(CLIENT)
        for _ in range(2):
            with pytest.raises(SetupError) as refused:
                async with asyncio.timeout(5):
                    await anext(reader.feed())
            assert refused.value.code is Code.LINK_DENIED
        await reader.stop()

    asyncio.run(run())


class BusyLine:
    """A line of Service Bus whose service has too much to do."""

    def __init__(self) -> None:
        self.used = 0

    async def use(self, do: object, attempt: float) -> list[object]:
        self.used += 1
        raise Refused(Code.BUSY)

    async def close(self) -> None:
        await asyncio.sleep(0)


def test_a_reader_of_a_service_that_has_too_much_to_do_asks_ever_more_seldom() -> None:
    async def run() -> None:
        line = BusyLine()
        reader = SessionReader(line, CLIENT)  # type: ignore[arg-type]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await anext(reader.feed())
        await reader.stop()
        assert 1 < line.used < 40

    asyncio.run(run())
