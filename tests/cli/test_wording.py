"""What people read: the same in both languages, and complete."""

from __future__ import annotations

import argparse
import re
import string
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from tests.cli.conftest import Cli

from sekisho.checkpoint.identifier import IdentifierKind
from sekisho.cli.parser import build_parser, language_from
from sekisho.errors import Code
from sekisho.wording import wording

TEXTS = {lang: tomllib.loads((files("sekisho.wording") / f"{lang}.toml").read_text("utf-8")) for lang in ("ja", "en")}
SOURCE = Path(str(files("sekisho")))


def keys(language: str) -> dict[str, str]:
    return {f"{group}.{name}": text for group, texts in TEXTS[language].items() for name, text in texts.items()}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_sentences_with_the_same_places() -> None:
    ja, en = keys("ja"), keys("en")
    assert ja.keys() == en.keys()
    assert {key for key in ja if places(ja[key]) != places(en[key])} == set()


def test_no_sentence_is_empty_or_in_the_wrong_language() -> None:
    assert all(text.strip() for lang in TEXTS for text in keys(lang).values())
    english = {key for key, text in keys("en").items() if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text)}
    assert english <= {"demo.title"}
    japanese = {key for key, text in keys("ja").items() if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text)}
    rest = {key for key in keys("ja") if key not in japanese}
    assert all(not re.search(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}", keys("ja")[key]) for key in rest), rest


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_code_has_a_sentence_and_every_sentence_a_code(language: str) -> None:
    assert set(TEXTS[language]["codes"]) == {code.value for code in Code}
    assert all(wording(language).code(code) for code in Code)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_kind_of_identifier_has_a_word(language: str) -> None:
    assert set(TEXTS[language]["kinds"]) == {kind.value for kind in IdentifierKind}


def test_every_sentence_that_the_code_asks_for_is_there() -> None:
    asked: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        asked.update(re.findall(r"""text\(\s*f?["']([a-z_]+\.[a-z_]+)["']""", path.read_text("utf-8")))
    assert len(asked) > 60
    assert {key for key in asked if key not in keys("en")} == set()


def commands(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                yield from commands(inner, (*path, name))


ALL = list(commands(build_parser("en")))


def test_the_commands_are_those_that_are_promised() -> None:
    names = {" ".join(path) for path in ALL}
    promised = [
        "demo", "ask", "background", "serve", "cases list", "cases rotate", "vocabulary lookup", "vocabulary unlisted",
        "vocabulary stats", "ledger show", "ledger verify", "ledger export", "doctor",
    ]  # fmt: skip
    assert set(promised) <= names


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_is_there_for_every_command_in_both_languages(cli: Cli, path: tuple[str, ...], language: str) -> None:
    said = cli("--lang", language, *path, "--help")
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("usage: sekisho")
    description = said.out.partition("\n\n")[2].partition("\n")[0]
    assert bool(re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", description)) == (
        language == "ja" or (not path and "関所" in description)
    )


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_flag_and_command_has_its_help(language: str) -> None:
    def check(parser: argparse.ArgumentParser) -> None:
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                assert {a.dest for a in action._choices_actions if a.help} == set(action.choices)
                for inner in action.choices.values():
                    check(inner)
            else:
                assert action.help, action.option_strings

    check(build_parser(language))


@pytest.mark.parametrize(
    ("arguments", "variable", "language"),
    [
        (["--lang", "ja", "doctor"], "", "ja"),
        (["doctor", "--lang=ja"], "", "ja"),
        (["doctor"], "ja", "ja"),
        (["--lang", "en", "doctor"], "ja", "en"),
        (["doctor"], "xx", "en"),
        (["--lang"], "", "en"),
    ],
)
def test_the_language_is_known_before_anything_is_parsed(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], variable: str, language: str
) -> None:
    monkeypatch.setenv("SEKISHO_LANG", variable)
    assert language_from(arguments) == language


@pytest.mark.parametrize("arguments", [["--lang", "ja", "cases", "list"], ["cases", "list", "--lang", "ja"]])
def test_a_flag_holds_before_and_after_the_command(cli: Cli, arguments: list[str]) -> None:
    said = cli(*arguments)
    assert said.status == 2
    assert "ケースのフォルダー" in said.err
