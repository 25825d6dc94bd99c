"""Keeps the private zone of the app: starts it once, knows how it is, stops it. Its processes end with the app."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from enum import StrEnum
from threading import RLock

from sekisho.cli.context import Context
from sekisho.cli.linked_zone import linked_zone, way_of
from sekisho.cli.zones import DeskSide, RunningZone, private_zone
from sekisho.console.canary import Beat, send_canary
from sekisho.console.desk_pipe import DeskPipe, Hear
from sekisho.errors import Code, SekishoError, SetupError
from sekisho.local.desk import Asking


class Way(StrEnum):
    """How the cloud zone gets to the private zone."""

    DIRECT = "direct"  # its own server on this machine
    LINK = "link"  # a worker behind a gateway: the private zone opens no port


class Condition(StrEnum):
    """How the zone is."""

    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    FAILED = "failed"  # it did not start, or it ended by itself


@dataclass(frozen=True, slots=True)
class ZoneStatus:
    """The zone as the sidebar shows it."""

    condition: Condition
    way: Way
    url: str = ""
    link: str = ""
    pid: int = 0
    code: Code | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What the zone is started with: a zone that runs with another one is started anew."""

    way: Way
    language: str
    asking: Asking


#: Makes the zone; the tests give another one.
Start = Callable[[Context, Order, DeskSide], AbstractContextManager[RunningZone]]


def start_zone(context: Context, order: Order, desk: DeskSide) -> AbstractContextManager[RunningZone]:
    """The real processes."""
    settings, cases = context.settings, context.cases_place()
    if order.way is Way.DIRECT:
        return private_zone(cases, settings.state, order.language, settings.policy, settings.model, True, desk)
    flags = way_of(settings)
    return linked_zone(
        cases, settings.state, order.language, settings.policy, settings.link, flags, desk, settings.model
    )


class ZoneKeeper:
    """One zone. Every method may be called from any thread."""

    def __init__(self, hear: Hear, gone: Callable[[], None], start: Start = start_zone) -> None:
        """`hear` gets each event of the desk; `gone` is called when a zone has ended, by itself or not."""
        self._hear = hear
        self._gone = gone
        self._start = start
        self._lock = RLock()
        self._stack: ExitStack | None = None
        self._zone: RunningZone | None = None
        self._order: Order | None = None
        self._pipe: DeskPipe | None = None
        self._is_starting = False
        self._code: Code | None = None
        self._place = ""

    def running(self, context: Context, order: Order) -> RunningZone:
        """The zone, started now if it does not run, and anew where it runs with another order.

        Raises:
            SekishoError: As it ended with.
        """
        with self._lock:
            if self._zone is not None and self._order == order:
                return self._zone
            self.stop()
            self._order, self._is_starting = order, True
            try:
                return self._begin(context, order)
            except SekishoError as error:
                self._code, self._place = error.code, error.place
                raise
            finally:
                self._is_starting = False

    def _begin(self, context: Context, order: Order) -> RunningZone:
        desk = DeskSide(order.asking, self._attach)
        with ExitStack() as stack:
            try:
                zone = stack.enter_context(self._start(context, order, desk))
            except OSError:
                raise SetupError(Code.SERVER_UNREACHABLE) from None
            self._stack, self._zone = stack.pop_all(), zone
        return zone

    def stop(self) -> None:
        """End it, and wait until it has ended."""
        with self._lock:
            stack, self._stack, self._zone, self._pipe = self._stack, None, None, None
            self._code, self._place = None, ""
            if stack is not None:
                stack.close()
        if stack is not None:
            self._gone()

    def status(self) -> ZoneStatus:
        """How it is. Never waits for a start or a stop that is going on."""
        zone, order = self._zone, self._order
        way = order.way if order else Way.DIRECT
        if self._is_starting:
            return ZoneStatus(Condition.STARTING, way)
        if zone is not None:
            return ZoneStatus(Condition.RUNNING, way, zone.url, getattr(zone, "link", ""), zone.pid)
        if self._code is not None:
            return ZoneStatus(Condition.FAILED, way, code=self._code, place=self._place)
        return ZoneStatus(Condition.STOPPED, way)

    def canary(self) -> Beat:
        """Whether a request goes there and back."""
        zone = self._zone
        return Beat(Code.SERVER_UNREACHABLE, 0.0) if zone is None else send_canary(zone)

    def server(self) -> RunningZone | None:
        """The server that listens on this machine, if one does: a tunnel can lead to it, not to a worker."""
        zone, order = self._zone, self._order
        return zone if order is not None and order.way is Way.DIRECT else None

    def is_of_now(self, pipe: DeskPipe) -> bool:
        """Whether this is the pipe of the zone that runs, and not of one that has been stopped."""
        return pipe is self._pipe

    def _attach(self, process: subprocess.Popen[str]) -> None:
        self._pipe = DeskPipe(process)
        self._pipe.listen(self._hear, self._ended)

    def _ended(self, pipe: DeskPipe) -> None:
        """The zone's output ended. If nobody stopped it, it has failed."""
        with self._lock:
            if self._pipe is not pipe:
                return
            stack, self._stack, self._zone, self._pipe = self._stack, None, None, None
            self._code, self._place = pipe.ended_with or (Code.SERVER_UNREACHABLE, "")
            if stack is not None:
                stack.close()
        self._gone()
