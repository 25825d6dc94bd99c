"""`sekisho vocabulary`: what a word of a record becomes and why; other actions have modules of their own."""

from __future__ import annotations

from importlib import import_module

from sekisho.cli.context import Context
from sekisho.local.medical.local_terms.extended import vocabulary_with_imports
from sekisho.local.medical.local_terms.terms import is_local
from sekisho.local.medical.lookup import look_up

_MODULES = {
    "import": "vocabulary_import",
    "imports": "vocabulary_import",
    "undo": "vocabulary_import",
    "unlisted": "vocabulary_unlisted",
    "stats": "vocabulary_stats",
}


def run(context: Context) -> int:
    """Run the action and give its exit status."""
    if name := _MODULES.get(context.options.action):
        status: int = import_module(f"sekisho.cli.{name}").run(context)
        return status
    return _look_up(context)


def _look_up(context: Context) -> int:
    """Print every term that the word means, by kind; exit 1 if there is none."""
    words = context.words
    found = look_up(context.options.term, vocabulary_with_imports(context.settings.state))
    for match in found:
        term = match.term
        print(words.text("lookup.line", kind=term.kind, ja=term.ja, en=term.en))
        print(words.text("lookup.code", code=term.code, how=words.text(f"lookup.{match.how}")))
        if match.because:
            print(words.text("lookup.because", because=match.because))
        if match.broader:
            chain = " > ".join(t.display(words.language) for t in match.broader)
            print(words.text("lookup.parents", parents=chain))
        if is_local(term.code):
            print(words.text("lookup.local"))
        if term.rare:
            print(words.text("lookup.rare"))
    if not found:
        print(words.text("lookup.nothing", term=context.options.term))
    return 0 if found else 1
