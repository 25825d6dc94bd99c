"""`sekisho vocabulary import | imports | undo`: what is shown, asked, written and told."""

# ruff: noqa: E501 - one case stands on one line

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from tests.cli.conftest import Cli
from tests.medical.importing import generated, write_master

MAP = ("--kind", "condition", "--map", "name=病名,code=コード,en=英名")
ROWS = [
    ["病名", "コード", "英名"],
    ["膜髄性てんかん", "1", "zyx epilepsy"], ["糖尿病", "2", ""], ["山田 太郎", "3", ""], ["\x1b[2J甲乙", "4", ""], ["膜髄性てんかん", "5", ""],
]  # fmt: skip


@pytest.fixture
def master(tmp_path: Path) -> Path:
    return write_master(tmp_path / "master.csv", ROWS)


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_dry_run_shows_everything_and_writes_nothing(cli: Cli, tmp_path: Path, master: Path) -> None:
    before = everything(tmp_path)
    said = cli("vocabulary", "import", *MAP, master, "--dry-run")
    assert (said.status, said.err) == (0, "")
    assert everything(tmp_path) == before
    assert not (tmp_path / "state").exists()
    for line in (
        "new      膜髄性てんかん / zyx epilepsy  (generalises to condition:epilepsy)",
        "known    糖尿病 = 糖尿病 / diabetes mellitus",
        "refused  山田 太郎 (looks like a person)",
        "Rows: 5. New local terms: 1. Known to the vocabulary already: 1. Refused: 2.",
        "Conflict: one name with several codes; all of them lead to it: 1",
        "    2: 膜髄性てんかん = 1, 5",
        "Refused, control characters: 1",
        "    5: ?[2J甲乙",
        "Dry run: nothing was written.",
    ):
        assert line in said.out
    assert "\x1b" not in said.out


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("yes\n", 0), ("n\n", 1), ("\n", 1), ("", 1)])
def test_it_asks_before_it_writes(
    cli: Cli, tmp_path: Path, master: Path, monkeypatch: pytest.MonkeyPatch, answer: str, status: int
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    said = cli("vocabulary", "import", *MAP, master)
    assert said.status == status
    assert "Import this? [y/N]" in said.out
    assert (tmp_path / "state").exists() == (status == 0)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_import_look_up_list_and_undo(cli: Cli, master: Path, language: str) -> None:
    lang = ("--lang", language)
    done = cli(*lang, "vocabulary", "import", *MAP, master, "--yes")
    assert (done.status, done.err) == (0, "")
    (identity,) = set(re.findall(r"\b[0-9a-f]{12}\b", done.out))
    listed = cli(*lang, "vocabulary", "imports")
    assert listed.status == 0
    assert listed.out.startswith(f"{identity}  20")
    assert "master.csv" in listed.out
    found = cli(*lang, "vocabulary", "lookup", "膜髄性てんかん")
    assert found.status == 0
    assert f"condition:import_{identity}_1" in found.out
    assert "+" in cli(*lang, "doctor").out
    again = cli(*lang, "vocabulary", "import", *MAP, master, "--yes")
    assert again.status == 0
    assert len(cli(*lang, "vocabulary", "imports").out.splitlines()) == 1
    assert cli(*lang, "vocabulary", "undo", identity).status == 0
    assert f"import_{identity}" not in cli(*lang, "vocabulary", "lookup", "膜髄性てんかん").out
    assert identity not in cli(*lang, "vocabulary", "imports").out


def test_a_damaged_import_is_told_by_every_command_that_needs_it(cli: Cli, tmp_path: Path, master: Path) -> None:
    cli("vocabulary", "import", *MAP, master, "--yes")
    (path,) = (tmp_path / "state" / "vocabulary").glob("*.sqlite")
    path.write_bytes(b"")
    listed = cli("vocabulary", "imports")
    assert listed.status == 1
    assert "import_damaged" in listed.out
    for arguments in (("vocabulary", "lookup", "糖尿病"), ("background", "--case", "r.json", "--symptoms", "x")):
        (tmp_path / "r.json").write_text('{"patient": {"age": 3}}')
        said = cli(*arguments)
        assert said.status == 4
        assert f"sekisho: import_damaged [{path.stem}]" in said.err
    assert cli("doctor").status == 1
    assert cli("vocabulary", "undo", path.stem).status == 0
    assert cli("vocabulary", "lookup", "糖尿病").status == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nowhere.csv", "--map", "name=1"), "file_missing [nowhere.csv]"),
        (("master.csv", "--map", "name=名称"), "bad_map [name=名称]"),
        (("master.csv", "--map", "nam=1"), "bad_map [nam=1]"),
        (("empty.csv", "--map", "name=1"), "file_empty [empty.csv]"),
        (("header.csv", "--map", "name=病名"), "bad_master [header.csv]"),
        (("broken.csv", "--map", "name=1"), "bad_master_encoding [broken.csv:1]"),
        (("quotes.csv", "--map", "name=1"), "bad_master [quotes.csv:1]"),
    ],
)
def test_what_cannot_be_imported_is_told_and_nothing_is_written(
    cli: Cli, tmp_path: Path, master: Path, arguments: tuple[str, ...], told: str
) -> None:
    for name, data in {"empty": b"", "header": "病名\n".encode(), "broken": b"\x81", "quotes": b'"a" b'}.items():
        (tmp_path / f"{name}.csv").write_bytes(data)
    said = cli("vocabulary", "import", "--kind", "condition", *arguments, "--yes")
    assert said.status == 2
    assert said.err.startswith(f"sekisho: {told}:")
    assert not (tmp_path / "state").exists()


def test_a_master_with_nothing_to_take_is_not_imported(cli: Cli, tmp_path: Path) -> None:
    path = write_master(tmp_path / "m.csv", [["病名"], ["山田 太郎"]])
    said = cli("vocabulary", "import", "--kind", "condition", path, "--map", "name=病名", "--yes")
    assert said.status == 1
    assert not (tmp_path / "state").exists()


def test_undo_of_nothing(cli: Cli) -> None:
    said = cli("vocabulary", "undo", "abc")
    assert said.status == 2
    assert said.err.startswith("sekisho: import_unknown [abc]")
    assert cli("vocabulary", "imports").out == "There is no import.\n"


def test_twenty_thousand_rows_in_shift_jis(cli: Cli, tmp_path: Path) -> None:
    path = write_master(tmp_path / "big.csv", generated(20_000), encoding="cp932")
    said = cli("vocabulary", "import", *MAP, path, "--yes")
    assert said.status == 0
    assert "Rows: 20000. New local terms: 20000. Known to the vocabulary already: 0. Refused: 0." in said.out
