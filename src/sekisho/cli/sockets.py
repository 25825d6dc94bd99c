"""Which sockets a process has: how many it listens on, how many connections it holds. Linux tells it in /proc."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_LISTEN = "0A"
_ESTABLISHED = "01"


@dataclass(frozen=True, slots=True)
class Sockets:
    """The network sockets of one process."""

    listening: int
    connected: int


def sockets_of(pid: int) -> Sockets | None:
    """The TCP and UDP sockets of a process; None where this system does not tell."""
    folder = Path("/proc") / str(pid)
    try:
        links = [str(link.readlink()) for link in (folder / "fd").iterdir()]
        own = {link[len("socket:[") : -1] for link in links if link.startswith("socket:[")}
        states = [state for name in ("tcp", "tcp6") for inode, state in _table(folder / "net" / name) if inode in own]
        bound = [inode for name in ("udp", "udp6") for inode, _ in _table(folder / "net" / name) if inode in own]
    except OSError:
        return None
    # A UDP socket that waits has no state of its own: having one at all counts as listening.
    return Sockets(states.count(_LISTEN) + len(bound), states.count(_ESTABLISHED))


def _table(path: Path) -> list[tuple[str, str]]:
    """Inode and state of each row."""
    if not path.exists():
        return []
    rows = [line.split() for line in path.read_text(encoding="ascii").splitlines()[1:]]
    return [(row[9], row[3]) for row in rows]
