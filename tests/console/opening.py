"""Opening the app's logic for tests: a state folder of its own, a fictitious case, real processes where needed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.server.running import sample_case

from sekisho.console.run import Picture
from sekisho.console.setup import Setup, setup_from
from sekisho.console.supervisor import Supervisor

#: How long anything may take before a test says that it hangs.
PATIENCE = 60.0
QUESTION = "昨日からめまいと動悸があります。"


def setup_in(folder: Path, *more: str) -> Setup:
    """The app over one case that holds the canary."""
    cases = sample_case(folder / "cases")
    return setup_from(["--state", str(folder / "state"), "--cases", str(cases), "--lang", "ja", *more])


def only_case(console: Supervisor) -> str:
    """The token of the only case."""
    (token,) = console.look.cases()
    return token


def until(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait until it is so."""
    end, pause = time.monotonic() + patience, threading.Event()
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        pause.wait(0.01)


def answered(console: Supervisor, question: str = QUESTION, language: str = "ja") -> Picture:
    """One whole run."""
    assert console.ask(question, only_case(console), language)
    until(lambda: not console.is_at_work)
    picture = console.picture()
    assert picture is not None
    return picture
