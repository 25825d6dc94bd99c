"""Written lists become data files: stems by the class that the dictionary knows, and no name but where it is marked."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench import import_words, name_kanji


def rows(path: Path) -> set[tuple[str, str]]:
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {(word, kind) for kind, words in lines[1:] for word in words.split()}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "ja_names.tsv").write_text("class\twords\nsurname\t冬木\ngiven\t優\n", encoding="utf-8")
    (folder / "ja_nouns.tsv").write_text("class\twords\nnoun\t玄関\n", encoding="utf-8")
    (folder / "en_names.tsv").write_text("class\twords\nname\tdarnell\n", encoding="utf-8")
    monkeypatch.setattr(import_words, "DATA", folder)
    return folder


def test_lists_are_merged_and_names_are_left_out(data: Path, tmp_path: Path) -> None:
    written = tmp_path / "written"
    written.mkdir()
    (written / "a.txt").write_text(
        "v5 膿む 透ける 転がる\ni 痛がゆい\nnoun 佐藤 冬木 玄関 湯船\n!noun 湯気 粒\n"
        "adverb 優に 急に 高が\nverb shovel darnell\n",
        encoding="utf-8",
    )
    (written / "b.tsv").write_text(
        "世代\t!noun\tgeneration\n五十代\tnoun\tfifties\nshovel\tnoun\ttool\n", encoding="utf-8"
    )
    assert import_words.main([str(written)]) == 0
    assert rows(data / "ja_everyday.tsv") == {
        ("膿", "vm"), ("透け", "v1"), ("転が", "vr"), ("痛がゆ", "adj"), ("湯気", "noun"), ("急に", "adverb"),
        ("世代", "noun"), ("粒", "noun1"),
    }  # fmt: skip
    assert rows(data / "en_everyday.tsv") == {("shovel", "verb"), ("shovel", "noun")}


def test_a_compound_of_listed_words_is_left_out(data: Path, tmp_path: Path) -> None:
    written = tmp_path / "written"
    written.mkdir()
    (written / "a.txt").write_text(
        "!noun 湯気 掃除\nnoun 湯気掃除 玄関掃除 玄関靴箱\nnoun paper\nadj thin paper-thin tissue-thin\n",
        encoding="utf-8",
    )
    assert import_words.main([str(written)]) == 0
    assert rows(data / "ja_everyday.tsv") == {("湯気", "noun"), ("掃除", "noun"), ("玄関靴箱", "noun")}
    assert rows(data / "en_everyday.tsv") == {("paper", "noun"), ("thin", "adj"), ("tissue-thin", "adj")}


def test_what_is_there_stays(data: Path, tmp_path: Path) -> None:
    (data / "ja_everyday.tsv").write_text("class\twords\nnoun\t湯気\n", encoding="utf-8")
    assert import_words.main([str(tmp_path)]) == 0
    assert rows(data / "ja_everyday.tsv") == {("湯気", "noun")}


def test_the_kanji_of_names_are_counted_and_no_word_is_taken() -> None:
    counts, ends, plain_ends = name_kanji.counted("連発地図山田")
    assert counts["山"] >= 2
    assert counts["田"] >= 2
    assert counts["連"] < counts["山"]
    assert ends["田"] >= 1
    assert plain_ends["図"] == 1  # 地図
