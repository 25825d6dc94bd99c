"""Puts the stand-in for the `devtunnel` command into a folder, as a command."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.engines import fake_devtunnel


def stand_in(folder: Path, how: str) -> Path:
    """The folder, with the command in it, for the PATH. `how` it behaves is said in `fake_devtunnel`."""
    folder.mkdir()
    command = folder / "devtunnel"
    command.write_text(f"#!{sys.executable}\n{Path(fake_devtunnel.__file__).read_text('utf-8')}", "utf-8")
    command.chmod(0o755)
    (folder / "how").write_text(how, "utf-8")
    return folder
