"""How a serving model is doing, in a small file of the state folder, so that `doctor` can tell: counts, no content."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sekisho.local.model.language_model import LanguageModel


@dataclass(frozen=True, slots=True)
class Status:
    """What the file says.

    Attributes:
        model: The name for the ledger.
        process: The process that serves it.
        at_work, waiting: Generations, and calls in the queue.
        counts: How often it `answered` and was `remembered`, and how often the rules answered instead, by code.
    """

    model: str
    process: int
    at_work: int
    waiting: int
    counts: dict[str, int]


def keep_status(path: Path) -> Callable[[LanguageModel], None]:
    """Gives the function that writes the file; what cannot be written is left out, it is only for the screen."""
    lock = Lock()

    def write(model: LanguageModel) -> None:
        content = {
            "model": model.name,
            "process": os.getpid(),
            "at_work": model.device.at_work,
            "waiting": model.device.waiting,
            "counts": dict(model.counts),
            "time": int(time.time()),
        }
        beside = path.with_suffix(f".{os.getpid()}")
        with lock, contextlib.suppress(OSError):
            beside.write_text(json.dumps(content), encoding="utf-8")
            beside.chmod(0o600)
            beside.replace(path)

    return write


def read_status(path: Path) -> Status | None:
    """The file, or None where there is none that can be read, or where its process has ended."""
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        if not _is_running(int(content["process"])):
            return None
        counts = {str(name): int(count) for name, count in content["counts"].items()}
        return Status(
            str(content["model"]),
            int(content["process"]),
            int(content["at_work"]),
            int(content["waiting"]),
            counts,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _is_running(process: int) -> bool:
    if os.name != "posix":  # elsewhere the signal 0 would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
