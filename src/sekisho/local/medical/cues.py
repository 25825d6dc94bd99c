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
    """A list of `word_edges.toml`, which tells what each is."""
    words = _read("word_edges.toml")[name]
    assert isinstance(words, list)
    return tuple(words)


@cache
def cue(group: str, name: str = "words") -> re.Pattern[str]:
    """A pattern that finds any word of a group; Latin words only as whole words."""
    table = _cues()[group]
    assert isinstance(table, dict)
    words = sorted(table[name], key=len, reverse=True)
    anywhere = [_as_pattern(word) for word in words if not _first(word)]
    known = [word for word in words if _first(word)]
    latin = [word for word in known if _is_latin(word[0])]
    others = [word for word in known if not _is_latin(word[0])]
    # Where no word can begin, nothing is tried: one look at a letter instead of a hundred words.
    if latin:
        anywhere.append(rf"(?=[{_letters(latin)}])(?<![a-z0-9])(?:{'|'.join(map(_with_end, latin))})")
    if others:
        anywhere.append(f"(?=[{_letters(others)}])(?:{'|'.join(map(_with_end, others))})")
    return re.compile("|".join(anywhere))


def _letters(words: list[str]) -> str:
    return "".join(sorted({re.escape(_first(word)) for word in words}))


def cue_words(group: str, name: str = "words") -> list[str]:
    """The words of a group as they are written."""
    table = _cues()[group]
    assert isinstance(table, dict)
    words = table[name]
    assert isinstance(words, list)
    return words


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


def _is_pattern(word: str) -> bool:
    """Whether it is a regular expression already; a Latin word at its ends is still a whole word."""
    return any(sign in word for sign in _SIGNS) or "?" in word[1:] or word[0] == "^"


def _first(word: str) -> str:
    """The letter that a word of a list begins with; empty for a regular expression that does not tell."""
    if not _is_pattern(word):
        return word[0]
    outside = re.sub(r"\([^()]*\)", "", re.sub(r"\([^()]*\)", "", word))
    return "" if word[0] in "(?[\\.^" or word[1] in "?*{" or "|" in outside else word[0]


def _as_pattern(word: str) -> str:
    return rf"(?<![a-z0-9]){_with_end(word)}" if _is_latin(word[0]) else _with_end(word)


def _with_end(word: str) -> str:
    pattern = word if _is_pattern(word) else re.escape(word)
    return rf"{pattern}(?![a-z0-9])" if _is_latin(word[-1]) else pattern


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


#: Signs of a regular expression that no plain word of the lists holds; a question mark begins plain words alone.
_SIGNS = ("(?", "\\", "[", "*")
