"""Masters are read whatever their encoding, delimiter and header; what cannot be read is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.medical.importing import write_master

from sekisho.errors import InputError
from sekisho.local.medical.local_terms.mapping import read_map
from sekisho.local.medical.local_terms.master import encoding_of, rows_of

#: What parts cells and lines, and what Shift_JIS does not give back as it was.
_NOT_IN = '"\r\n,;\t\0\x1a¢£¬‖−〜'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
@pytest.mark.parametrize("columns", ["name=病名,code=コード", "name=2,code=コード"])
def test_every_encoding_and_delimiter(tmp_path: Path, encoding: str, mark: str, columns: str) -> None:
    path = write_master(tmp_path / "m.csv", [["コード", "病名"], ["A1", "髙度﨑症"], ["A2", "①型異常"]], encoding, mark)
    rows = list(rows_of(path, read_map(columns)))
    assert [(row.line, row.name, row.code) for row in rows] == [(2, "髙度﨑症", "A1"), (3, "①型異常", "A2")]


def test_numbers_alone_mean_that_there_is_no_header(tmp_path: Path) -> None:
    path = write_master(tmp_path / "m.csv", [["A1", "甲症"], ["A2"], [], ["A3", "乙症"]])
    assert [(r.name, r.code) for r in rows_of(path, read_map("name=2,code=1"))][::2] == [("甲症", "A1"), ("乙症", "A3")]


def test_a_quoted_cell_may_hold_the_delimiter_and_a_line_feed(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text('病名,コード\n"甲,\n乙",1\n', encoding="utf-8")
    (row,) = rows_of(tmp_path / "m.csv", read_map("name=病名"))
    assert (row.name, row.line) == ("甲,\n乙", 3)


@pytest.mark.parametrize(
    ("data", "columns", "encoding", "told"),
    [
        (b"", "name=1", "auto", "file_empty (m.csv)"),
        ("病名\n".encode(), "name=名称", "auto", "bad_map (name=名称)"),
        ("病名,病名\n".encode(), "name=病名", "auto", "bad_map (name=病名)"),
        ("病名\n".encode(), "name=2", "auto", "bad_map (name=2)"),
        ("病名\n".encode(), "name=病名,code=9", "auto", "bad_map (code=9)"),
        (b"name\n\x81", "name=name", "auto", "bad_master_encoding (m.csv:2)"),
        ("name\n甲".encode("cp932"), "name=name", "utf-8", "bad_master_encoding (m.csv:2)"),
        (b'name\n"a" b\n', "name=name", "auto", "bad_master (m.csv:2)"),
        (b"name\n" + b"a" * 200_000, "name=name", "auto", "bad_master (m.csv:2)"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, data: bytes, columns: str, encoding: str, told: str) -> None:
    (tmp_path / "m.csv").write_bytes(data)
    with pytest.raises(InputError) as caught:
        list(rows_of(tmp_path / "m.csv", read_map(columns), encoding))
    assert str(caught.value) == told


def test_a_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="file_missing"):
        list(rows_of(tmp_path / "m.csv", read_map("name=1")))
    with pytest.raises(InputError, match="file_unreadable"):
        list(rows_of(tmp_path, read_map("name=1")))


@pytest.mark.parametrize("text", ["", "name", "name=", "code=1", "name=1,name=2", "name=1,price=2", "=1"])
def test_a_map_that_is_none(text: str) -> None:
    with pytest.raises(InputError, match="bad_map"):
        read_map(text)


@settings(deadline=None)  # it writes a file, which on a busy machine takes its time
@given(st.lists(st.text(st.characters(codec="cp932", exclude_characters=_NOT_IN), min_size=1), min_size=1))
def test_shift_jis_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    path = tmp_path_factory.mktemp("m") / "m.csv"
    path.write_bytes("\n".join(["病名,あ", *(f"{name},x" for name in names)]).encode("cp932"))
    if encoding_of(path) == "cp932":
        kept = [n.encode("cp932").decode("cp932") for n in names]
        assert [row.name for row in rows_of(path, read_map("name=病名"))] == kept
