"""A real llama.cpp server: its own HTTP server and its own engine, from a wheel that holds them prebuilt.

34 MB, fetched in a few seconds, so it belongs to every run of the tests. `SEKISHO_TEST_LLAMA_SERVER` names the
`llama-server` of a machine to be used instead.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx2
from tests.engines.cache import EngineMissingError, installed
from tests.engines.process import Server, free_port

#: The name that it has its model by.
NAME = "tiny"
VERSION = "2026.10.11549"

_WHEEL = Path(__file__).with_name("llama-cpp.txt")
_PROGRAM = Path(__file__).with_name("llama_cpp_main.py")
_SECONDS = 120


def package() -> Path:
    """The folder that the wheel is unpacked in.

    Raises:
        EngineMissingError: It cannot be had.
    """
    return installed(f"llama-cpp-{VERSION}", _from_wheel) / "site"


class LlamaServer(Server):
    """It listens before its model is loaded, and says 503 until then."""

    def start(self) -> None:
        super().start()
        until, pause = time.monotonic() + _SECONDS, threading.Event()
        with httpx2.Client(trust_env=False) as http:
            while http.get(f"http://127.0.0.1:{self.port}/health").status_code != 200:
                assert time.monotonic() < until
                pause.wait(0.01)


def llama_server(model: Path, folder: Path, context: int = 32768) -> LlamaServer:
    """A server of this model, with one slot, on a free port."""
    port = free_port()
    own = os.environ.get("SEKISHO_TEST_LLAMA_SERVER")
    if own:
        options = ["--host", "127.0.0.1", "--port", str(port), "-c", str(context), "-np", "1", "-t", "1", "-a", NAME]
        return LlamaServer([own, "-m", model, *options], port, folder / "llama.log")
    program: list[str | Path] = [sys.executable, _PROGRAM, package(), model, str(port), str(context)]
    return LlamaServer(program, port, folder / "llama.log")


def _from_wheel(folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--target", str(folder / "site")]
    try:
        subprocess.run(
            [*pip, *options, "-r", str(_WHEEL)],
            check=True,
            timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        raise EngineMissingError(f"pip cannot fetch xllamacpp {VERSION}") from None
