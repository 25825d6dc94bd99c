"""Settings come from flags, then variables, then the file, then the defaults, and each knows from where."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from tests.cli.conftest import Cli

from sekisho.bearer import bearer_from
from sekisho.cli import doctor
from sekisho.cli.settings_file import write_settings
from sekisho.errors import InputError
from sekisho.private_file import private_folder, write_private
from sekisho.settings import DEFAULTS, Settings, language_of

FLAG, VARIABLE, FILE = "flag", "variable", "file"
VALUES = {
    "cases": ("a", "b", "c"),
    "state": ("a", "b", "c"),
    "port": ("1", "2", "3"),
    "token_file": ("a", "b", "c"),
    "policy": ("a", "b", "c"),
    "lang": ("ja", "en", "ja"),
    "model": ("openai", "rules", "foundry-local"),
    "model_name": ("a", "b", "c"),
    "model_url": ("a", "b", "c"),
    "model_host": ("a", "b", "c"),
    "mode": ("write", "select", "write"),
    "deadline": ("1", "2", "3"),
    "link": ("a", "b", "c"),
    "link_token_file": ("a", "b", "c"),
    "link_ca": ("a", "b", "c"),
    "link_proxy": ("a", "b", "c"),
    "keyring": ("a", "b", "c"),
    "gateway_host": ("a", "b", "c"),
    "gateway_port": ("1", "2", "3"),
    "gateway_names": ("a", "b", "c"),
    "worker_token_file": ("a", "b", "c"),
    "ui_host": ("a", "b", "c"),
    "ui_port": ("1", "2", "3"),
    "ui_password_file": ("a", "b", "c"),
    "ui_identity_header": ("a", "b", "c"),
    "cloud": ("openai", "foundry", "stand-in"),
    "cloud_endpoint": ("https://a.example", "https://b.example", "https://c.example"),
    "cloud_model": ("a", "b", "c"),
    "cloud_api": ("chat", "responses", "chat"),
    "cloud_api_version": ("v1", "2024-10-21", "v1"),
    "cloud_agent": ("a", "b", "c"),
    "cloud_agent_version": ("1", "2", "3"),
    "cloud_sign_in": ("az", "key", "none"),
    "cloud_store": ("yes", "no", "yes"),
    "cloud_proxy": ("http://a:1", "environment", "http://b:1"),
    "cloud_ca": ("a.pem", "b.pem", "c.pem"),
    "cloud_prices": ("a.toml", "b.toml", "c.toml"),
}


def settle(folder: Path, name: str, flag: str | None, variable: str | None, file: str | None) -> tuple[str, str]:
    if file is not None:
        (folder / "sekisho.toml").write_text(f'{name} = "{file}"\n')
    environment = {} if variable is None else {f"SEKISHO_{name.upper()}": variable}
    setting = Settings({name: flag}, environment, folder).all[name]
    return setting.value, setting.origin


def test_the_table_speaks_of_every_setting() -> None:
    assert set(VALUES) == set(DEFAULTS)


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("given", range(8))
def test_the_nearest_one_holds(tmp_path: Path, name: str, given: int) -> None:
    flag, variable, file = VALUES[name]
    chosen = flag if given & 4 else None, variable if given & 2 else None, file if given & 1 else None
    origins = (f"--{name.replace('_', '-')}", f"SEKISHO_{name.upper()}", "sekisho.toml")
    expected = next(
        ((v, o) for v, o in zip(chosen, origins, strict=True) if v is not None), (DEFAULTS[name], "default")
    )
    assert settle(tmp_path, name, *chosen) == expected


def test_an_empty_variable_is_none(tmp_path: Path) -> None:
    assert settle(tmp_path, "port", None, "", "7") == ("7", "sekisho.toml")


def test_a_number_in_the_file_needs_no_quotes(tmp_path: Path) -> None:
    (tmp_path / "sekisho.toml").write_text("port = 99")
    assert Settings({}, {}, tmp_path).port == 99


def test_the_mark_that_windows_editors_put_before_a_text_is_no_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "sekisho.toml"
    path.write_text('port = 99\nlang = "ja"\n', encoding="utf-8-sig")
    assert Settings({}, {}, tmp_path).port == 99
    write_settings(tmp_path, {"port": "98"})
    assert path.read_bytes() == b'port = "98"\nlang = "ja"\n'


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("port = [", "sekisho.toml"),
        ("port = true", "sekisho.toml: port"),
        ("port = 1.5", "sekisho.toml: port"),
        ("cases = ['a']", "sekisho.toml: cases"),
        ("name_of_sato = 'x'", "sekisho.toml: an unknown name"),
        ("port = 70000", "port (sekisho.toml)"),
        ("port = '-1'", "port (sekisho.toml)"),
        ("port = '８０'", "port (sekisho.toml)"),
        ("lang = 'fr'", "lang (sekisho.toml)"),
        (f"ui_port = '{'1' * 5000}'", "ui_port (sekisho.toml)"),
        (f"deadline = '{'1' * 5000}'", "deadline (sekisho.toml)"),
        ("port = " + "[" * 5000, "sekisho.toml"),
    ],
    ids=lambda value: value[:40],
)
def test_a_bad_file_is_told_with_the_name_of_the_setting(tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / "sekisho.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Settings({}, {}, tmp_path)
    assert (caught.value.code.value, caught.value.place) == ("bad_setting", place)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "sekisho.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="bad_setting"):
        Settings({}, {}, tmp_path)
    (tmp_path / "sekisho.toml").unlink()
    (tmp_path / "sekisho.toml").mkdir()
    with pytest.raises(InputError, match="bad_setting"):
        Settings({}, {}, tmp_path)


@pytest.mark.parametrize(("name", "value"), [("port", "x"), ("port", ""), ("port", "65536"), ("lang", "de")])
def test_a_bad_flag_or_variable_is_told_with_its_origin(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(InputError) as caught:
        Settings({name: value}, {}, tmp_path)
    assert caught.value.place == f"{name} (--{name})"
    if value:
        with pytest.raises(InputError) as caught:
            Settings({}, {f"SEKISHO_{name.upper()}": value}, tmp_path)
        assert caught.value.place == f"{name} (SEKISHO_{name.upper()})"


def test_what_is_worked_out_follows_from_the_rest(tmp_path: Path) -> None:
    settings = Settings({"state": "~/s"}, {"LANG": "ja_JP.UTF-8"}, tmp_path)
    assert settings.state == Path.home() / "s"
    assert settings.token_file == Path.home() / "s" / "token"
    assert (settings.cases, settings.policy, settings.port, settings.lang) == (None, None, 8765, "ja")
    assert Settings({}, {}, tmp_path).state.name == "sekisho"


def test_the_home_of_nobody_is_just_a_name(tmp_path: Path) -> None:
    assert Settings({"cases": "~nobody-of-that-name/x"}, {}, tmp_path).cases == Path("~nobody-of-that-name/x")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "en_GB"}, "en"),
        ({"LC_ALL": "JA", "LANG": "en"}, "ja"),
        ({"LC_ALL": "C", "LANG": "ja_JP"}, "en"),
        ({"LC_MESSAGES": "", "LANG": "ja"}, "ja"),
        ({"LANGUAGE": "ja:en"}, "ja"),
    ],
)
def test_the_language_is_that_of_the_locale(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


def test_doctor_shows_each_setting_with_its_origin(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sekisho.toml").write_text("port = 4000\npolicy = ''\n")
    (tmp_path / "cases").mkdir()
    monkeypatch.setenv("SEKISHO_CASES", "cases")
    said = cli("doctor", "--token-file", "t")
    assert said.status == 0, said.out
    for line in (
        "cases = cases  (SEKISHO_CASES)",
        f"state = {tmp_path / 'state'}  (--state)",
        "port = 4000  (sekisho.toml)",
        "token_file = t  (--token-file)",
        "lang = worked out: en  (default)",
        "Cases: 0 in cases",
    ):
        assert line in said.out
    for name in ("link", "link_proxy", "gateway_names", "ui_identity_header", "cloud_ca"):
        assert f"{name} = not set  (default)" in said.out
    assert "NOT OK" not in said.out


def test_doctor_shows_no_password_of_an_address(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_CLOUD_PROXY", "http://user:se@cret@proxy:3128")
    monkeypatch.setenv("SEKISHO_LINK", "nats://user:secret@broker")
    said = cli("doctor")
    assert "cloud_proxy = http://…@proxy:3128  (SEKISHO_CLOUD_PROXY)" in said.out
    assert "link = nats://…@broker  (SEKISHO_LINK)" in said.out
    assert "cret" not in said.out


def test_doctor_names_what_it_cannot_use(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    said = cli("doctor")
    assert said.status == 1
    assert f"[NOT OK] state_unusable [{tmp_path / 'state'}]: " in said.out


def test_doctor_goes_on_where_one_look_fails_as_nobody_foresaw(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> Iterator[str]:
        yield "as far as this"
        raise ValueError("山田太郎")

    monkeypatch.setattr(doctor, "_CHECKS", (broken, *doctor._CHECKS))
    said = cli("doctor")
    assert (said.status, said.err) == (1, "")
    assert "[ok] as far as this\n[NOT OK] internal: " in said.out
    assert "[ok] Vocabulary" in said.out
    assert "山田" not in said.out


def test_doctor_is_as_clear_in_japanese(cli: Cli) -> None:
    said = cli("--lang", "ja", "doctor")
    assert (said.status, said.err) == (0, "")
    assert "lang = ja（--lang）" in said.out
    assert "[正常] Sekisho" in said.out


def test_doctor_tells_every_fault_and_ends_with_1(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "token").write_text("short")
    (tmp_path / "state" / "ledger.jsonl").write_text("{}\n")
    (tmp_path / "policy.toml").write_text("sex = 'yes'")
    said = cli("doctor", "--cases", "nowhere", "--policy", "policy.toml")
    assert said.status == 1
    for code in ("bad_token", "ledger_damaged [1]", "folder_missing [nowhere]", "bad_policy [policy.toml: sex"):
        assert f"[NOT OK] {code}" in said.out
    assert "[ok] Vocabulary" in said.out


def test_doctor_shows_nothing_of_the_token(cli: Cli, tmp_path: Path) -> None:
    token = bearer_from(tmp_path / "state" / "token").reveal()
    said = cli("doctor")
    assert said.status == 0
    assert token not in said.out
    assert token[:8] not in said.out


def test_a_token_or_password_may_come_from_a_windows_editor(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_bytes(b"\xef\xbb\xbf" + b"p" * 40 + b"\r\n")
    path.chmod(0o600)
    assert bearer_from(path).reveal() == "p" * 40


@pytest.mark.parametrize(
    "content", ["合言葉" * 20, "p" * 31, "p" * 20 + " " + "p" * 20, "p" * 40 + "\x00", "\ufeff" * 2 + "p" * 40]
)
def test_a_token_that_no_header_can_hold_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "password"
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(InputError, match="bad_token"):
        bearer_from(path)


def test_two_that_make_a_token_at_once_have_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sekisho import bearer

    both = Barrier(2)

    def folder(path: Path) -> Path:
        both.wait(10)  # either has seen by now that there is no token
        return private_folder(path)

    monkeypatch.setattr(bearer, "private_folder", folder)
    written: list[Path] = []

    def write(path: Path, data: bytes) -> None:
        written.append(path)
        write_private(path, data)

    monkeypatch.setattr(bearer, "write_private", write)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: bearer.bearer_from(tmp_path / "token").reveal(), range(2))
    assert first == second
    assert written == [tmp_path / "token"]
