"""`sekisho cases list | rotate`."""

from __future__ import annotations

import json

from sekisho.cli.context import Context


def run(context: Context) -> int:
    """List the cases with their tokens, or give them new ones."""
    cases = context.cases()
    if context.options.action == "rotate":
        print(context.words.text("cases.rotated", count=cases.rotate()))
        return 0
    listed = [{"case": token, "file": name} for token, name in cases.tokens().items()]
    if context.options.json:
        print(json.dumps(listed, ensure_ascii=False, indent=2))
    else:
        for case in listed:
            print(f"{case['case']}  {case['file']}")
    return 0
