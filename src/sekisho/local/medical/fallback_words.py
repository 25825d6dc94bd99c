"""What the three ways of falling back share: their data, and places in a line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from sekisho.local.medical.fold import fold

_BULLET = re.compile(r"^[\s・\-*•●○#]*(?:\d{1,2}[.)、]|[①-⑳]|rp\.?\s?\d*[.):]?)?\s*")


@dataclass(frozen=True, slots=True)
class Broader:
    """A broader term for the words at a place.

    Attributes:
        code: The term.
        start: Where the words begin in the folded line.
        end: Where they end there.
        because: What in the words says so, for people: an ending, a head noun with its place.
        acute: What the words name is over by itself, so that an entry without a status is past.
        told_at: Where the deciding word starts; what stands before it belongs to what is said around it.
    """

    code: str
    start: int
    end: int
    because: str = ""
    acute: bool = False
    told_at: int = 0


@cache
def fallback_data() -> dict[str, Any]:
    """The whole of `fallback.toml`, folded as the text of records is."""
    return tomllib.loads(fold(files(__package__).joinpath("data", "closed", "fallback.toml").read_text("utf-8")))


def pieces(line: str, separators: str) -> list[tuple[int, str]]:
    """The parts of a line between separators, each with its start. A bullet or number before the first is no part."""
    found = []
    bullet = _BULLET.match(line)
    start = bullet.end() if bullet else 0
    for match in re.compile(rf"[^{separators}]+").finditer(line, start):
        text = match.group().strip()
        if text:
            found.append((match.start() + match.group().index(text), text))
    return found


def longest(text: str, endings: Iterable[str]) -> str:
    """The longest of these endings that the text has, or nothing."""
    return max((e for e in endings if text.endswith(e)), key=len, default="")


def holds(text: str, words: Iterable[str]) -> bool:
    """Whether any of the words stands in the text."""
    return any(word in text for word in words)
