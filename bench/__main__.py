"""`python -m bench [NAME ...]`: run all measurements, or those named, and write the report."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from bench.report import as_table, machine

ALL = (
    "prompt",
    "tool_call",
    "checkpoint",
    "facts",
    "survival",
    "ten_thousand",
    "import_master",
    "model",
    "hostile",
    "link_speed",
    "link_crowd",
    "link_faults",
    "link_soak",
    "ui",
)
REPORT = Path(__file__).parent / "results.md"


def main(names: list[str]) -> None:
    """Run, print each table as it is done, write the report when all were run."""
    parts = [f"# Measurements\n\n{machine()}\nFigures of one run; `make bench` makes them again.\n"]
    for name in names or ALL:
        module = import_module(f"bench.{name}")
        print(f"{name} ...", flush=True)
        part = f"## {name}\n\n{(module.__doc__ or '').strip()}\n\n{as_table(module.run())}\n"
        print(part, flush=True)
        parts.append(part)
    if not names:
        REPORT.write_text("\n".join(parts), encoding="utf-8")
        print(f"written: {REPORT.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
