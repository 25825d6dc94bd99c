"""Masters for tests: written to a file, imported into a state folder, and asked about."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from sekisho.local.medical.local_terms.entry import Entry
from sekisho.local.medical.local_terms.importing import draft_of, keep
from sekisho.local.medical.local_terms.mapping import read_map
from sekisho.local.medical.local_terms.report import Report

#: Made of parts of the body, so that no row is in the shipped vocabulary and none is anybody's name.
_PARTS = "心肺肝腎脳胃腸骨膚血筋耳喉頭胸腹背腰肩膝足指爪髪腺管弁房室脈節髄膜軟"
_ENDS = ("性肺炎", "性関節炎", "症候群", "障害", "異常", "性湿疹", "性てんかん")


def write_master(path: Path, rows: Iterable[Sequence[str]], encoding: str = "utf-8", mark: str = ",") -> Path:
    """A master of these rows, the header first."""
    path.write_text("".join(mark.join(row) + "\r\n" for row in rows), encoding=encoding, newline="")
    return path


def generated(count: int, seed: int = 7) -> list[list[str]]:
    """A header and `count` different conditions with code, English name (every third) and reading."""
    chance = random.Random(seed)
    names: dict[str, None] = {}
    while len(names) < count:
        names["".join(chance.choices(_PARTS, k=chance.randint(3, 7))) + chance.choice(_ENDS)] = None
    rows = [[n, f"{i:08}", f"imported disorder {i}x" if i % 3 == 0 else ""] for i, n in enumerate(names)]
    return [["病名", "コード", "英名"], *rows]


def take(state: Path, master: Path, kind: str = "condition", columns: str = "name=病名,code=コード,en=英名") -> Entry:
    """Import a master."""
    with draft_of(master, kind, read_map(columns)) as draft:
        entry = keep(draft, state, kind, master.name)
    assert entry is not None
    return entry


def report_of(master: Path, kind: str = "condition", columns: str = "name=病名,code=コード,en=英名") -> Report:
    """What importing a master would do."""
    with draft_of(master, kind, read_map(columns)) as draft:
        return draft.report
