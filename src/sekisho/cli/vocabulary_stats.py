"""`sekisho vocabulary stats`: what the shipped vocabulary holds, in numbers."""

from __future__ import annotations

import json

from sekisho.cli.context import Context
from sekisho.local.medical.stats import as_markdown, vocabulary_stats


def run(context: Context) -> int:
    """Print the counts: a line a kind, JSON, or the page of the documentation."""
    stats = vocabulary_stats()
    if context.options.json:
        print(json.dumps(stats.as_plain(), ensure_ascii=False, indent=2))
        return 0
    if context.options.markdown:
        print(as_markdown(stats), end="")
        return 0
    words = context.words
    for kind, counts in stats.kinds.items():
        print(
            words.text(
                "stats.kind",
                kind=kind,
                terms=counts.terms,
                roots=counts.roots,
                rare=counts.rare,
                synonyms=counts.synonyms,
            )
        )
    for kind, rows in stats.relations.items():
        print(words.text("stats.relations", kind=kind, rows=rows))
    print(words.text("stats.fallback", stems=stats.stems, heads=stats.fallback_heads, groups=stats.allergen_groups))
    return 0
