"""A command of ours looks rarely for garbage; a program that calls one keeps its own way."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.running import SAMPLES, clean_environment

from sekisho.cli import main

PROGRAM = "import gc; from sekisho.cli import main; main(); print(gc.get_threshold()[0] > 10 * {usual})"


def test_a_process_of_ours_looks_rarely(tmp_path: Path) -> None:
    arguments = ["cases", "list", "--cases", str(SAMPLES)]
    program = PROGRAM.format(usual=gc.get_threshold()[0])
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, env=clean_environment(tmp_path), check=True
    )
    assert done.stdout.splitlines()[-1] == b"True"


def test_whoever_calls_a_command_keeps_its_own_way(capsys: pytest.CaptureFixture[str]) -> None:
    before = gc.get_threshold()
    assert main(["cases", "list", "--cases", str(SAMPLES)]) == 0
    assert capsys.readouterr().out
    assert gc.get_threshold() == before
