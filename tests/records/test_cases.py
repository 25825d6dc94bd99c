"""A folder of cases and their tokens."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sekisho.errors import InputError, SekishoError, SetupError
from sekisho.local.records import cases as module
from sekisho.local.records.cases import TOKEN, Case, Cases, new_token

YEAR_2001 = 1_000_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three cases that has not changed for years."""
    place = tmp_path / "cases"
    place.mkdir()
    for name in ("b.json", "a.json", "佐藤.json"):
        (place / name).write_text("{}")
    settle(place)
    return place


def settle(place: Path) -> None:
    os.utime(place, (YEAR_2001, YEAR_2001))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    place = tmp_path / "state"
    place.mkdir()
    return place


def test_every_json_file_has_a_token_in_the_order_of_names(folder: Path, state: Path) -> None:
    (folder / "notes.txt").write_text("x")
    (folder / ".hidden.json").write_text("{}")
    tokens = Cases(folder, state).tokens()
    assert list(tokens.values()) == ["a.json", "b.json", "佐藤.json"]
    assert all(TOKEN.fullmatch(token) for token in tokens)


def test_tokens_are_stable_over_restarts_and_edits(folder: Path, state: Path) -> None:
    first = Cases(folder, state).tokens()
    (folder / "a.json").write_text('{"allergies": []}')
    assert Cases(folder, state).tokens() == first
    assert Cases(Path(os.path.relpath(folder)), state).tokens() == first


def test_a_token_is_no_function_of_the_name_or_the_content(folder: Path, tmp_path: Path) -> None:
    seen: set[str] = set()
    for i in range(20):
        other = tmp_path / f"state{i}"
        other.mkdir()
        seen.update(Cases(folder, other).tokens())
    assert len(seen) == 60


def test_tokens_use_the_whole_alphabet_evenly() -> None:
    letters = "".join(new_token().removeprefix("case-") for _ in range(3000))
    counts = [letters.count(letter) for letter in module._ALPHABET]
    assert min(counts) > 0.8 * len(letters) / len(module._ALPHABET)
    assert set(letters) == set(module._ALPHABET)


def test_tokens_are_made_by_the_systems_random_source(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(module.secrets, "choice", lambda letters: asked.append(len(letters)) or letters[0])
    assert new_token() == "case-aaaaaaaaaa"
    assert len(asked) == 10
    assert asked[0] ** 10 > 2**48


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_only_the_owner_can_read_the_list(folder: Path, state: Path) -> None:
    cases = Cases(folder, state)
    cases.tokens()
    cases.rotate()
    for file in state.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    assert {file.name for file in state.iterdir()} == {"cases.json", "cases.lock"}


def test_rotating_gives_new_tokens_to_this_folder_only(folder: Path, state: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.json").write_text("{}")
    cases, other = Cases(folder, state), Cases(tmp_path / "other", state)
    before, kept = cases.tokens(), other.tokens()
    assert cases.rotate() == 3
    assert set(cases.tokens()).isdisjoint(before)
    assert Cases(tmp_path / "other", state).tokens() == kept
    for token in before:
        with pytest.raises(InputError, match=r"^case_unknown$"):
            cases.find(token)


def test_a_running_server_notices_a_rotation(folder: Path, state: Path) -> None:
    serving = Cases(folder, state)
    old = next(iter(serving.tokens()))
    Cases(folder, state).rotate()
    with pytest.raises(InputError, match="case_unknown"):
        serving.find(old)
    assert serving.tokens() == Cases(folder, state).tokens()


def test_a_case_is_found_by_its_token(folder: Path, state: Path) -> None:
    cases = Cases(folder, state)
    for token, name in cases.tokens().items():
        assert cases.find(token) == Case(token, folder / name)


def test_a_case_shows_nothing_but_its_token(folder: Path, state: Path) -> None:
    cases = Cases(folder, state)
    token = next(t for t, name in cases.tokens().items() if name == "佐藤.json")
    assert repr(cases.find(token)) == f"<Case {token}>"


def test_without_a_token_the_only_case_is_meant(tmp_path: Path, state: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "only.json").write_text("{}")
    assert Cases(tmp_path / "one", state).find(None).path.name == "only.json"


def test_a_single_file_is_a_case_too(folder: Path, state: Path) -> None:
    cases = Cases(folder / "a.json", state)
    (token,) = cases.tokens()
    assert cases.find(token).path == cases.find(None).path == folder / "a.json"


@pytest.mark.parametrize("token", ["", "a.json", "../a.json", "case-aaaaaaaaaa", "佐藤.json", "\x00"])
def test_any_other_token_is_unknown(folder: Path, state: Path, token: str) -> None:
    with pytest.raises(InputError) as caught:
        Cases(folder, state).find(token)
    assert str(caught.value) == "case_unknown"


def test_several_cases_need_a_token(folder: Path, state: Path) -> None:
    with pytest.raises(InputError) as caught:
        Cases(folder, state).find(None)
    assert str(caught.value) == "case_required"


def test_an_empty_folder_has_no_cases(tmp_path: Path, state: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert Cases(tmp_path / "empty", state).tokens() == {}
    with pytest.raises(InputError, match=r"^no_cases$"):
        Cases(tmp_path / "empty", state).find(None)


def test_a_missing_folder_is_told_by_its_name(tmp_path: Path, state: Path) -> None:
    with pytest.raises(InputError) as caught:
        Cases(tmp_path / "none", state).tokens()
    assert str(caught.value) == "folder_missing (none)"


@pytest.mark.parametrize("settled", [True, False])
def test_new_and_removed_files_are_noticed(folder: Path, state: Path, settled: bool) -> None:
    cases = Cases(folder, state)
    before = cases.tokens()
    (folder / "new.json").write_text("{}")
    (folder / "a.json").unlink()
    if settled:
        os.utime(folder, (YEAR_2001 + 1, YEAR_2001 + 1))
    after = cases.tokens()
    assert sorted(after.values()) == ["b.json", "new.json", "佐藤.json"]
    gone = next(token for token, name in before.items() if name == "a.json")
    with pytest.raises(InputError, match="case_unknown"):
        cases.find(gone)


def test_two_changes_within_one_tick_of_the_clock_are_both_noticed(tmp_path: Path, state: Path) -> None:
    place = tmp_path / "busy"
    place.mkdir()
    (place / "a.json").write_text("{}")
    cases = Cases(place, state)
    tick = place.stat().st_mtime_ns
    assert len(cases.tokens()) == 1
    (place / "b.json").write_text("{}")
    os.utime(place, ns=(tick, tick))
    assert len(cases.tokens()) == 2


def test_a_file_that_comes_back_has_its_old_token(folder: Path, state: Path) -> None:
    cases = Cases(folder, state)
    before = cases.tokens()
    (folder / "a.json").unlink()
    assert len(cases.tokens()) == 2
    (folder / "a.json").write_text("{}")
    assert cases.tokens() == before


@pytest.mark.skipif(os.name != "posix", reason="POSIX names")
def test_a_name_that_is_no_text_does_no_harm(folder: Path, state: Path) -> None:
    (folder / os.fsdecode(b"\xff\xfe.json")).write_text("{}")
    tokens = Cases(folder, state).tokens()
    assert len(tokens) == 4
    assert Cases(folder, state).tokens() == tokens


class Counter:
    """Counts how often a function of a module is called."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
        self.count = 0
        plain: Callable[..., Any] = getattr(owner, name)

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.count += 1
            return plain(*args, **kwargs)

        monkeypatch.setattr(owner, name, counted)


def test_ten_thousand_files_are_listed_once_and_never_opened(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "many"
    place.mkdir()
    for i in range(10_000):
        os.close(os.open(place / f"{i:05}.json", os.O_CREAT | os.O_WRONLY))
    settle(place)
    scans = Counter(monkeypatch, module.os, "scandir")
    writes = Counter(monkeypatch, module, "write_private")
    stats = Counter(monkeypatch, Path, "stat")
    cases = Cases(place, state)
    tokens = cases.tokens()
    assert len(tokens) == 10_000
    assert (scans.count, writes.count) == (1, 1)
    assert stats.count < 20, "a file operation for each case"
    asked = stats.count
    for token in list(tokens)[:50]:
        cases.find(token)
    assert (scans.count, writes.count) == (1, 1)
    assert stats.count - asked <= 50 * 6
    assert len(Cases(place, state).tokens()) == 10_000
    assert (scans.count, writes.count) == (2, 1)


def test_four_processes_agree_on_one_token_a_file(folder: Path, state: Path) -> None:
    program = (
        "import json, sys; from pathlib import Path; from sekisho.local.records.cases import Cases;"
        "print('ready', flush=True); sys.stdin.readline();"
        "print(json.dumps(Cases(Path(sys.argv[1]), Path(sys.argv[2])).tokens()))"
    )
    for i in range(200):
        (folder / f"{i}.json").write_text("{}")
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(folder), str(state)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    answers = []
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        answers.append(json.loads(out))
    assert all(answer == answers[0] for answer in answers)
    assert len(set(answers[0].values())) == len(answers[0]) == 203
    assert Cases(folder, state).tokens() == answers[0]


BAD_STORES = [
    "",
    "{",
    "[]",
    "5",
    '{"x": 5}',
    '{"x": {"a.json": "a.json"}}',
    '{"x": {"a.json": "case-short"}}',
    '{"x": {"a.json": null}}',
    '{"x": {"a.json": "case-aaaaaaaaaa", "b.json": "case-aaaaaaaaaa"}}',
    b"\xff",
]


@pytest.mark.parametrize("stored", BAD_STORES, ids=[str(s) for s in BAD_STORES])
def test_a_damaged_list_is_told_and_left_as_it_is(folder: Path, state: Path, stored: str | bytes) -> None:
    data = stored if isinstance(stored, bytes) else stored.encode()
    (state / "cases.json").write_bytes(data)
    with pytest.raises(SetupError) as caught:
        Cases(folder, state).tokens()
    assert (str(caught.value.code), caught.value.place, caught.value.exit_status) == ("state_unusable", "cases.json", 4)
    assert (state / "cases.json").read_bytes() == data


def test_a_full_disk_is_told_and_leaves_nothing_half_written(
    folder: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Cases(folder, state).tokens()
    before = (state / "cases.json").read_bytes()
    (folder / "new.json").write_text("{}")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SetupError, match="state_unusable"):
        Cases(folder, state).tokens()
    assert (state / "cases.json").read_bytes() == before
    assert {file.name for file in state.iterdir()} == {"cases.json", "cases.lock"}


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_a_state_folder_that_cannot_be_written_is_told(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("x")
    with pytest.raises(SekishoError, match="state_unusable"):
        Cases(folder, place).tokens()
    if os.geteuid() != 0:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o500)
        with pytest.raises(SetupError, match="state_unusable"):
            Cases(folder, closed).tokens()


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
@pytest.mark.parametrize("target", ["/etc/passwd", "../secret.json", "../cases-of-others/x.json"])
def test_a_link_that_leads_out_of_the_folder_is_refused(folder: Path, state: Path, target: str) -> None:
    (folder.parent / "secret.json").write_text("{}")
    (folder.parent / "cases-of-others").mkdir()
    (folder.parent / "cases-of-others" / "x.json").write_text("{}")
    (folder / "link.json").symlink_to(target)
    assert refusal(folder, state, "link.json") == "file_outside_folder (link.json)"


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_a_link_through_another_link_is_refused_too(folder: Path, state: Path) -> None:
    (folder.parent / "secret.json").write_text("{}")
    (folder / "inner").symlink_to("..")
    (folder / "link.json").symlink_to("inner/secret.json")
    assert refusal(folder, state, "link.json") == "file_outside_folder (link.json)"


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_a_link_within_the_folder_is_followed_and_a_linked_folder_is_fine(folder: Path, state: Path) -> None:
    (folder / "link.json").symlink_to("a.json")
    (folder.parent / "way").symlink_to(folder)
    cases = Cases(folder.parent / "way", state)
    token = next(t for t, name in cases.tokens().items() if name == "link.json")
    assert cases.find(token).path.read_text() == "{}"


@pytest.mark.skipif(os.name != "posix", reason="POSIX files")
def test_what_is_no_file_is_listed_and_fails_with_its_name(folder: Path, state: Path) -> None:
    (folder / "dangling.json").symlink_to("nowhere.json")
    (folder / "folder.json").mkdir()
    os.mkfifo(folder / "pipe.json")
    for name in ("dangling.json", "folder.json", "pipe.json"):
        assert refusal(folder, state, name) == f"file_missing ({name})"


def refusal(folder: Path, state: Path, name: str) -> str:
    cases = Cases(folder, state)
    token = next(t for t, listed in cases.tokens().items() if listed == name)
    with pytest.raises(InputError) as caught:
        cases.find(token)
    assert caught.value.exit_status == 2
    return str(caught.value)
