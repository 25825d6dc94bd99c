"""An import is there whole or not at all; what is damaged, missing, full or in use is told with its own code."""

from __future__ import annotations

import errno
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st
from tests.medical.importing import generated, take, write_master

from sekisho.errors import InputError, SekishoError, SetupError
from sekisho.local.medical.domain import MedicalDomain
from sekisho.local.medical.local_terms import store as store_module
from sekisho.local.medical.local_terms.extended import vocabulary_with_imports
from sekisho.local.medical.local_terms.filter import filter_of, may_hold
from sekisho.local.medical.local_terms.store import INDEX, Imports


@pytest.fixture
def master(tmp_path: Path) -> Path:
    return write_master(tmp_path / "master.csv", generated(200))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def contents(state: Path) -> dict[str, bytes]:
    folder = state / "vocabulary"
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix != ".lock"} if folder.is_dir() else {}


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_everything_is_readable_by_its_owner_only(state: Path, master: Path) -> None:
    take(state, master)
    assert stat.S_IMODE((state / "vocabulary").stat().st_mode) == 0o700
    assert {stat.S_IMODE(p.stat().st_mode) for p in (state / "vocabulary").iterdir()} == {0o600}


def test_the_index_tells_what_was_imported(state: Path, master: Path) -> None:
    entry = take(state, master)
    assert Imports(state).entries() == [entry]
    assert (entry.kind, entry.file, entry.rows, entry.taken, entry.known, entry.refused) == (
        "condition", "master.csv", 200, 200, 0, 0,
    )  # fmt: skip
    Imports(state).check(entry, whole=True)


def test_a_second_import_of_the_same_changes_nothing(state: Path, master: Path) -> None:
    take(state, master)
    before = contents(state)
    with pytest.raises(AssertionError):
        take(state, master)
    assert contents(state) == before


@pytest.mark.parametrize("broken", ["os.fsync", "Path.replace", "index"])
@pytest.mark.parametrize("earlier", [False, True])
def test_a_full_disk_leaves_everything_as_it_was(
    state: Path, master: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, earlier: bool
) -> None:
    if earlier:
        take(state, write_master(tmp_path / "first.csv", generated(50, seed=1)))
    before = contents(state)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    if broken == "os.fsync":
        monkeypatch.setattr(os, "fsync", full)
    elif broken == "Path.replace":
        monkeypatch.setattr(Path, "replace", full)
    else:
        monkeypatch.setattr(store_module, "write_private", full)
    with pytest.raises(SetupError, match="import_failed"):
        take(state, master)
    assert contents(state) == before
    monkeypatch.undo()
    take(state, master)


def test_a_store_that_fails_while_it_is_written_leaves_nothing(
    state: Path, master: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sekisho.local.medical.local_terms import written

    monkeypatch.setattr(written, "_FILL", "SELECT * FROM nowhere")
    with pytest.raises(SetupError, match="import_failed"):
        take(state, master)
    assert contents(state) == {}


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
@pytest.mark.parametrize("place", ["os.fsync", "pathlib.Path.replace"])
def test_a_kill_leaves_nothing_that_counts(state: Path, master: Path, place: str) -> None:
    script = f"""
import os, signal, pathlib
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
{place} = die
from sekisho.cli import main
main(["--state", {str(state)!r}, "vocabulary", "import", "--kind", "condition", {str(master)!r},
      "--map", "name=病名,code=コード", "--yes"])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert Imports(state).entries() == []
    take(state, master)  # and the next import clears away what was left
    assert len(contents(state)) == 2


def test_another_import_that_runs_is_told(state: Path, master: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = take(state, master)
    monkeypatch.setattr(store_module, "_PATIENCE", 0.05)
    with FileLock(state / "vocabulary" / "imports.lock"):
        with pytest.raises(SetupError, match="import_busy"):
            take(state, master)
        with pytest.raises(SetupError, match="import_busy"):
            Imports(state).remove(entry.id)
    assert Imports(state).entries() == [entry]


@pytest.mark.parametrize("harm", ["gone", "short", "folder"])
def test_a_damaged_or_missing_import_stops_the_start_and_can_be_undone(state: Path, master: Path, harm: str) -> None:
    entry = take(state, master)
    path = Imports(state).path(entry)
    if harm == "short":
        path.write_bytes(path.read_bytes()[:-1])
    else:
        path.unlink()
        if harm == "folder":
            path.mkdir()
    with pytest.raises(SetupError) as caught:
        MedicalDomain(state)
    assert (caught.value.code.value, caught.value.place) == ("import_damaged", entry.id)
    Imports(state).remove(entry.id)
    MedicalDomain(state)


def test_a_changed_byte_is_noticed_by_the_digest(state: Path, master: Path) -> None:
    entry = take(state, master)
    path = Imports(state).path(entry)
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)
    Imports(state).check(entry)
    with pytest.raises(SetupError, match="import_damaged"):
        Imports(state).check(entry, whole=True)


def test_a_file_that_is_no_store_fails_with_a_code_when_it_is_asked(state: Path, master: Path) -> None:
    entry = take(state, master)
    Imports(state).path(entry).write_bytes(b"x" * entry.size)
    vocabulary = vocabulary_with_imports(state)
    with pytest.raises(SetupError) as caught:
        vocabulary.lexicon("condition")
    assert caught.value.code.value == "import_damaged"


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(lambda x: json.dumps(x).encode())
)
def test_an_index_that_is_none_is_told(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    state = tmp_path_factory.mktemp("state")
    (state / "vocabulary").mkdir()
    (state / "vocabulary" / INDEX).write_bytes(data)
    with pytest.raises(SetupError, match="import_damaged"):
        Imports(state).entries()


@pytest.mark.parametrize("field", ["id", "kind", "digest", "size", "file", "form"])
def test_an_index_with_a_wrong_entry_is_told(state: Path, master: Path, field: str) -> None:
    take(state, master)
    path = state / "vocabulary" / INDEX
    stored = json.loads(path.read_bytes())
    if field == "form":
        stored["form"] = 99
    else:
        stored["imports"][0][field] = {"size": True, "file": 3}.get(field, "../../x")
    path.write_text(json.dumps(stored))
    with pytest.raises(SetupError, match="import_damaged"):
        Imports(state).entries()


def test_undo_of_what_is_not_there(state: Path, master: Path) -> None:
    with pytest.raises(InputError, match="import_unknown"):
        Imports(state).remove("x")
    take(state, master)
    with pytest.raises(InputError, match="import_unknown"):
        Imports(state).remove("000000000000")


def test_a_folder_that_cannot_be_written(state: Path, master: Path) -> None:
    state.mkdir()
    (state / "vocabulary").write_text("a file")
    with pytest.raises(SekishoError, match="state_unusable"):
        take(state, master)


def test_an_open_import_answers_from_several_threads(state: Path, master: Path) -> None:
    take(state, master)
    lexicon = vocabulary_with_imports(state).lexicon("condition")
    names = [row[0] for row in generated(200)[1:]]
    missing: list[str] = []
    threads = [
        threading.Thread(target=lambda: missing.extend(n for n in names if lexicon.exact(n) is None)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert missing == []


def test_an_undo_does_not_disturb_who_has_it_open(state: Path, master: Path) -> None:
    entry = take(state, master)
    lexicon = vocabulary_with_imports(state).lexicon("condition")
    name = generated(200)[1][0]
    assert lexicon.exact(name) is not None
    Imports(state).remove(entry.id)
    assert lexicon.exact(generated(200)[2][0]) is not None or os.name != "posix"


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), unique=True), st.text(st.characters(codec="utf-8")))
def test_the_filter_never_hides_a_name(names: list[str], other: str) -> None:
    bits = filter_of(names, len(names))
    assert all(may_hold(bits, name.encode()) for name in names)
    assert may_hold(bits, other.encode()) in (True, False)


def test_the_filter_lets_few_others_pass() -> None:
    bits = filter_of((f"name {i}" for i in range(20_000)), 20_000)
    assert sum(may_hold(bits, b"other %d" % i) for i in range(20_000)) < 20_000 * 0.05


def test_an_import_holds_no_time_and_nothing_of_refused_rows(state: Path, tmp_path: Path) -> None:
    rows = [*generated(20), ["山田 太郎", "SECRETCODE", ""]]
    entry = take(state, write_master(tmp_path / "m.csv", rows))
    whole = b"".join(contents(state).values())
    assert "山田".encode() not in whole
    assert b"SECRETCODE" not in whole
    with sqlite3.connect(Imports(state).path(entry)) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
