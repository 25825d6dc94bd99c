"""A task is released once by all workers of a state folder, whatever becomes of the one that had it."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.errors import Code, SetupError
from sekisho.link.claims import Claims, Standing
from sekisho.link.protocol import Result, ResultKind

ID, CLIENT = b"i" * 16, b"c" * 16
ANSWER = Result(ID, CLIENT, ResultKind.ANSWER, b"sealed")


@pytest.fixture
def claims(tmp_path: Path) -> Iterator[tuple[Claims, Claims]]:
    """Two workers of one state folder."""
    both = Claims(tmp_path), Claims(tmp_path)
    yield both
    for one in both:
        one.close()


@pytest.mark.guarantee("G11")
def test_a_task_that_was_taken_over_is_not_released_by_who_had_it(claims: tuple[Claims, Claims]) -> None:
    first, second = claims
    assert first.claim(ID, CLIENT).standing is Standing.MINE
    assert second.claim(ID, CLIENT).standing is Standing.MINE
    assert not first.release(ID)
    assert second.release(ID)
    assert not second.release(ID), "not a second time either"


@pytest.mark.guarantee("G11")
def test_a_task_that_is_being_released_is_left_to_who_lives_and_to_nobody_when_it_died(
    claims: tuple[Claims, Claims],
) -> None:
    first, second = claims
    first.claim(ID, CLIENT)
    assert first.release(ID)
    assert second.claim(ID, CLIENT).standing is Standing.ELSEWHERE
    first.close()
    assert second.claim(ID, CLIENT).standing is Standing.INTERRUPTED
    assert not second.release(ID)


@pytest.mark.guarantee("G11")
def test_the_first_result_is_the_result(claims: tuple[Claims, Claims]) -> None:
    first, second = claims
    first.claim(ID, CLIENT)
    first.release(ID)
    assert first.finish(ANSWER)
    assert not first.finish(Result(ID, CLIENT, ResultKind.ANSWER, b"another"))
    assert second.claim(ID, CLIENT).result == ANSWER
    assert not second.finish(Result(ID, CLIENT, ResultKind.FAILED, b"internal"))
    assert not second.release(ID)


def test_a_result_is_kept_until_it_is_confirmed(claims: tuple[Claims, Claims]) -> None:
    first, second = claims
    first.claim(ID, CLIENT)
    first.finish(ANSWER)
    first.close()
    assert second.kept() == [ANSWER]
    second.confirmed(ID)
    assert second.kept() == []
    assert second.claim(ID, CLIENT).result == ANSWER, "it is remembered all the same"


@pytest.mark.guarantee("G11")
def test_a_worker_that_was_killed_counts_as_dead(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from sekisho.link.claims import Claims\n"
        f"c = Claims(Path({str(tmp_path)!r})); c.claim({ID!r}, {CLIENT!r}); c.release({ID!r})\n"
        "print('released', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"released\n"
        claims = Claims(tmp_path)
        assert claims.claim(ID, CLIENT).standing is Standing.ELSEWHERE
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert claims.claim(ID, CLIENT).standing is Standing.INTERRUPTED
        claims.close()


def test_its_files_are_for_their_owner_only(claims: tuple[Claims, Claims], tmp_path: Path) -> None:
    claims[0].claim(ID, CLIENT)
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in tmp_path.iterdir()} == {0}


def test_what_is_long_over_is_forgotten(tmp_path: Path) -> None:
    claims = Claims(tmp_path)
    claims.claim(ID, CLIENT)
    claims.finish(ANSWER)
    claims.close()
    with sqlite3.connect(tmp_path / "tasks.sqlite3") as base:
        base.execute("update tasks set since = since - 4000")
    base.close()
    later = Claims(tmp_path)
    assert later.claim(ID, CLIENT).standing is Standing.MINE
    later.close()


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "tasks.sqlite3").mkdir()
    with pytest.raises(SetupError) as error:
        Claims(tmp_path)
    assert error.value.code is Code.STATE_UNUSABLE


def test_a_memory_that_cannot_be_opened_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "tasks.sqlite3").write_bytes(b"no database" * 100)
    with pytest.raises(SetupError) as error:
        Claims(tmp_path)
    assert error.value.code is Code.STATE_UNUSABLE
    assert [file.name for file in tmp_path.iterdir()] == ["tasks.sqlite3"]
