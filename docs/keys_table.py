"""Writes the table of accepted keys in docs/RECORDS.md from `keys.toml`. Run: python docs/keys_table.py"""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
KEYS = ROOT / "src" / "sekisho" / "local" / "records" / "keys.toml"
PAGE = ROOT / "docs" / "RECORDS.md"
BEGIN, END = "<!-- keys: begin -->", "<!-- keys: end -->"

TITLES = {
    "sections": "Sections: their entries may become facts",
    "identifiers": "Identifiers: looked for at the checkpoint, never released",
    "parts": "Parts: about the person (`person`), or nothing but identifiers (`private`)",
    "person": "About the person as a whole",
    "entry": "Within one entry",
}


def tables() -> str:
    """All tables, in the order of the file."""
    data = tomllib.loads(KEYS.read_text(encoding="utf-8"))
    return "\n\n".join(_table(TITLES[part], groups) for part, groups in data.items())


def _table(title: str, groups: dict[str, list[str]]) -> str:
    rows = [f"| {name} | {' '.join(f'`{key}`' for key in keys)} |" for name, keys in groups.items()]
    return "\n".join([f"### {title}", "", "| read as | keys |", "|---|---|", *rows])


def filled(page: str) -> str:
    """The page with its tables made anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{tables()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
