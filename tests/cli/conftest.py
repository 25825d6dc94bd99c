"""What the tests of the command line share: a clean place to run in, and calling it within this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sekisho.cli import main
from sekisho.settings import DEFAULTS

Cli = Callable[..., "Said"]


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def clean_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests reaches them."""
    for name in DEFAULTS:
        monkeypatch.delenv(f"SEKISHO_{name.upper()}", raising=False)
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def cli(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Cli:
    def call(*arguments: str | Path) -> Said:
        words = list(map(str, arguments))
        if "--state" not in words:
            words = ["--state", str(tmp_path / "state"), *words]
        try:
            status = main(words)
        except SystemExit as left:
            status = left.code if isinstance(left.code, int) else 1
        said = capfdbinary.readouterr()
        return Said(status, said.out.decode(), said.err.decode())

    return call
