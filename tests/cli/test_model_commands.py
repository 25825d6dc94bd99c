"""The commands about the local model, run as a person would, against a real server."""

from __future__ import annotations

import json
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Cli
from tests.cli.running import THYROID, run
from tests.model.chat_server import MODEL, ChatServer, saying, serving
from tests.server.running import sekisho_serve, until

from sekisho.cli.settings_file import write_settings
from sekisho.errors import InputError
from sekisho.local.model import discovery
from sekisho.local.model.status import read_status

DIZZY = "めまいと動悸"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ChatServer]:
    """A server, at the only place where one is looked for."""
    with serving() as told:
        usual = (("Tiny server", int(told.url.rpartition(":")[2])),)
        monkeypatch.setattr(discovery.find_servers, "__defaults__", (usual, 3.0))
        monkeypatch.setenv("PATH", str(tmp_path))
        yield told


def background(cli: Cli, *more: str) -> Any:
    return cli("background", "--case", THYROID, "--symptoms", DIZZY, *more)


# list


def test_the_models_of_this_machine_are_listed(cli: Cli, server: ChatServer) -> None:
    said = cli("model", "list")
    assert said.status == 0
    assert f"Tiny server at {server.url}" in said.out
    assert f"  {MODEL}" in said.out
    assert "Used: rules (mode select)" in said.out
    (entry,) = [e for e in json.loads(cli("model", "list", "--json").out) if e["address"] == server.url]
    assert (entry["runtime"], entry["name"]) == ("Tiny server", MODEL)


def test_where_there_is_none_the_list_says_so(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(discovery.find_servers, "__defaults__", ((), 3.0))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sekisho.cli.model._foundry_models", lambda: ())
    assert "No runtime with a model" in cli("model", "list").out
    assert json.loads(cli("model", "list", "--json").out) == []


# use


def test_a_model_that_is_used_is_used_from_now_on(cli: Cli, server: ChatServer) -> None:
    said = cli("model", "use", MODEL)
    assert said.status == 0, said.err
    assert tomllib.loads(Path("sekisho.toml").read_text("utf-8")) == {
        "model": "openai",
        "model_name": MODEL,
        "model_url": server.url,
    }
    assert background(cli).status == 0
    assert len(server.asked) == 1
    assert f"Used: openai: {MODEL}" in cli("model", "list").out
    assert cli("model", "use", "rules").status == 0
    assert tomllib.loads(Path("sekisho.toml").read_text("utf-8")) == {"model": "rules"}
    background(cli)
    assert len(server.asked) == 1


@pytest.mark.usefixtures("server")
def test_a_model_that_is_nowhere_is_not_used(cli: Cli) -> None:
    said = cli("model", "use", "nobody")
    assert said.status == 4
    assert "model_missing [nobody]" in said.err
    assert not Path("sekisho.toml").exists()


@pytest.mark.guarantee("G8")
def test_a_model_elsewhere_is_not_used(cli: Cli) -> None:
    for arguments in (("x:cloud",), ("tiny", "--model-url", "http://example.com:11434")):
        said = cli("model", "use", *arguments)
        assert said.status == 4
        assert "model_not_local" in said.err
    assert not Path("sekisho.toml").exists()


def test_a_variable_that_overrules_the_file_is_named(
    cli: Cli,
    server: ChatServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SEKISHO_MODEL", "rules")
    said = cli("model", "use", MODEL, "--model-url", server.url, "--mode", "write")
    assert "SEKISHO_MODEL" in said.out
    assert tomllib.loads(Path("sekisho.toml").read_text("utf-8"))["mode"] == "write"


WRITTEN = """# my settings
cases = "cases"   # where they are

model = "rules"  # for now
lang = "ja"
"""


def test_what_a_person_wrote_into_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "sekisho.toml"
    path.write_text(WRITTEN, "utf-8")
    write_settings(tmp_path, {"model": "openai", "model_name": 'quo"te\\', "model_url": ""})
    after = path.read_text("utf-8")
    assert after.startswith('# my settings\ncases = "cases"   # where they are\n\nmodel = "openai"\nlang = "ja"\n')
    assert tomllib.loads(after)["model_name"] == 'quo"te\\'
    assert "model_url" not in after
    path.write_text('lang = "ja"', "utf-8")
    write_settings(tmp_path, {"model": "rules"})
    assert path.read_text("utf-8") == 'lang = "ja"\nmodel = "rules"\n'


@pytest.mark.parametrize("text", ["not toml", 'cases = """\nmodel = "x"\n"""\n', "[model]\nx = 1\n"])
def test_a_file_that_cannot_be_changed_safely_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sekisho.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match="bad_setting"):
        write_settings(tmp_path, {"model": "openai", "model_name": "x"})
    assert path.read_text("utf-8") == text


# probe


def test_a_probe_tells_what_the_model_does(cli: Cli, server: ChatServer) -> None:
    where = ("--model", "openai", "--model-name", MODEL, "--model-url", server.url)
    said = cli("model", "probe", *where)
    assert said.status == 0
    for line in (f"{MODEL} at {server.url}", "Schema: enforced (merged)", "Speed: ", "Prefix: "):
        assert line in said.out
    found = json.loads(cli("model", "probe", *where, "--json").out)
    assert (found["enforced"], found["dialect"], found["name"]) == (True, "merged", MODEL)


def test_a_probe_of_a_server_that_ignores_the_schema_fails(cli: Cli, server: ChatServer) -> None:
    server.brain = lambda _: "cat"
    said = cli("model", "probe", "--model", "openai", "--model-name", MODEL, "--model-url", server.url)
    assert said.status == 1
    assert "NOT enforced" in said.out


def test_a_probe_of_the_rules_has_nothing_to_ask(cli: Cli) -> None:
    assert cli("model", "probe").status == 0


# settings


def test_the_variables_of_the_environment_choose_the_model(
    cli: Cli,
    server: ChatServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SEKISHO_MODEL", "openai")
    monkeypatch.setenv("SEKISHO_MODEL_URL", server.url)
    monkeypatch.setenv("SEKISHO_MODEL_NAME", MODEL)
    monkeypatch.setenv("SEKISHO_MODE", "write")
    assert background(cli).status == 0
    assert "patient_context" in json.dumps(server.asked[0].body["response_format"])
    assert background(cli, "--mode", "select", "--symptoms", "頭痛").status == 0
    assert "history" in json.dumps(server.asked[-1].body["response_format"])
    assert background(cli, "--model", "rules").status == 0


def test_without_an_address_the_model_is_looked_for(cli: Cli, server: ChatServer) -> None:
    assert background(cli, "--model", "openai", "--model-name", MODEL).status == 0
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("MODEL", "gpt"), ("MODE", "think"), ("DEADLINE", "0"), ("DEADLINE", "soon"), ("DEADLINE", "9999")],
)
def test_a_value_that_cannot_be_is_named(cli: Cli, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"SEKISHO_{name}", value)
    said = background(cli)
    assert said.status == 2
    assert f"bad_setting [{name.lower()} (SEKISHO_{name})]" in said.err


def test_a_model_without_a_name_is_told(cli: Cli) -> None:
    said = background(cli, "--model", "openai")
    assert said.status == 2
    assert "model_name" in said.err


@pytest.mark.guarantee("G8")
def test_an_address_elsewhere_starts_nothing(cli: Cli) -> None:
    where = ("--model", "openai", "--model-name", MODEL, "--model-url", "http://192.0.2.7:11434")
    for arguments in (
        ("background", "--case", THYROID, "--symptoms", DIZZY),
        ("serve", "--cases", THYROID, "--port=0"),
    ):
        said = cli(*arguments, *where)
        assert (said.status, said.out) == (4, "")
        assert "model_not_local" in said.err


# --explain


def test_the_choice_is_explained_to_the_operator_and_not_in_what_leaves(cli: Cli, server: ChatServer) -> None:
    where = ("--model", "openai", "--model-name", MODEL, "--model-url", server.url)
    plain, explained = background(cli, *where), background(cli, *where, "--explain")
    assert plain.out == explained.out
    assert plain.err == ""
    for part in (
        f"Model: {MODEL} (mode select; schema enforced: yes)",
        "Symptoms: dizziness, palpitation",
        "Facts offered: 13",
        "HR F1 ",
        "H- F2 ",
        "-- F3 ",
        "100 tokens read (not told from memory), 7 written: ok",
        "Stayed here.",
    ):
        assert part in explained.err, part
    assert re.search(r"Attempt 1: \d+\.\d\d s", explained.err)


def test_a_fallback_is_explained(cli: Cli, server: ChatServer) -> None:
    server.brain = saying("nonsense")
    said = background(cli, "--model", "openai", "--model-name", MODEL, "--model-url", server.url, "--explain")
    assert said.status == 0
    assert "The rules chose instead: model_invalid." in said.err
    assert "nonsense" not in said.err
    assert "Attempt 2:" in said.err


def test_explaining_the_rules_says_that_they_are_rules(cli: Cli) -> None:
    assert "not a language model" in background(cli, "--explain").err


# doctor


def test_the_doctor_tells_which_model_it_is_and_whether_it_answers(
    cli: Cli,
    server: ChatServer,
) -> None:
    where = ("--model", "openai", "--model-name", MODEL, "--model-url", server.url)
    said = cli("doctor", *where)
    assert f"Local model: {MODEL} (mode select) at {server.url}" in said.out
    assert "Schema: enforced" in said.out
    server.models[:] = []
    gone = cli("doctor", *where)
    assert "[NOT OK] model_missing" in gone.out
    assert gone.status == 1
    assert "Local model: rules" in cli("doctor").out


class Screen:
    """Standard output of a terminal."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def isatty(self) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


@pytest.mark.guarantee("G8")
def test_the_doctor_says_in_red_that_a_model_is_not_on_this_machine(
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sekisho.cli.doctor_model._PROBE_SECONDS", 0.0)  # the host is nobody's
    where = ("--model", "openai", "--model-name", MODEL, "--model-url", "http://192.0.2.7:8000")
    assert "[NOT OK] model_not_local" in cli("doctor", *where).out
    monkeypatch.setenv("SEKISHO_MODEL_HOST", "192.0.2.7:8000")
    monkeypatch.setattr(sys, "stdout", Screen(sys.stdout))
    said = cli("doctor", *where)
    assert re.search(r"\x1b\[31m!! THE MODEL IS NOT ON THIS MACHINE: http://192\.0\.2\.7:8000[^\n]*\x1b\[0m", said.out)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in cli("doctor", *where).out


# serve


def test_a_server_probes_its_model_at_the_start_and_tells_the_doctor_how_busy_it_is(
    cli: Cli,
    server: ChatServer,
    tmp_path: Path,
) -> None:
    state = tmp_path / "state"
    settings = {"SEKISHO_MODEL": "openai", "SEKISHO_MODEL_NAME": MODEL, "SEKISHO_MODEL_URL": server.url}
    settings["PATH"] = os.defpath
    told = tmp_path / "told.txt"
    with told.open("wb") as err, sekisho_serve(THYROID, state, stderr=err, **settings) as running:
        until(lambda: "Schema: enforced" in told.read_text("utf-8"))
        assert not server.asked
        running.call({"symptoms": DIZZY})
        running.call({"symptoms": DIZZY})
        assert len(server.asked) == 1
        where = ("--model", "openai", "--model-name", MODEL, "--model-url", server.url)
        line = f"{MODEL} (select): 0 generating, 0 waiting; answered 1, remembered 1, rules instead 0"
        assert line in cli("doctor", *where).out
        assert (state / "model.json").stat().st_mode & 0o077 == 0
    assert read_status(state / "model.json") is None
    assert "generating" not in cli("doctor", *where).out


def test_a_server_whose_model_is_not_there_serves_with_the_rules_and_says_so(tmp_path: Path) -> None:
    with serving() as gone:
        url = gone.url
    settings = {"SEKISHO_MODEL": "openai", "SEKISHO_MODEL_NAME": MODEL, "SEKISHO_MODEL_URL": url}
    told = tmp_path / "told.txt"
    with told.open("wb") as err, sekisho_serve(THYROID, tmp_path / "state", stderr=err, **settings) as running:
        until(lambda: "model_unreachable" in told.read_text("utf-8"))
        assert running.call({"symptoms": DIZZY}).status_code == 200
        ledger = (tmp_path / "state" / "ledger.jsonl").read_text("utf-8")
        assert json.loads(ledger.splitlines()[-1])["model"] == "rules (fallback: model_unreachable)"


def test_a_question_through_both_zones_asks_the_model(tmp_path: Path, server: ChatServer) -> None:
    settings = {"SEKISHO_MODEL": "openai", "SEKISHO_MODEL_NAME": MODEL, "PATH": os.defpath, "LANG": "ja_JP.UTF-8"}
    arguments = (
        "ask",
        "めまいと動悸があります。どうしたらよいですか。",
        "--case",
        str(THYROID),
        "--state",
        str(tmp_path / "s"),
    )
    status, out, err = run(tmp_path, *arguments, "--model-url", server.url, **settings)
    assert status == 0, err
    assert out
    assert len(server.asked) == 1
