"""Azurite, Microsoft's emulator of Azure Storage: its queue service, for tests of the Storage Queue link."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from tests.engines.cache import EngineMissingError, installed
from tests.engines.process import Server, free_port

_HERE = Path(__file__).parent / "npm"
VERSION = json.loads((_HERE / "package.json").read_text("utf-8"))["dependencies"]["azurite"]
_INSTALL_SECONDS = 240

#: The account that every Azurite has, by Microsoft's documentation. It opens nothing else.
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def installed_script() -> Path:
    """The program of the queue service.

    Raises:
        EngineMissingError: npm is not there, or cannot install it.
    """
    return installed(f"azurite-{VERSION}", _install) / "node_modules/azurite/dist/src/queue/main.js"


def azurite(folder: Path) -> Server:
    """A queue service that keeps its data in this folder. It tells nobody that it runs (`--disableTelemetry`)."""
    node = shutil.which("node")
    if node is None:
        raise EngineMissingError("node is not installed; Azurite runs on it")
    port = free_port()
    options = ["--queueHost", "127.0.0.1", "--queuePort", str(port), "--location", str(folder)]
    return Server(
        [node, installed_script(), *options, "--silent", "--disableTelemetry", "--skipApiVersionCheck"],
        port,
        folder / "azurite.log",
    )


def connection_string(port: int, key: str = KEY) -> str:
    """How a client reaches it."""
    endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
    return f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={key};QueueEndpoint={endpoint};"


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise EngineMissingError("npm is not installed; it fetches Azurite")
    shutil.copytree(_HERE, folder, dirs_exist_ok=True)
    # No package may run a script of its own here; what is installed is what the lock file's digests say.
    command = [npm, "ci", "--ignore-scripts", "--omit=dev", "--omit=optional", "--no-audit", "--no-fund"]
    try:
        subprocess.run(
            command,
            cwd=folder,
            check=True,
            timeout=_INSTALL_SECONDS,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        raise EngineMissingError(f"npm cannot install azurite {VERSION}") from None
    # npm takes the place of what is left out as relative to the package that asks for it.
    shutil.copytree(_HERE / "nothing", folder / "node_modules/azurite/nothing", dirs_exist_ok=True)
