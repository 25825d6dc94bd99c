"""Running the command line: in this process for its answers, as a real process for everything else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import psutil

SAMPLES = Path(str(files("sekisho.samples")))
THYROID = SAMPLES / "01-thyroid.json"
DIZZY = "昨日からめまいと動悸があります"
#: How long anything may take before a test says that it hangs.
PATIENCE = 60.0


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of somebody who has never used Sekisho, but for the cache: it is that of the test run."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "XDG_CACHE_HOME") if name in os.environ}
    return {**kept, "HOME": str(home), "USERPROFILE": str(home), "LANG": "C.UTF-8", **more}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "sekisho", *arguments]


def start(home: Path, arguments: Sequence[str], **more: str) -> subprocess.Popen[bytes]:
    """Start the real process in a clean home, as the head of its own process group."""
    return subprocess.Popen(
        command(*arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=home,
        env=clean_environment(home, **more),
        start_new_session=True,
    )


def run(home: Path, *arguments: str, **more: str) -> tuple[int, str, str]:
    """Run the real process to its end: status, standard output, standard error."""
    with start(home, arguments, **more) as process:
        out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out.decode(), err.decode()


def session_of(leader: int) -> list[psutil.Process]:
    """Living processes of a session that `start` began, other than its head."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != leader and os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found
