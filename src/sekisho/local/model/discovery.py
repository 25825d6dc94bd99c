"""Servers on this machine that offer models: where the common runtimes listen, and where Foundry Local says it does.

Looking asks each address for its list of models, and sends nothing else. It looks at literal loopback addresses only.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sekisho.errors import SetupError
from sekisho.local.model.address import checked_address
from sekisho.local.model.http import LocalHttp
from sekisho.local.model.runtime import ModelInfo
from sekisho.local.model.server_facts import models_of

#: Where the common runtimes listen unless they are told otherwise. Anything may listen there: it is only a guess.
USUAL = (("Ollama", 11434), ("llama-server", 8080), ("LM Studio", 1234), ("vLLM", 8000))
FOUNDRY = "Foundry Local"
#: The newer and the older command line of Foundry Local; its service takes another port at every start.
_FOUNDRY_COMMANDS = (("server", "status", "--output", "json"), ("service", "status"))
_LOOPBACK_URL = re.compile(r"http://(?:127(?:\.\d{1,3}){3}|localhost|\[::1\]):\d{1,5}")
_COMMAND_SECONDS = 10.0
_LOOK_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server that was found, with its models."""

    label: str
    url: str
    models: tuple[ModelInfo, ...]


def find_servers(usual: tuple[tuple[str, int], ...] = USUAL, seconds: float = _LOOK_SECONDS) -> list[Server]:
    """Every server that answers with a list of models, all looked at together."""
    guesses = [(label, f"http://127.0.0.1:{port}") for label, port in usual]
    foundry = foundry_service()
    if foundry:
        guesses.insert(0, (FOUNDRY, foundry))
    with ThreadPoolExecutor(max_workers=max(1, len(guesses))) as pool:
        found = pool.map(lambda guess: _look(guess[0], guess[1], time.monotonic() + seconds), guesses)
        return [server for server in found if server is not None]


def foundry_service() -> str:
    """The address of Foundry Local's service, or empty: by its newer command line, then by the older one."""
    command = shutil.which("foundry")
    if command is None:
        return ""
    return next(_addresses_told(command), "")


def _addresses_told(command: str) -> Iterator[str]:
    for arguments in _FOUNDRY_COMMANDS:
        try:
            told = subprocess.run(
                [command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=_COMMAND_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        found = _LOOPBACK_URL.search(told.stdout.decode("utf-8", "replace"))
        if found is not None:
            yield found[0]


def _look(label: str, url: str, deadline: float) -> Server | None:
    try:
        http = LocalHttp(checked_address(url))
    except SetupError:
        return None
    try:
        here = tuple(model for model in models_of(http, deadline) if not model.is_elsewhere)
        return Server(label, http.address.url, here)
    except SetupError:
        return None
    finally:
        http.close()
