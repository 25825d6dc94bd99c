"""Keys are kept where only their owner reads them, and a wrong one is noticed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sekisho.errors import Code, InputError, SetupError
from sekisho.link.keyring import Keyring, KeyringFile, KeyState, load_keyring, read_public, save_keyring


def test_a_keyring_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    ring = Keyring.new([Keyring.new().current.public]).with_next()
    save_keyring(ring, tmp_path / "new" / "keyring.json")
    back = load_keyring(tmp_path / "new" / "keyring.json")
    assert [key.public for key in back.own] == [key.public for key in ring.own]
    assert [key.state for key in back.own] == [KeyState.CURRENT, KeyState.NEXT]
    assert back.trusted == ring.trusted


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    save_keyring(Keyring.new(), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    with pytest.raises(InputError) as error:
        load_keyring(path)
    assert error.value.code is Code.BAD_KEYS


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"own": [], "trusted": []}', '{"own": 1, "trusted": 2}', "\xff"])
def test_what_is_no_keyring_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keyring.json"
    path.write_bytes(text.encode("latin-1"))
    path.chmod(0o600)
    with pytest.raises(InputError) as error:
        load_keyring(path)
    assert error.value.code is Code.BAD_KEYS


def test_no_keyring_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as error:
        load_keyring(tmp_path / "none.json")
    assert error.value.code is Code.KEYS_MISSING


def test_a_mistyped_public_key_is_noticed() -> None:
    text = Keyring.new().current.public.text
    assert read_public(f" {text}\n").text == text
    for place in range(len("sekisho-key-"), len(text)):
        other = "A" if text[place] != "A" else "B"
        with pytest.raises(InputError):
            read_public(text[:place] + other + text[place + 1 :])
    for wrong in ("", "sekisho-key-", text[:-1], text + "A", "sekisho-key-" + "A" * 48, text.upper()):
        with pytest.raises(InputError):
            read_public(wrong)


def test_a_running_process_sees_a_changed_file_and_survives_a_broken_one(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    save_keyring(Keyring.new(), path)
    file = KeyringFile(path)
    assert not file.refresh()
    other = Keyring.new()
    save_keyring(other, path)
    assert file.refresh()
    assert file.ring.current.public == other.current.public
    path.write_text("broken", encoding="utf-8")
    assert not file.refresh()
    assert file.ring.current.public == other.current.public


def test_a_key_shows_nothing_of_its_private_half() -> None:
    key = Keyring.new().current
    assert key.private.private_bytes_raw().hex() not in repr(key) + repr(Keyring.new())
