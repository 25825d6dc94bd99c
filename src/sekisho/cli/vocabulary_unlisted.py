"""`sekisho vocabulary unlisted`: words of a case that nothing matches, on the operator's screen only."""

from __future__ import annotations

from sekisho.cli.context import Context
from sekisho.local.medical.domain import MedicalDomain
from sekisho.local.medical.tables import COLUMNS
from sekisho.local.medical.unlisted import unlisted_words


def run(context: Context) -> int:
    """Print each word with its place, and a row for the table that it would stand in."""
    words = context.words
    zone = context.zone()
    opened = zone.background.open(context.chosen_case(zone.cases))
    found = unlisted_words(opened.record, opened.sheet, MedicalDomain(context.settings.state))
    if not found:
        print(words.text("unlisted.none"))
        return 0
    print(words.text("unlisted.private", count=len(found)))
    for table in dict.fromkeys(entry.table for entry in found):
        print(f"\n# {table}")
        for entry in found:
            if entry.table == table:
                print(f"# {entry.path}: {entry.words}")
        print("\t".join(COLUMNS[table]))
        for entry in found:
            if entry.table == table:
                print(entry.row)
    return 0
