"""`sekisho chat`: a conversation at the terminal. Ctrl-C gives up the present question, not the conversation."""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack
from typing import NoReturn

from sekisho.cli.asking import Asking, asking
from sekisho.cli.before_sending import is_interactive
from sekisho.cli.cloud_zone import CloudRun, cloud_zone
from sekisho.cli.context import Context
from sekisho.cli.costs import costs_of
from sekisho.cli.timeline import Timeline
from sekisho.cli.zone_on_link import ZoneOnLink, asked_zone
from sekisho.cli.zones import RunningZone
from sekisho.errors import Code, SekishoError
from sekisho.wording import Wording

_END = frozenset({"/exit", "/quit", "exit", "quit"})


def run(context: Context) -> int:
    """Ask until the person has no more questions."""
    _end_on_terminate()
    settings, words = context.settings, context.words
    ready = asking(context)
    with asked_zone(context, is_apart=True) as private:
        print(words.text("chat.title", model=ready.model or words.text("chat.stand_in")))
        print(words.text("chat.how"), flush=True)
        _Chat(ready, private, words, settings.lang).hold()
    return 0


class _Chat:
    """One conversation: its cloud zone is started with the first question."""

    def __init__(self, ready: Asking, private: RunningZone | ZoneOnLink, words: Wording, language: str) -> None:
        self._ready = ready
        self._private = private
        self._words = words
        self._language = language
        self._zone = ExitStack()
        self._cloud: CloudRun | None = None
        self._history: list[tuple[str, str]] = []

    def hold(self) -> None:
        """Read a question, have it answered, and so on."""
        _use_line_editing()
        with self._zone:
            while (typed := self._read()) is not None:
                if typed == "/history":
                    self._show_history()
                elif typed:
                    self._ask(typed)

    def _read(self) -> str | None:
        """The next line; None at the end. Ctrl-C here clears the line."""
        try:
            typed = input("\n> ").strip()
        except EOFError:
            print()
            return None
        except KeyboardInterrupt:
            print()
            return ""
        return None if typed.lower() in _END else typed

    def _ask(self, typed: str) -> None:
        timeline = Timeline(self._words, model=self._ready.model, restorer=self._ready.memory.restorer())
        try:
            text = self._agreed(typed)
            if text is None:
                return
            with self._ready.noting_stops():
                self._follow(timeline, self._asked(text))
        except SekishoError as error:
            print(f"sekisho: {self._words.told(error)}", file=sys.stderr, flush=True)
            if self._cloud is not None and (self._cloud.is_over or error.code is Code.INTERNAL):
                self._forget()
            return
        self._history.append((typed, timeline.guidance))
        costs = costs_of(timeline.answer, self._ready.cloud.model, self._ready.case.path, self._ready.prices)
        for line in costs.lines(self._words):
            print(line)

    def _agreed(self, typed: str) -> str | None:
        """The text that may leave; None where the person does not send it, or presses Ctrl-C instead of an answer."""
        try:
            return self._ready.agreed(typed, self._words, asks=is_interactive())
        except KeyboardInterrupt:
            print()
            return None

    def _asked(self, text: str) -> CloudRun:
        if self._cloud is None:
            self._cloud = self._zone.enter_context(
                cloud_zone(
                    text,
                    self._language,
                    self._ready.case.token,
                    self._private,
                    cloud=self._ready.cloud,
                    passes=self._ready.lookout.passes,
                    has_more=True,
                )
            )
        else:
            self._cloud.ask(text)
        return self._cloud

    def _follow(self, timeline: Timeline, cloud: CloudRun) -> None:
        events = cloud.events
        while True:
            try:
                timeline.follow(events)
                return
            except KeyboardInterrupt:
                # The events go on until the cloud zone has given the question up.
                cloud.cancel()
                events = cloud.events

    def _forget(self) -> None:
        """The cloud zone cannot go on: the next question begins a new conversation."""
        self._zone.close()
        self._cloud = None

    def _show_history(self) -> None:
        for text, guidance in self._history:
            print(f"\n> {text}\n{guidance}")


def _use_line_editing() -> None:
    """Arrow keys and the lines typed before, in memory only: a file of them would hold what was asked."""
    try:
        import readline
    except ImportError:  # Windows edits lines by itself
        return
    readline.set_auto_history(True)


def _end_on_terminate() -> None:
    """SIGTERM and a closed terminal end the conversation and stop both zones; Ctrl-C does not."""

    def end(*_: object) -> NoReturn:
        raise SystemExit(130)

    signal.signal(signal.SIGTERM, end)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, end)
