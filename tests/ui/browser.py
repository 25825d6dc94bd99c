"""The browser of the tests: a Chromium of this machine; on Debian, as root, it is installed with Japanese fonts."""

from __future__ import annotations

import os
import shutil
import subprocess

from tests.engines.cache import EngineMissingError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge")
_PACKAGES = ("chromium", "fonts-noto-cjk")
#: Other engines may be installed by apt at the same time.
_INSTALL = [
    "apt-get",
    "-o",
    "DPkg::Lock::Timeout=300",
    "install",
    "-y",
    "--no-install-recommends",
    "chromium",
    "fonts-noto-cjk",
]
_SECONDS = 600


def found() -> str | None:
    """The path of a browser that is here."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def browser() -> str:
    """The path of a browser; installed now where that is possible.

    Raises:
        EngineMissingError: There is none.
    """
    if path := found():
        return path
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise EngineMissingError("no Chromium, Chrome or Edge is on the path; install one")
    for command in (["apt-get", "update"], _INSTALL):
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        if done.returncode != 0 and command is _INSTALL:
            raise EngineMissingError("apt-get could not install chromium")
    if path := found():
        return path
    raise EngineMissingError("apt-get installed no chromium")
