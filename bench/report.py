"""Rows of figures, as a table for people."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata

from sekisho import __version__


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what, how much, against which floor, and what was aimed at."""

    what: str
    value: float
    unit: str
    floor_name: str
    floor: float | None
    aim: str

    def cells(self) -> tuple[str, ...]:
        """The cells of the table."""
        ratio = f"{self.value / self.floor:.2f}x" if self.floor else ""
        floor = f"{_figure(self.floor)} {self.unit} ({self.floor_name})" if self.floor else self.floor_name
        return self.what, f"{_figure(self.value)} {self.unit}".strip(), floor, ratio, self.aim


def _figure(value: float) -> str:
    """Three digits; all of them where it is a thousand or more, because a count must be exact."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def as_table(rows: Sequence[Row]) -> str:
    """A Markdown table."""
    lines = ["| what | value | floor in the same run | ratio | aim |", "|---|---|---|---|---|"]
    return "\n".join(lines + [f"| {' | '.join(row.cells())} |" for row in rows])


def machine() -> str:
    """What it was measured on."""
    versions = ", ".join(
        f"{name} {metadata.version(name)}" for name in ("mcp", "pyahocorasick", "agent-framework-core")
    )
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    return (
        f"Measured {day} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}; Sekisho {__version__}, {versions}."
    )
