"""Real processes whose every connection is noted and, beyond this machine, refused; and which can be tampered with.

Python starts each process with `sitecustomize` from a folder of ours. Where the kernel allows it, the processes also
run in a network namespace of their own, in which there is nothing but the loopback interface.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.cli.running import PATIENCE, clean_environment

_WATCH = """
import ipaddress, os, sys
_log = os.open(os.environ["CONNECTIONS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
def _is_local(host):
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in (None, "", b"")
def _watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.bind"):
        address = arguments[1]
        if not isinstance(address, tuple):
            return
        os.write(_log, f"{event} {address[0]} {address[1]}\\n".encode())
        if not _is_local(address[0]):
            raise OSError("refused by the test")
    elif event == "socket.getaddrinfo" and not _is_local(arguments[0]):
        os.write(_log, f"{event} {arguments[0]} {arguments[1]}\\n".encode())
        raise OSError("refused by the test")
sys.addaudithook(_watch)
"""

#: The same process tree in a namespace with nothing but the loopback interface, brought up first.
_ALONE = """
import fcntl, os, socket, struct, sys
with socket.socket() as s:
    fcntl.ioctl(s, 0x8914, struct.pack("16sh", b"lo", 0x1 | 0x40))
os.execvp(sys.argv[1], sys.argv[1:])
"""


@dataclass(frozen=True)
class Outcome:
    """How it ended, and every address that any of its processes connected to, sent to, bound or looked up."""

    status: int
    out: str
    err: str
    connections: list[tuple[str, str, str]]

    @property
    def beyond(self) -> list[tuple[str, str, str]]:
        """Those that are not on this machine."""
        return [seen for seen in self.connections if not seen[1].startswith("127.") and seen[1] != "::1"]

    def ports(self, event: str) -> set[int]:
        """The ports of one kind of event."""
        return {int(port) for kind, _, port in self.connections if kind == event and int(port)}


@lru_cache(maxsize=1)
def can_be_alone() -> bool:
    """Whether this machine lets us make a network namespace."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return False
    command = [unshare, "-rn", sys.executable, "-c", _ALONE, "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def run_watched(
    home: Path, arguments: list[str], *, tamper: str = "", alone: bool = False, typed: str = "", **more: str
) -> Outcome:
    """Run `sekisho` with these arguments. `tamper` is Python that each of its processes runs first."""
    folder, log = home / "watch", home / "connections"
    folder.mkdir(exist_ok=True)
    log.write_bytes(b"")
    (folder / "sitecustomize.py").write_text(_WATCH + tamper, encoding="utf-8")
    environment = clean_environment(home, PYTHONPATH=str(folder), CONNECTIONS=str(log), **more)
    command = [sys.executable, *arguments]
    if alone:
        command = ["unshare", "-rn", sys.executable, "-c", _ALONE, *command]
    done = subprocess.run(
        command, input=typed.encode(), capture_output=True, cwd=home, env=environment, timeout=PATIENCE, check=False
    )
    lines = [line.split(" ") for line in log.read_text().splitlines()]
    seen = [(line[0], line[1], line[2]) for line in lines]
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode(), seen)


def sekisho(*arguments: str) -> list[str]:
    return ["-m", "sekisho", *arguments]


def with_wire(program: Mapping[str, Any], *arguments: str) -> list[str]:
    """A program that serves the wire and runs `sekisho` beside it, both in the same namespace.

    `{url}` in the arguments becomes the address of the wire. Its last line of output is what the wire recorded.
    """
    code = (
        "import json, subprocess, sys\n"
        "from tests.engines.cloud_wire import Wire, serving_wire\n"
        f"wire = Wire(**json.loads({json.dumps(json.dumps(program))}))\n"
        "with serving_wire(wire):\n"
        "    arguments = [a.replace('{url}', wire.url) for a in sys.argv[1:]]\n"
        "    done = subprocess.run([sys.executable, '-m', 'sekisho', *arguments])\n"
        "    print(json.dumps({'url': wire.url, 'bodies': [r.raw.decode() for r in wire.requests]}))\n"
        "sys.exit(done.returncode)\n"
    )
    root = str(Path(__file__).parents[2])
    return ["-c", f"import sys; sys.path.insert(0, {root!r})\n{code}", *arguments]
