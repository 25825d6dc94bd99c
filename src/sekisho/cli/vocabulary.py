"""`sekisho vocabulary lookup TERM`: what a word of a record becomes, and why."""

from __future__ import annotations

from sekisho.cli.context import Context
from sekisho.local.medical.lookup import look_up


def run(context: Context) -> int:
    """Print every term that the word means, by kind; exit 1 if there is none."""
    words = context.words
    found = look_up(context.options.term)
    for match in found:
        term = match.term
        print(words.text("lookup.line", kind=term.kind, ja=term.ja, en=term.en))
        print(words.text("lookup.code", code=term.code, how=words.text(f"lookup.{match.how}")))
        if match.broader:
            chain = " > ".join(t.display(words.language) for t in match.broader)
            print(words.text("lookup.parents", parents=chain))
        if term.rare:
            print(words.text("lookup.rare"))
    if not found:
        print(words.text("lookup.nothing", term=context.options.term))
    return 0 if found else 1
