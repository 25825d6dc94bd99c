"""The compiled copy of the vocabulary says what the data files say, or is not read."""

from __future__ import annotations

import os
import tracemalloc
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from sekisho.local.medical import vocabulary_cache
from sekisho.local.medical.vocabulary import Vocabulary
from sekisho.local.medical.vocabulary_build import build_vocabulary
from sekisho.local.medical.vocabulary_cache import cached_vocabulary


@cache
def built() -> Vocabulary:
    """Not built at import: whoever only collects the tests needs none."""
    return build_vocabulary()


@pytest.fixture(autouse=True)
def built_once(monkeypatch: pytest.MonkeyPatch) -> list[Vocabulary]:
    """Building takes a second: it is counted, and answered with what was built before."""
    builds: list[Vocabulary] = []

    def build() -> Vocabulary:
        builds.append(built())
        return built()

    monkeypatch.setattr(vocabulary_cache, "build_vocabulary", build)
    return builds


def test_what_is_read_back_is_what_was_built(tmp_path: Path, built_once: list[Vocabulary]) -> None:
    cached_vocabulary(tmp_path)
    read = cached_vocabulary(tmp_path)
    assert (len(built_once), read is built()) == (1, False)
    for field in fields(Vocabulary):
        if not field.name.startswith("_"):
            ours, theirs = getattr(read, field.name), getattr(built(), field.name)
            assert ours == theirs, field.name
            assert type(ours) is type(theirs), field.name
    assert {type(term) for term in read.terms.values()} == {type(term) for term in built().terms.values()}
    assert {type(flag) for term in read.terms.values() for flag in (term.rare, term.uncommon)} == {bool}


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "other"])
def test_a_copy_that_is_not_whole_is_built_anew(tmp_path: Path, built_once: list[Vocabulary], damage: str) -> None:
    cached_vocabulary(tmp_path)
    (place,) = tmp_path.iterdir()
    whole = place.read_bytes()
    middle = len(whole) // 2
    changed = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    place.write_bytes({"cut": whole[:middle], "changed": changed, "empty": b"", "other": b"\xe9" * 64}[damage])
    assert cached_vocabulary(tmp_path) is built()
    assert len(built_once) == 2
    assert place.read_bytes() == whole


@pytest.mark.skipif(os.name != "posix", reason="the rights of a file are those of POSIX")
def test_a_copy_that_somebody_else_could_have_written_is_not_read(tmp_path: Path, built_once: list[Vocabulary]) -> None:
    cached_vocabulary(tmp_path)
    (place,) = tmp_path.iterdir()
    place.chmod(0o666)
    assert cached_vocabulary(tmp_path) is built()
    assert len(built_once) == 2


def test_other_data_or_other_code_has_a_copy_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached_vocabulary(tmp_path)
    for name in ("data_digest", "_code_digest"):
        with monkeypatch.context() as other:
            other.setattr(vocabulary_cache, name, lambda: "another")
            cached_vocabulary(tmp_path)
    assert len(list(tmp_path.iterdir())) == 3


def test_a_place_where_nothing_can_be_kept_is_no_error(tmp_path: Path, built_once: list[Vocabulary]) -> None:
    (tmp_path / "file").write_text("")
    for _ in range(2):
        assert cached_vocabulary(tmp_path / "file" / "folder") is built()
    assert len(built_once) == 2


def test_loading_takes_less_than_40_megabytes(tmp_path: Path) -> None:
    cached_vocabulary(tmp_path)
    tracemalloc.start()
    try:
        read = cached_vocabulary(tmp_path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read is not built()
    assert most < 40_000_000
