"""How a zone that we start and that does not start is told: as it told itself, whatever the terminal's code page is."""

from __future__ import annotations

import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.cli.running import PATIENCE, SAMPLES, clean_environment

from sekisho.cli import worker
from sekisho.cli.zones import ended_with, private_zone
from sekisho.errors import Code, InputError
from sekisho.local.records.cases import Cases
from sekisho.private_file import private_folder
from sekisho.settings import Settings
from sekisho.wording import wording


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", None),
        ("Stop with Ctrl-C.\n", None),
        ("sekisho: no_such_code: x\n", None),
        ("He said sekisho: busy: x\n", None),
        ("sekisho: busy: x\n", (Code.BUSY, "")),
        ("a line\nsekisho: bad_token [/a [b]/token]: x\n", (Code.BAD_TOKEN, "/a [b]/token")),
        ("sekisho: busy: x\nsekisho: port_in_use [127.0.0.1:1]: y\n", (Code.PORT_IN_USE, "127.0.0.1:1")),
    ],
)
def test_the_last_line_that_holds_a_code_says_how_it_ended(said: str, expected: tuple[Code, str] | None) -> None:
    assert ended_with(said) == expected


def open_token(state: Path) -> Path:
    """A token that others can read: a server does not take it."""
    state.mkdir()
    token = state / "token"
    token.write_text("t" * 43)
    token.chmod(0o644)
    return token


def test_a_zone_that_does_not_start_is_told_with_its_place(tmp_path: Path) -> None:
    token = open_token(tmp_path / "state")
    with pytest.raises(InputError) as caught, private_zone(SAMPLES, tmp_path / "state", "ja", None):
        pass
    assert (caught.value.code, caught.value.place) == (Code.BAD_TOKEN, str(token))


def test_it_is_told_where_the_terminal_does_not_write_utf_8(tmp_path: Path) -> None:
    open_token(tmp_path / "state")
    program = f"""
from pathlib import Path
from sekisho.cli.zones import private_zone
from sekisho.errors import InputError
try:
    with private_zone(Path({str(SAMPLES)!r}), Path({str(tmp_path / "state")!r}), "ja", None):
        pass
except InputError as error:
    print(error.code.value)
"""
    other = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=clean_environment(tmp_path, **other),
        check=False,
    )
    assert (done.stdout, done.stderr) == ("bad_token\n", "")


@pytest.mark.parametrize("ends_with", [None, KeyboardInterrupt])
def test_a_worker_that_ends_lets_go_of_its_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends_with: type[BaseException] | None
) -> None:
    closed: list[bool] = []
    zone = SimpleNamespace(cases=Cases(SAMPLES, private_folder(tmp_path)), desk=None, background=None)
    zone.close = lambda: closed.append(True)

    def work(*_: object) -> None:
        if ends_with is not None:
            raise ends_with

    monkeypatch.setattr("sekisho.local.worker.work", work)
    settings = Settings({"link": "ws://127.0.0.1:1/link", "state": str(tmp_path)}, {}, tmp_path)
    context = SimpleNamespace(settings=settings, words=wording("en"), zone=lambda: zone)
    with nullcontext() if ends_with is None else pytest.raises(ends_with):
        worker.run(context)  # type: ignore[arg-type]
    assert closed == [True]
