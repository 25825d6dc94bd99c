"""The app in a real browser: how long until its first view, how soon a step is seen, what it costs at rest.

The floor is an app of one line, started by Streamlit itself and shown by the same browser, in turns with ours: nothing
built on Streamlit can be there sooner. "First view" is from the start of the process until the page with its question
is drawn, "ready" until the inspected question can be read beside it; each time in a fresh browser profile, which has
to load Streamlit's own scripts. The first of our starts also writes the cache of the vocabulary.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import Browser, Error, Locator, Page, sync_playwright
from tests.cli.running import clean_environment
from tests.engines.cache import EngineMissingError
from tests.engines.process import free_port
from tests.ui.tab import Tab, chromium, new_tab

from bench.report import Row

ROUNDS = 5
RUNS = 4
REST_SECONDS = 20.0
_ONE_LINE = "import streamlit as st\nst.write('the floor')\n"
_FLOOR = "one line on Streamlit"
#: When each step was drawn, and when it began, in seconds since the epoch.
_WATCH = """
window.drawn = [];
new MutationObserver(() => {
  const list = document.querySelector('ol.steps');
  if (!list || list.dataset.began === window.before) return;
  const steps = list.querySelectorAll('li .at');
  for (let i = window.drawn.length; i < steps.length; i++)
    window.drawn.push(Date.now() / 1000 - parseFloat(list.dataset.began) - parseFloat(steps[i].textContent));
}).observe(document, {childList: true, subtree: true, characterData: true});
"""


@dataclass(frozen=True, slots=True)
class Start:
    """One start: seconds until the view and until it is ready, and processor seconds of the server until then."""

    view: float
    ready: float
    cpu: float


def run() -> list[Row]:
    """Measure."""
    try:
        with sync_playwright() as playwright, chromium(playwright) as browser, tempfile.TemporaryDirectory() as name:
            return _all(browser, Path(name))
    except EngineMissingError:
        return [Row("no browser on this machine", 0, "", "", None, "")]


def _all(browser: Browser, folder: Path) -> list[Row]:
    (folder / "one.py").write_text(_ONE_LINE)
    ours, floor = [], []
    busy = psutil.getloadavg()[0]
    for number in range(ROUNDS):
        with _floor(folder) as (process, url, began):
            floor.append(_first_view(browser, process, url, began, _line, _line))
        with _ours(folder, str(number)) as (process, url, began):
            ours.append(_first_view(browser, process, url, began, _question, _inspected))
    rows = [
        _row("first view", [s.view for s in ours], [s.view for s in floor], "under 3 s"),
        Row("first view, slowest", max(s.view for s in ours), "s", _FLOOR, max(s.view for s in floor), ""),
        _row("ready", [s.ready for s in ours], [s.ready for s in floor], ""),
        _row("processor time of the server until then", [s.cpu for s in ours], [s.cpu for s in floor], ""),
    ]
    with _ours(folder, "run") as (process, url, _):
        tab = new_tab(browser, url, "en")
        rows += _steps(tab)
        rows.append(_at_rest("at rest, one tab open, private zone running", process))
        tab.button("stop").click()
        tab.page.get_by_text(tab.words.text("app.zone_stopped"), exact=True).wait_for()
        tab.page.wait_for_timeout(3000)
        rest = _at_rest("at rest, one tab open", process)
        tab.page.context.close()
    with _floor(folder) as (process, url, _):
        page = browser.new_page()
        _open(page, url)
        page.get_by_text("the floor").wait_for()
        page.wait_for_timeout(3000)
        rows.append(Row(rest.what, rest.value, "%", _FLOOR, _at_rest("", process).value or None, "under 2 %"))
        page.close()
    return [*rows, Row("load of the machine when it began", busy, "", f"{os.cpu_count()} cores", None, "")]


def _row(what: str, values: list[float], floor: list[float], aim: str) -> Row:
    what = f"{what}, median of {len(values)}"
    return Row(what, statistics.median(values), "s", _FLOOR, statistics.median(floor), aim)


@contextmanager
def _started(command: list[str], home: Path) -> Iterator[tuple[subprocess.Popen[str], float]]:
    began = time.monotonic()
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=home,
        env=clean_environment(home),
    ) as process:
        try:
            yield process, began
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def _ours(home: Path, name: str) -> Iterator[tuple[psutil.Process, str, float]]:
    command = [sys.executable, "-m", "sekisho", "ui", "--port", "0", "--lang", "en", "--state", name]
    with _started(command, home) as (process, began):
        assert process.stdout is not None
        yield psutil.Process(process.pid), process.stdout.readline().strip(), began


@contextmanager
def _floor(folder: Path) -> Iterator[tuple[psutil.Process, str, float]]:
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "one.py", "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", "--server.fileWatcherType=none"]
    with _started([*command, "--browser.gatherUsageStats=false"], folder) as (process, began):
        yield psutil.Process(process.pid), f"http://127.0.0.1:{port}", began


def _first_view(
    browser: Browser,
    process: psutil.Process,
    url: str,
    began: float,
    view: Callable[[Page], Locator],
    ready: Callable[[Page], Locator],
) -> Start:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    _open(page, url)
    view(page).first.wait_for()
    viewed = time.monotonic() - began
    ready(page).first.wait_for()
    readied = time.monotonic() - began
    times = process.cpu_times()
    context.close()
    return Start(viewed, readied, times.user + times.system)


def _open(page: Page, url: str) -> None:
    """As soon as somebody listens there. Until then it is not the browser that looks: each vain look of it would take
    a tenth of a second of the machine that the server needs for its start."""
    address = urlsplit(url)
    while True:
        with suppress(OSError), socket.create_connection((address.hostname, address.port), timeout=1):
            break
        time.sleep(0.01)
    while True:
        try:
            page.goto(url, wait_until="commit")
        except Error:
            time.sleep(0.01)
        else:
            return


def _line(page: Page) -> Locator:
    return page.get_by_text("the floor")


def _question(page: Page) -> Locator:
    return page.get_by_role("textbox").filter(visible=True)


def _inspected(page: Page) -> Locator:
    return page.locator(".leaves").filter(has_text="palpitations")


def _steps(tab: Tab) -> list[Row]:
    """How long after its beginning each step was drawn, over several runs. The first one also starts the zone."""
    tab.page.context.add_init_script(_WATCH)
    _open(tab.page, tab.url)
    delays: list[float] = []
    for number in range(1, RUNS + 1):
        tab.page.evaluate("window.before = document.querySelector('ol.steps')?.dataset.began ?? ''; window.drawn = []")
        tab.button("run").click()
        tab.page.get_by_role("heading", name=tab.words.text("app.timeline", number=number)).wait_for()
        tab.page.get_by_text(tab.words.text("app.took"), exact=True).wait_for()
        tab.page.wait_for_function("document.querySelector('ol.steps li.now') === null")
        delays += tab.page.evaluate("window.drawn")
    ordered = sorted(delays)
    late = 100 * sum(delay > 0.2 for delay in delays) / len(delays)
    return [
        Row(f"a step is seen after it began, median of {len(delays)}", statistics.median(ordered), "s", "", None, ""),
        Row("a step is seen, p90", ordered[int(len(ordered) * 0.9)], "s", "", None, "0.2 s"),
        Row("a step is seen, slowest", ordered[-1], "s", "", None, ""),
        Row("steps seen later than 0.2 s", late, "%", "", None, "0 %"),
    ]


def _at_rest(what: str, process: psutil.Process) -> Row:
    """Share of one core that the app's process and its children take."""
    before = _cpu(process)
    began = time.monotonic()
    time.sleep(REST_SECONDS)
    share = (_cpu(process) - before) / (time.monotonic() - began) * 100
    return Row(what, share, "%", "", None, "under 2 %")


def _cpu(process: psutil.Process) -> float:
    everybody = [process, *process.children(recursive=True)]
    return sum(times.user + times.system for times in (one.cpu_times() for one in everybody))
