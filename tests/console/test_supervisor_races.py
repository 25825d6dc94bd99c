"""What comes between a run and its end: another question, a zone that is stopped, a server that goes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.console.opening import setup_in, until

from sekisho.bearer import Bearer
from sekisho.cli.zones import RunningZone
from sekisho.console import supervisor
from sekisho.console.desk_pipe import DeskPipe
from sekisho.console.run import Phase
from sekisho.console.supervisor import Supervisor
from sekisho.console.tunnel_keeper import TunnelKeeper
from sekisho.console.zone_keeper import Condition
from sekisho.link import tunnel
from sekisho.link.tunnel import Tunnel

ZONE = RunningZone("http://127.0.0.1:1/mcp", Bearer("t" * 43), 0, "")


@dataclass
class Cloud:
    """A cloud zone that a test opens when it wants to, and that only ends when it is stopped."""

    may_open: threading.Event = field(default_factory=threading.Event)
    is_stopped: threading.Event = field(default_factory=threading.Event)
    is_followed: bool = False

    @property
    def events(self) -> Iterator[dict[str, Any]]:
        self.is_followed = True
        self.is_stopped.wait(10)
        yield from ()

    def stop(self) -> None:
        self.is_stopped.set()


@dataclass
class Parts:
    """What the supervisor would start. `clouds`: one for each question, in order."""

    clouds: list[Cloud]
    may_inspect: threading.Event = field(default_factory=threading.Event)
    opening: int = 0
    started: int = 0

    def asking(self, _: object) -> Any:
        def inspected(typed: str) -> str:
            assert self.may_inspect.wait(10)
            return typed

        memory = SimpleNamespace(restore=lambda text: text)
        return SimpleNamespace(inspected=inspected, memory=memory, noting_stops=nullcontext, cloud=None)

    @contextmanager
    def cloud_zone(self, *_: object, **__: object) -> Iterator[Cloud]:
        cloud = self.clouds[self.opening]
        self.opening += 1
        assert cloud.may_open.wait(10)
        yield cloud

    def start(self, *_: object) -> AbstractContextManager[RunningZone]:
        self.started += 1
        return nullcontext(ZONE)


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Parts:
    parts = Parts([Cloud(), Cloud()])
    monkeypatch.setattr(supervisor, "asking", parts.asking)
    monkeypatch.setattr(supervisor, "cloud_zone", parts.cloud_zone)
    return parts


@pytest.fixture
def console(tmp_path: Path, parts: Parts) -> Iterator[Supervisor]:
    console = Supervisor(setup_in(tmp_path), parts.start)
    yield console
    console.close()
    for cloud in parts.clouds:
        cloud.may_open.set()
        cloud.stop()
    parts.may_inspect.set()


@dataclass
class Asked:
    """A lock that tells when somebody asks for it."""

    lock: AbstractContextManager[Any]
    was_asked: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> None:
        self.was_asked.set()
        self.lock.__enter__()

    def __exit__(self, *error: Any) -> None:
        self.lock.__exit__(*error)


def ended(number: int) -> None:
    """Wait until no more than so many runs have a thread."""
    until(lambda: sum(thread.name == "sekisho-run" for thread in threading.enumerate()) <= number)


def test_a_run_that_was_given_up_asks_nobody_though_another_question_has_come(
    console: Supervisor, parts: Parts
) -> None:
    first, second = parts.clouds
    parts.may_inspect.set()
    assert console.ask("one", "case", "ja")
    until(lambda: parts.opening == 1)
    console.cancel()
    second.may_open.set()
    assert console.ask("two", "case", "ja")
    until(lambda: second.is_followed)
    first.may_open.set()
    ended(1)
    assert not first.is_followed
    console.cancel()  # it is the second one that this gives up
    assert second.is_stopped.wait(10)
    ended(0)
    picture = console.picture()
    assert picture is not None
    assert (picture.number, picture.phase, picture.sent) == (2, Phase.CANCELLED, "two")


def test_figures_that_cannot_be_had_print_no_traceback(
    console: Supervisor, parts: Parts, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> Any:
        raise OSError("山田太郎.json")

    monkeypatch.setattr(console, "_figures", broken)
    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)
    assert console.ask("one", "case", "ja")
    console.cancel()
    parts.may_inspect.set()
    ended(0)
    assert capfd.readouterr() == ("", "")


def test_what_a_stopped_zone_still_says_of_its_reviews_is_not_heard(console: Supervisor) -> None:
    def pipe() -> DeskPipe:
        return DeskPipe(SimpleNamespace())  # type: ignore[arg-type]

    stopped, running = pipe(), pipe()
    console._keeper._pipe = running
    review = {"event": "review", "review": 1, "case": "case-1", "seconds": None, "lines": [], "withheld": {}}
    console._hear(review, stopped)
    assert console.reviews.waiting() == []
    console._hear(review, running)
    console._hear({"event": "review_over", "review": 1}, stopped)
    assert [waiting.number for waiting in console.reviews.waiting()] == [1]
    console._hear({"event": "review_over", "review": 1}, running)
    assert console.reviews.waiting() == []


def test_a_zone_that_was_stopped_is_not_started_by_a_run_that_was_given_up(console: Supervisor, parts: Parts) -> None:
    assert console.ask("one", "case", "ja")
    console.stop_zone()
    parts.may_inspect.set()
    ended(0)
    assert (parts.started, console.zone().condition) == (0, Condition.STOPPED)


def test_a_tunnel_does_not_outlive_a_server_that_goes_while_it_starts(
    console: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_now: list[Tunnel] = []

    def start(port: int, *_: object) -> Tunnel:
        console.stop_zone()
        open_now.append(Tunnel(0, "https://x.devtunnels.ms", port, False))
        return open_now[0]

    monkeypatch.setattr(tunnel, "start", start)
    monkeypatch.setattr(tunnel, "stop", lambda _: open_now.clear())
    console.start_zone("ja")
    console.start_tunnel(anonymous=False)
    assert open_now == []


def test_who_ends_the_tunnel_waits_for_a_start_that_is_going_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_starting, may_start, stopped = threading.Event(), threading.Event(), threading.Event()

    def start(port: int, *_: object) -> Tunnel:
        is_starting.set()
        assert may_start.wait(10)
        return Tunnel(0, "https://x.devtunnels.ms", port, False)

    monkeypatch.setattr(tunnel, "start", start)
    monkeypatch.setattr(tunnel, "stop", lambda _: stopped.set())
    keeper = TunnelKeeper(lambda: tmp_path)
    keeper._lock = lock = Asked(keeper._lock)  # type: ignore[assignment]
    starting = threading.Thread(target=keeper.start, args=(1, False))
    ending = threading.Thread(target=keeper.leads_nowhere)
    starting.start()
    assert is_starting.wait(10)
    lock.was_asked.clear()
    ending.start()
    assert lock.was_asked.wait(10)  # whoever does not wait never asks
    may_start.set()
    starting.join(10)
    ending.join(10)
    assert stopped.is_set()
