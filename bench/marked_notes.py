"""Notes in which the writer marked what each named thing is: `[[アムロジピン|m:stopped]]`. Only learned from.

`bench/gold/marked/*.txt`, notes parted by a line `=====`; bench/gold/README.md tells how they were written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sekisho.local.medical.fold import fold_keeping_case
from sekisho.local.medical.note_mentions import Mention

MARKED = Path(__file__).parent / "gold" / "marked"
KINDS = {"c": "condition", "m": "medicine", "a": "allergy"}
#: What a mark says, as the outcome that is learned: an allergy that is over is none.
_OUTCOMES = {
    "condition": {"remission": "past", "stopped": "past"},
    "medicine": {"suspected": "active", "past": "stopped", "family": "none"},
    "allergy": {"past": "none", "family": "none", "stopped": "none"},
}
_BETWEEN = re.compile(r"^=====\s*$", re.MULTILINE)
_MARK = re.compile(r"\[\[([^|\[\]]+)\|([^|\[\]]+)\]\]")
_SAYS = re.compile(r"([cma]):(active|suspected|past|family|none|remission|stopped)")


class Mark(NamedTuple):
    """A named thing in a note, and what it is by kind of fact."""

    start: int
    end: int
    says: dict[str, str]


class MarkedNote(NamedTuple):
    """One note without its marks, and the marks at their places in it."""

    name: str
    text: str
    marks: list[Mark]

    def outcome(self, mention: Mention) -> str:
        """What the writer says of a mention; empty where nothing is marked.

        A medicine that is marked as a cause alone is no medicine of the person's, and one that is marked as a
        treatment alone no allergen.
        """
        here = [mark for mark in self.marks if mark.start < mention.end and mention.start < mark.end]
        said = [mark.says[mention.kind] for mark in here if mention.kind in mark.says]
        if said:
            return said[0]
        both = {"medicine", "allergy"}
        return "none" if mention.kind in both and any(both.intersection(mark.says) for mark in here) else ""


def marked_notes(folder: Path = MARKED) -> Iterator[MarkedNote]:
    """All notes of a folder."""
    for path in sorted(folder.glob("*.txt")):
        for number, text in enumerate(_BETWEEN.split(path.read_text(encoding="utf-8")), 1):
            if text.strip():
                yield _read(f"{path.stem}-{number:03}", text.strip())


def _read(name: str, written: str) -> MarkedNote:
    written = fold_keeping_case(written)
    pieces: list[str] = []
    marks: list[Mark] = []
    reached = size = 0
    for mark in _MARK.finditer(written):
        pieces += [written[reached : mark.start()], mark[1]]
        size += mark.start() - reached
        marks.append(Mark(size, size + len(mark[1]), dict(_said(name, mark[2]))))
        size += len(mark[1])
        reached = mark.end()
    return MarkedNote(name, "".join([*pieces, written[reached:]]), marks)


def _said(name: str, cell: str) -> Iterator[tuple[str, str]]:
    for part in cell.split(","):
        said = _SAYS.fullmatch(part.strip())
        if said is None:
            raise ValueError(f"{name}: {cell}")
        kind = KINDS[said[1]]
        yield kind, _OUTCOMES[kind].get(said[2], said[2])
