"""Reading the ledger back, and checking its whole chain."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sekisho.checkpoint.ledger_entry import GENESIS, Entry, read_entry
from sekisho.errors import Code, SetupError


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the whole chain found.

    Attributes:
        entries: Sound entries.
        damaged: Line numbers (1-based) of entries that are damaged or do not follow the entry before them.
        torn: Whether the file ends in an unfinished line (a crash; harmless, the next writer removes it).
        head: Hash of the last sound entry. Note it elsewhere to be able to notice a cut-off end.
        head_found: Whether the head that was noted earlier is in the chain (True where none was given).
    """

    entries: int
    damaged: tuple[int, ...]
    torn: bool
    head: str
    head_found: bool

    @property
    def intact(self) -> bool:
        """Whether nothing was changed, removed or added."""
        return not self.damaged and self.head_found


def read_ledger(path: Path) -> Iterator[tuple[int, Entry | None]]:
    """Every line number with its entry, None where the line is damaged. A torn last line is left out.

    Raises:
        SetupError: `state_unusable`: there is a file, and it cannot be read.
    """
    try:
        if not path.exists():
            return
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.endswith(b"\n"):
                    yield number, read_entry(line)
    except OSError:
        raise SetupError(Code.STATE_UNUSABLE, str(path)) from None


def verify(path: Path, noted_head: str = "") -> Verdict:
    """Check every entry's own hash and its link to the entry before it.

    Raises:
        SetupError: `state_unusable`, as `read_ledger`.
    """
    damaged: list[int] = []
    heads = {GENESIS}
    entries, previous, sequence = 0, GENESIS, 0
    head = GENESIS
    for number, entry in read_ledger(path):
        sequence += 1
        if entry is None:
            damaged.append(number)
            previous = ""  # what follows a damaged line can be checked forwards only
            continue
        if entry.sequence != sequence or (previous and entry.previous != previous):
            damaged.append(number)
        entries, previous, sequence = entries + 1, entry.hash, entry.sequence
        head = entry.hash
        heads.add(head)
    return Verdict(
        entries=entries,
        damaged=tuple(damaged),
        torn=_is_torn(path),
        head=head,
        head_found=not noted_head or noted_head in heads,
    )


def _is_torn(path: Path) -> bool:
    if not path.exists() or path.stat().st_size == 0:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
