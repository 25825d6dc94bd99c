"""The one supervisor of the app's process: its zone, its run, its reviews. Every tab sees the same one.

A question is never asked twice: while a run is at work, another one does not begin. What it started ends with it.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import RLock, Thread
from typing import Any
from urllib.parse import urlsplit

from sekisho.cli.asking import Asking as Ready
from sekisho.cli.asking import asking
from sekisho.cli.cloud_zone import CloudRun, cloud_zone
from sekisho.cli.costs import costs_of
from sekisho.console.canary import Beat, send_canary_through
from sekisho.console.desk_pipe import DeskPipe
from sekisho.console.history import Figures, History, figures_of
from sekisho.console.look import Look
from sekisho.console.model_watch import ModelWatch
from sekisho.console.reviews import Reviews
from sekisho.console.run import Picture, Run
from sekisho.console.setup import Setup
from sekisho.console.traffic import Traffic
from sekisho.console.tunnel_keeper import TunnelKeeper, TunnelStatus
from sekisho.console.zone_keeper import Order, Start, Way, ZoneKeeper, ZoneStatus, start_zone
from sekisho.errors import Code, SekishoError
from sekisho.local.desk import Asking


class Supervisor:
    """See above. Every method may be called from any thread."""

    def __init__(self, setup: Setup, start: Start = start_zone) -> None:
        self.setup = setup
        self.look = Look(setup)
        self.reviews = Reviews()
        self.traffic = Traffic()
        self.history = History()
        self.model = ModelWatch(lambda: setup.context(setup.language).settings.model)
        self._tunnel = TunnelKeeper(lambda: setup.context(setup.language).settings.state)
        self._keeper = ZoneKeeper(self._hear, self._zone_gone, start)
        self._way = Way.DIRECT
        self._asking: Asking = "never"
        self._run: Run | None = None
        self._cloud: CloudRun | None = None
        self._count = 0
        self._lock = RLock()
        atexit.register(self.close)

    # The private zone

    @property
    def way(self) -> Way:
        """How the cloud zone gets to the private zone."""
        return self._way

    @property
    def asking(self) -> Asking:
        """When the operator is asked before a release."""
        return self._asking

    def choose(self, way: Way | None = None, asking: Asking | None = None) -> None:
        """Change how it works from the next start on. A zone that runs otherwise is stopped, unless a run needs it."""
        with self._lock:
            if self.is_at_work or (way or self._way, asking or self._asking) == (self._way, self._asking):
                return
            self._way, self._asking = way or self._way, asking or self._asking
        self._keeper.stop()

    def start_zone(self, language: str) -> None:
        """Start the private zone; nothing happens where it runs. Its failure is in its status."""
        with suppress(SekishoError):
            self._keeper.running(self.setup.context(language), self._order(language))

    def stop_zone(self) -> None:
        """Stop it. A run that is at work ends as refused."""
        self.cancel()
        self._keeper.stop()

    def zone(self) -> ZoneStatus:
        """How it is."""
        return self._keeper.status()

    def canary(self) -> Beat:
        """Whether a request goes there and back; the log remembers it."""
        beat = self._keeper.canary()
        way = "link" if self._way is Way.LINK else "mcp"
        self.traffic.canary(way, beat.code.value if beat.code else "ok", beat.ms)
        return beat

    # The tunnel

    def tunnel(self) -> TunnelStatus:
        """How it is."""
        return self._tunnel.status()

    def start_tunnel(self, anonymous: bool) -> None:
        """Open one to the server on this machine; nothing happens where none runs. Its failure is in its status."""
        server = self._keeper.server()
        if server is not None and (port := urlsplit(server.url).port):
            self._tunnel.start(port, anonymous)
            if self._keeper.server() is not server:  # it went before there was a tunnel to end with it
                self._tunnel.leads_nowhere()

    def stop_tunnel(self) -> None:
        """Close it."""
        self._tunnel.stop()

    def tunnel_canary(self) -> Beat:
        """Whether a request comes in through it; the log remembers it."""
        server, tunnel = self._keeper.server(), self._tunnel.status()
        if server is None or not tunnel.url:
            return Beat(Code.SERVER_UNREACHABLE, 0.0)
        beat = send_canary_through(tunnel, server.bearer)
        self.traffic.canary("tunnel", beat.code.value if beat.code else "ok", beat.ms)
        return beat

    def _zone_gone(self) -> None:
        self.reviews.clear()
        self._tunnel.leads_nowhere()

    # A run

    @property
    def is_at_work(self) -> bool:
        """Whether a run is going on."""
        return self._run is not None and not self._run.is_over

    def picture(self) -> Picture | None:
        """The newest run as it is now."""
        run = self._run
        return None if run is None else run.picture()

    def ask(self, typed: str, case: str, language: str) -> bool:
        """Begin a run in the background. False where one is at work already."""
        with self._lock:
            if self.is_at_work:
                return False
            self._count += 1
            self._run = run = Run(self._count, case, language)
            self._cloud = None  # one that was given up may still be ending
        Thread(target=self._answer, args=(run, typed), name="sekisho-run", daemon=True).start()
        return True

    def cancel(self) -> None:
        """Give up the run that is at work: nothing more of it leaves."""
        with self._lock:
            run, cloud = self._run, self._cloud
            if run is None or run.is_over:
                return
            run.cancel()
        self.reviews.refuse_case(run.case)
        if cloud is not None:
            cloud.stop()

    def close(self) -> None:
        """End of the app."""
        self.stop_zone()
        self._tunnel.leads_nowhere()
        self.look.close()

    def _answer(self, run: Run, typed: str) -> None:
        """The whole run, in its own thread."""
        try:
            self._go(run, typed)
        except SekishoError as error:
            run.fail(error.code, error.place)
        except Exception:  # noqa: BLE001 - a traceback could show what was typed
            run.fail(Code.INTERNAL)
        finally:
            with self._lock:
                if self._run is run:
                    self._cloud = None
        with suppress(Exception):  # figures are worth no traceback, which could show what is in a record
            self.history.add(self._figures(run.picture()))

    def _go(self, run: Run, typed: str) -> None:
        context = self.setup.context_of(run.language, run.case)
        run.begin("inspect", len(typed.encode()))
        ready = asking(context)
        text = ready.inspected(typed)
        run.restore = ready.memory.restore
        run.begin("zone")
        if run.is_over:  # given up meanwhile: a zone that was stopped stays stopped
            return
        zone = self._keeper.running(self.setup.context(run.language), self._order(run.language))
        with (
            ready.noting_stops(),
            cloud_zone(text, run.language, run.case, zone, cloud=ready.cloud, passes=self._passes(run, ready)) as cloud,
        ):
            with self._lock:
                if run.is_over:
                    return
                self._cloud = cloud
            run.leaves(text)
            answer: dict[str, Any] = {}
            for event in cloud.events:
                run.take(event)
                answer = event.get("answer", answer)
        run.finish(costs_of(answer, ready.cloud.model, ready.case.path, ready.prices))

    @staticmethod
    def _passes(run: Run, ready: Ready) -> Callable[[str], bool]:
        """The look at what leaves; a run that was given up lets nothing pass."""
        return lambda body: not run.is_over and ready.lookout.passes(body)

    def _figures(self, picture: Picture) -> Figures:
        summary = picture.disclosed[-1] if picture.disclosed else ""
        return figures_of(picture, self.look.stays(picture.case, summary, picture.language) if summary else None)

    def _order(self, language: str) -> Order:
        return Order(self._way, language, self._asking)

    def _hear(self, event: Mapping[str, Any], pipe: DeskPipe) -> None:
        """An event of the zone's desk."""
        match event["event"]:
            case "review" | "review_over" if not self._keeper.is_of_now(pipe):
                pass  # said before it was stopped: the numbers are those of another zone by now
            case "review":
                self.reviews.arrived(event, pipe.send)
            case "review_over":
                self.reviews.over(event["review"])
            case "frame":
                self.traffic.frame(event)
            case "call":
                self.traffic.call(event, "link" if self._way is Way.LINK else "mcp")
