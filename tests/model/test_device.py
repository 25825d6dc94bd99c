"""The queue in front of a device: one at a time, in order, bounded, and nobody waits for somebody who has gone."""

from __future__ import annotations

import threading
import time

import pytest
from tests.server.running import until

from sekisho.errors import Code, Refused, SekishoError, SetupError
from sekisho.local.model.device import Device
from sekisho.local.model.memory import Memory
from sekisho.local.model.protocol import Choice, DraftReading
from sekisho.local.model.runtime import Cancellation

PATIENCE = 30.0


class Caller:
    """Takes a turn in a thread, and holds it until it is told."""

    def __init__(self, device: Device, order: list[str], name: str, seconds: float = PATIENCE) -> None:
        self.go = threading.Event()
        self.cancelled = Cancellation()
        self.error: SekishoError | None = None
        self._thread = threading.Thread(target=self._run, args=(device, order, name, seconds), daemon=True)
        self._thread.start()

    def _run(self, device: Device, order: list[str], name: str, seconds: float) -> None:
        try:
            with device.turn(time.monotonic() + seconds, self.cancelled):
                order.append(name)
                assert self.go.wait(PATIENCE)
        except SekishoError as error:
            self.error = error

    def end(self) -> None:
        self.go.set()
        self.join()

    def join(self) -> None:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


def lined_up(device: Device, order: list[str], names: str) -> list[Caller]:
    callers = []
    for number, name in enumerate(names):
        callers.append(Caller(device, order, name))
        until(lambda n=number: device.at_work + device.waiting == n + 1)  # type: ignore[misc]
    return callers


def test_they_come_in_the_order_in_which_they_asked_one_at_a_time() -> None:
    device, order = Device(), list[str]()
    callers = lined_up(device, order, "abcde")
    assert (order, device.at_work, device.waiting) == (["a"], 1, 4)
    for number, caller in enumerate(callers, 1):
        until(lambda n=number: len(order) == n)  # type: ignore[misc]
        assert device.at_work == 1
        caller.end()
    assert order == list("abcde")
    assert (device.at_work, device.waiting) == (0, 0)


def test_as_many_at_once_as_the_device_takes() -> None:
    device, order = Device(at_once=2), list[str]()
    callers = lined_up(device, order, "abc")
    assert (set(order), device.waiting) == ({"a", "b"}, 1)
    for caller in callers:
        caller.end()


def test_whoever_finds_the_queue_full_is_told_at_once() -> None:
    device, order = Device(waiting=2), list[str]()
    callers = lined_up(device, order, "abc")
    with pytest.raises(SetupError) as caught, device.turn(time.monotonic() + PATIENCE, Cancellation()):
        pass
    assert caught.value.code is Code.MODEL_BUSY
    for caller in callers:
        caller.end()
    with device.turn(time.monotonic() + PATIENCE, Cancellation()):
        assert device.at_work == 1


def test_whoever_waits_too_long_gives_up_its_place() -> None:
    device, order = Device(), list[str]()
    (first,) = lined_up(device, order, "a")
    late = Caller(device, order, "late", seconds=0.05)
    late.join()
    assert late.error is not None
    assert late.error.code is Code.MODEL_BUSY
    assert device.waiting == 0
    first.end()


def test_whoever_is_cancelled_in_the_queue_leaves_it_and_the_next_one_comes() -> None:
    device, order = Device(), list[str]()
    first, second, third = lined_up(device, order, "abc")
    second.cancelled.cancel()
    second.join()
    assert isinstance(second.error, Refused)
    first.end()
    until(lambda: order == ["a", "c"])
    third.end()


def test_an_error_at_work_gives_the_turn_back() -> None:
    device = Device()
    with pytest.raises(ZeroDivisionError), device.turn(time.monotonic() + PATIENCE, Cancellation()):
        raise ZeroDivisionError
    assert device.at_work == 0


# Cancellation


def test_whoever_registers_is_told_once_and_at_once_where_it_was_before() -> None:
    cancelled, told = Cancellation(), list[str]()
    cancelled.when_cancelled(lambda: told.append("a"))
    take_back = cancelled.when_cancelled(lambda: told.append("b"))
    take_back()
    cancelled.cancel()
    cancelled.cancel()
    cancelled.when_cancelled(lambda: told.append("c"))
    assert told == ["a", "c"]
    assert cancelled.is_cancelled


# What is remembered

READING = DraftReading(Choice(frozenset({"F1"}), frozenset()), 1, 0, 0)


def test_a_choice_is_forgotten_after_a_while() -> None:
    now = [0.0]
    memory = Memory(seconds=10, now=lambda: now[0])
    memory.keep("a", READING)
    now[0] = 9.9
    assert memory.recall("a") is READING
    now[0] = 10.1
    assert memory.recall("a") is None
    assert len(memory) == 0


def test_the_least_recently_used_choice_is_the_first_to_go() -> None:
    memory = Memory(most=2)
    memory.keep("a", READING)
    memory.keep("b", READING)
    assert memory.recall("a")
    memory.keep("c", READING)
    assert [bool(memory.recall(key)) for key in "abc"] == [True, False, True]
    assert repr(memory) == "<Memory>"
