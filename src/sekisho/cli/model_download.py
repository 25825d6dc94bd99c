"""`sekisho model download`: fetch a model of Foundry Local, with a bar. The one command that asks its catalogue."""

from __future__ import annotations

import sys
from threading import Event

from sekisho.cli.context import Context

_WIDTH = 30


def download_model(context: Context) -> int:
    """Download and say which variant the SDK chose for this machine."""
    from sekisho.local.model.foundry_download import download

    words, name = context.words, context.options.wanted
    stop = Event()
    bar = _Bar()
    try:
        chosen = download(name, bar.show, stop)
    except KeyboardInterrupt:
        stop.set()
        raise
    finally:
        bar.end()
    print(words.text("model.downloaded", name=name, id=chosen))
    return 0


class _Bar:
    """A bar on the terminal; without a terminal, nothing until the end."""

    def __init__(self) -> None:
        self._is_open = False

    def show(self, percent: float) -> None:
        if sys.stderr.isatty():
            full = round(_WIDTH * percent / 100)
            print(f"\r[{'#' * full}{' ' * (_WIDTH - full)}] {percent:5.1f} %", end="", file=sys.stderr, flush=True)
            self._is_open = True

    def end(self) -> None:
        if self._is_open:
            print(file=sys.stderr)
