"""What the first view needs is made ready while the browser still fetches the page."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from threading import Thread

from sekisho.errors import SekishoError

#: Seconds after which a thread lets another one through. Python's own 5 ms, for each of the hundred files that the
#: browser fetches meanwhile, would cost more than what is won here.
_TURN = 0.0005


def warm_up(arguments: Sequence[str]) -> Thread:
    """Load the views, open the cases and inspect a question once, in the background. Nothing is sent or written that
    the first view would not write."""
    thread = Thread(target=_warm_up, args=(tuple(arguments),), name="sekisho-warm-up", daemon=True)
    thread.start()
    return thread


def _warm_up(arguments: tuple[str, ...]) -> None:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    gc.disable()  # nothing of what is loaded here is garbage, and looking for it takes a quarter of the time
    try:
        with suppress(Exception):  # the view says what is wrong; here its text, perhaps of a record, would be printed
            from sekisho.ui.shared import supervisor

            console = supervisor(arguments)
            with suppress(SekishoError):
                console.look.warm_up(console.setup.language)
            import_module("sekisho.ui.main")
    finally:
        gc.freeze()
        gc.enable()
        sys.setswitchinterval(usual)
