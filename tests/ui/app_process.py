"""A real app: `sekisho ui` as a process, over a case that holds the canary, until the block ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil
from tests.cli.running import clean_environment
from tests.server.running import sample_case


@dataclass
class App:
    """An app that serves."""

    url: str
    process: subprocess.Popen[str]
    state: Path
    errors: Path


@contextmanager
def running_app(folder: Path, *more: str, has_cases: bool = True, **variables: str) -> Iterator[App]:
    """Start it on a free port; it is told to stop at the end, and must do so."""
    options = ["--port", "0", "--state", str(folder / "state"), *more]
    options += ["--cases", str(sample_case(folder / "cases"))] if has_cases else []
    errors = folder / "errors.txt"
    with (
        errors.open("w") as sink,
        subprocess.Popen(
            [sys.executable, "-m", "sekisho", "ui", *options],
            stdout=subprocess.PIPE,
            stderr=sink,
            text=True,
            cwd=folder,
            env=clean_environment(folder, **variables),
        ) as process,
    ):
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url, errors.read_text()
            assert _answers(url)  # the address is told when it can be opened, not before
            yield App(url, process, folder / "state", errors)
            started = psutil.Process(process.pid).children(recursive=True)
            process.terminate()
            assert process.wait(30) == 0
            _, left = psutil.wait_procs(started, 10)
            assert left == []  # what it started stops with it
        finally:
            process.kill()


def _answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/_stcore/health", trust_env=False).status_code == httpx2.codes.OK
    except httpx2.HTTPError:
        return False
