"""The kept copy of the word lists says what the lists say, and nobody else's file is taken for it."""

from __future__ import annotations

import dataclasses
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.checkpoint.prompt.inspection import words

from sekisho.local.medical import prompt_words_cache
from sekisho.local.medical.prompt_words import build_lists
from sekisho.local.medical.prompt_words_cache import cached_lists
from sekisho.local.medical.vocabulary import load_vocabulary


def kept(folder: Path) -> Path:
    (file,) = folder.glob("prompt-words-*.bin")
    return file


@cache
def built() -> dict[str, Any]:
    return build_lists(load_vocabulary())


@pytest.fixture(autouse=True)
def builds(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Making the lists takes a second: it is counted, and answered with a part of what was made once."""
    counted: list[object] = []

    def build(vocabulary: object) -> dict[str, Any]:
        counted.append(vocabulary)
        return {name: built()[name] for name in ("surnames", "units")}

    monkeypatch.setattr(prompt_words_cache, "build_lists", build)
    return counted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cached_lists(load_vocabulary(), tmp_path)
    return tmp_path


def test_the_copy_says_what_the_lists_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_words_cache, "build_lists", lambda _: built())
    cached_lists(load_vocabulary(), tmp_path)
    monkeypatch.delattr(prompt_words_cache, "build_lists")
    read = cached_lists(load_vocabulary(), tmp_path)
    assert read == built()
    assert set(read) < {field.name for field in dataclasses.fields(words())}


@pytest.mark.parametrize("damage", [b"", b"short", b"\x00" * 4096])
def test_a_damaged_copy_is_made_anew(folder: Path, builds: list[object], damage: bytes) -> None:
    whole = kept(folder).read_bytes()
    kept(folder).write_bytes(damage)
    assert cached_lists(load_vocabulary(), folder)["surnames"] == words().surnames
    assert len(kept(folder).read_bytes()) == len(whole)
    assert len(builds) == 2


@pytest.mark.guarantee("G6")
@pytest.mark.skipif(os.name != "posix", reason="modes of files")
def test_a_copy_that_others_can_write_is_not_read(folder: Path) -> None:
    import hashlib
    import marshal

    data = marshal.dumps({"surnames": frozenset()})
    kept(folder).write_bytes(hashlib.sha256(data).digest() + data)
    kept(folder).chmod(0o666)
    assert cached_lists(load_vocabulary(), folder)["surnames"] == words().surnames


def test_other_lists_have_another_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_words_cache, "_MAKERS", {})
    cached_lists(load_vocabulary(), folder)
    assert len(list(folder.glob("prompt-words-*.bin"))) == 2


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert cached_lists(load_vocabulary(), file / "below")["surnames"] == words().surnames
