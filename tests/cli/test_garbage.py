"""A command of ours looks rarely for garbage; a program that calls one keeps its own way."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.running import SAMPLES, clean_environment

from sekisho import garbage
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


def without_looking_for_it(work: Callable[[], None]) -> None:
    with garbage.not_looking_for_it():
        assert not gc.isenabled()
        work()


@pytest.mark.parametrize("was_on", [True, False])
def test_after_what_is_read_without_looking_for_garbage_it_is_as_before_though_reading_failed(was_on: bool) -> None:
    def fail() -> None:
        raise ValueError("broken")

    (gc.enable if was_on else gc.disable)()
    try:
        with pytest.raises(ValueError, match="broken"):
            without_looking_for_it(fail)
        assert gc.isenabled() is was_on
    finally:
        gc.enable()
