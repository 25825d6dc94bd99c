"""`python -m bench [--write] [NAME ...]`: run all measurements and write the report, or those that are named."""

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


def main(arguments: list[str]) -> None:
    """Run and print each part; write the report when all were run, or the parts that were run, with `--write`."""
    names = [name for name in arguments if name != "--write"]
    keeps = not names or "--write" in arguments
    parts = _parts(REPORT.read_text(encoding="utf-8")) if names and REPORT.exists() else {}
    for name in names or ALL:
        module = import_module(f"bench.{name}")
        print(f"{name} ...", flush=True)
        parts[name] = f"{(module.__doc__ or '').strip()}\n\n{as_table(module.run())}\n"
        print(f"## {name}\n\n{parts[name]}", flush=True)
        if keeps:  # now and not in the end: a part that fails does not take the others with it
            REPORT.write_text(_report(parts), encoding="utf-8")
    if keeps:
        print(f"written: {REPORT.name}")


def _report(parts: dict[str, str]) -> str:
    head = f"# Measurements\n\n{machine()}\nEach section is of one run; `make bench` makes all of them again.\n"
    return "\n".join([head, *(f"## {name}\n\n{parts[name]}" for name in ALL if name in parts)])


def _parts(report: str) -> dict[str, str]:
    """The sections of a report by name."""
    sections = (section.split("\n\n", 1) for section in report.split("\n## ")[1:])
    return {name: text.rstrip("\n") + "\n" for name, text in sections}


if __name__ == "__main__":
    main(sys.argv[1:])
