"""What an import would do, for the operator. It holds words of the master and is shown on this machine only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

#: Most examples of each kind, and rows of the preview.
MOST_EXAMPLES = 20
PREVIEW = 10


class Example(NamedTuple):
    """A row: its line, its name, and what it stands against (another name, codes), if anything."""

    line: int
    name: str
    other: str = ""


class Seen(NamedTuple):
    """A row of the preview: `new`, `known` or a reason for refusing it; its displays and its nearest broader term."""

    name: str
    outcome: str
    ja: str = ""
    en: str = ""
    broader: str = ""


@dataclass
class Report:
    """Counts and examples.

    Attributes:
        rows: Rows of the master.
        taken: New local terms.
        known: Rows whose name the shipped vocabulary knows.
        codes: Codes that will be known.
        groups: Count by group: `repeated`, `several_codes`, `several_names`, and `refused.REASON`.
        examples: At most 20 of each group, and of `known`.
        preview: The first rows as they will be.
    """

    rows: int = 0
    taken: int = 0
    known: int = 0
    codes: int = 0
    groups: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Example]] = field(default_factory=dict)
    preview: list[Seen] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Rows that were refused, for any reason."""
        return sum(count for group, count in self.groups.items() if group.startswith("refused."))

    def note(self, group: str, example: Example, count: int = 1) -> None:
        """Count a row in a group, and keep it as an example if there is room."""
        self.groups[group] += count
        self.keep(group, example)

    def keep(self, group: str, example: Example) -> None:
        """Keep an example if there is room."""
        kept = self.examples.setdefault(group, [])
        if len(kept) < MOST_EXAMPLES:
            kept.append(example)
