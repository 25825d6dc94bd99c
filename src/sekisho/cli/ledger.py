"""`sekisho ledger show | verify | export`."""

from __future__ import annotations

import json
from collections import deque

from sekisho.checkpoint.ledger_check import read_ledger, verify
from sekisho.cli.context import Context
from sekisho.local.zone import LEDGER_NAME


def run(context: Context) -> int:
    """Show, verify or export the ledger of the state folder."""
    path = context.settings.state / LEDGER_NAME
    if context.options.action == "verify":
        return _verify(context)
    entries = (entry for _, entry in read_ledger(path) if entry is not None)
    if context.options.action == "export":
        for entry in entries:
            print(json.dumps(entry.as_plain(), ensure_ascii=False, sort_keys=True))
        return 0
    shown = deque(entries, maxlen=max(1, context.options.last))
    for entry in shown:
        what = entry.code or f"{len(entry.summary.encode())} B  {entry.sha256[:12]}"
        print(f"{entry.sequence:>6}  {entry.time}  {entry.kind:<10}  {entry.case or '-':<15}  {entry.model:<8}  {what}")
    if not shown:
        print(context.words.text("ledger.none"))
    return 0


def _verify(context: Context) -> int:
    words = context.words
    verdict = verify(context.settings.state / LEDGER_NAME, context.options.head)
    if verdict.torn:
        print(words.text("ledger.torn"))
    if verdict.damaged:
        print(words.text("ledger.damaged", lines=", ".join(map(str, verdict.damaged))))
    if not verdict.head_found:
        print(words.text("ledger.head_missing"))
    if not verdict.intact:
        return 1
    print(words.text("ledger.intact", entries=verdict.entries))
    print(words.text("ledger.head", head=verdict.head))
    return 0
