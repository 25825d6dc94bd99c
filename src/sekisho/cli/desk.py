"""`--desk`: the operator's app at the other end of this process's standard input and output."""

from __future__ import annotations

import os
import signal
import sys
from threading import Thread

from sekisho.local.desk import Asking, Desk


def open_desk(asking: Asking) -> Desk:
    """A desk on the standard streams. When the input ends, this process is told to stop, as by Ctrl-C."""
    desk = Desk(sys.stdout, asking)
    # A daemon, on a file of its own: it sits in a read that only the app can end, and holds up no exit by it.
    source = os.fdopen(os.dup(sys.stdin.fileno()), encoding="utf-8", errors="replace")
    Thread(target=desk.listen, args=(source, _stop), daemon=True).start()
    return desk


def _stop() -> None:
    if os.name == "posix":
        os.kill(os.getpid(), signal.SIGTERM)
    else:
        signal.raise_signal(signal.SIGINT)
