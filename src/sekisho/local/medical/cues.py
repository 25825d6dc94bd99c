"""Word lists about words: where a term may begin and end, and what changes its meaning. Data: `data/closed/*.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files


def _read(name: str) -> dict[str, object]:
    return tomllib.loads(files(__package__).joinpath("data", "closed", name).read_text(encoding="utf-8"))


@cache
def edges(name: str) -> tuple[str, ...]:
    """`kanji_before`, `kanji_after` or `katakana_after`."""
    words = _read("word_edges.toml")[name]
    assert isinstance(words, list)
    return tuple(words)


@cache
def cue(group: str, name: str = "words") -> re.Pattern[str]:
    """A pattern that finds any word of a group; Latin words only as whole words."""
    table = _cues()[group]
    assert isinstance(table, dict)
    return re.compile("|".join(_as_pattern(word) for word in sorted(table[name], key=len, reverse=True)))


@cache
def traps() -> re.Pattern[str]:
    """What looks like a term and is none: 「SpO2 97%(RA)」."""
    table = _cues()["traps"]
    assert isinstance(table, dict)
    return re.compile("|".join(table["patterns"]))


@cache
def headings() -> dict[str, list[str]]:
    """Headings of the parts of a note, by topic."""
    table = _cues()["headings"]
    assert isinstance(table, dict)
    return table


@cache
def _cues() -> dict[str, object]:
    return _read("cues.toml")


def _as_pattern(word: str) -> str:
    pattern = re.escape(word)
    if "(?!" in word:  # a word with a look-ahead is a pattern already
        return word
    if word[0].isascii() and word[0].isalnum():
        pattern = rf"(?<![a-z0-9]){pattern}"
    if word[-1].isascii() and word[-1].isalnum():
        pattern = rf"{pattern}(?![a-z0-9])"
    return pattern
