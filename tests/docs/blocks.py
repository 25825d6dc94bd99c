"""Fenced code blocks of the documents. Behind its language a block may name the file that it is: `json a.json`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READMES = (ROOT / "README.md", ROOT / "README.ja.md")
PAGES = (*READMES, *sorted((ROOT / "docs").glob("*.md")))

_FENCE = re.compile(r"^```(\w*)[ ]*(\S*)\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    language: str
    name: str
    text: str


@dataclass(frozen=True)
class Command:
    """One shell command line, what it should print (in order, `…` for anything), and its exit status."""

    line: str
    status: int
    printed: tuple[str, ...] = ()


def blocks(page: Path) -> list[Block]:
    """All fenced blocks of a page, in order."""
    return [Block(*found.groups()) for found in _FENCE.finditer(page.read_text(encoding="utf-8"))]


def prose(page: Path) -> str:
    """The page without fenced blocks and inline code."""
    return re.sub(r"`[^`]*`", "", _FENCE.sub("", page.read_text(encoding="utf-8")))


def commands(block: Block) -> list[Command]:
    """The commands of a `sh` block (every line) or of a `console` block (lines after `$ `)."""
    if block.language == "sh":
        joined = block.text.replace("\\\n", " ")
        return [_command(line) for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    found: list[Command] = []
    for part in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
        first, *printed = part.splitlines()
        found.append(_command(first, tuple(printed)))
    return found


def _command(line: str, printed: tuple[str, ...] = ()) -> Command:
    line, _, note = line.partition("# exit ")
    return Command(line.strip(), int(note or 0), printed)
