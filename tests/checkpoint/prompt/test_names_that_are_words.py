"""Three hundred sentences in which an ordinary word is somebody's or some place's name: the name does not leave."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.checkpoint.prompt.inspection import inspect

TABLES = {"ja": "names_that_are_words.tsv", "en": "english_names_that_are_words.tsv"}


def rows(language: str) -> list[tuple[str, str]]:
    lines = (Path(__file__).parent / TABLES[language]).read_text(encoding="utf-8").splitlines()
    return [(text, name) for text, _, name in (line.partition("\t") for line in lines if not line.startswith("#"))]


def is_in(name: str, text: str) -> bool:
    return re.search(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", text) is not None


def test_every_row_names_what_it_holds() -> None:
    assert all(name and is_in(name, text) for language in TABLES for text, name in rows(language))
    assert sum(len(rows(language)) for language in TABLES) >= 300


@pytest.mark.guarantee("G6")
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("analyser", [False, True], ids=["lists", "sudachi"])
def test_a_name_that_is_also_a_word_does_not_leave(language: str, analyser: bool) -> None:
    left = [
        text for text, name in rows(language) if is_in(name, inspect(text, language=language, analyser=analyser).text)
    ]
    assert left == []
