"""`sekisho vocabulary import | imports | undo`: a hospital's own master as local terms."""

from __future__ import annotations

from pathlib import Path

from sekisho.cli.context import Context
from sekisho.errors import SetupError
from sekisho.local.medical.local_terms.draft import Draft
from sekisho.local.medical.local_terms.importing import draft_of, keep
from sekisho.local.medical.local_terms.mapping import read_map
from sekisho.local.medical.local_terms.report import Report
from sekisho.local.medical.local_terms.store import Imports
from sekisho.local.medical.local_terms.suspicious import REASONS
from sekisho.wording import Wording

_GROUPS = ("known", "repeated", "several_codes", "several_names")


def run(context: Context) -> int:
    """Import a master, list the imports, or undo one."""
    return {"import": _import, "imports": _list, "undo": _undo}[context.options.action](context)


def _import(context: Context) -> int:
    """Exit 0: imported, or shown with `--dry-run`; 1: declined, or there was nothing to take."""
    options, words = context.options, context.words
    path = Path(options.file)
    columns = read_map(options.map)
    with draft_of(path, options.kind, columns, options.encoding) as draft:
        _show(draft.report, words)
        if options.dry_run:
            print(words.text("import.dry_run"))
            return 0
        if not draft.report.taken and not draft.report.codes:
            print(words.text("import.nothing"))
            return 1
        if not options.yes and not _agreed(words):
            print(words.text("import.declined"))
            return 1
        return _keep(context, draft, path.name)


def _keep(context: Context, draft: Draft, file: str) -> int:
    entry = keep(draft, context.settings.state, context.options.kind, file)
    if entry is None:
        print(context.words.text("import.again"))
    else:
        print(context.words.text("import.done", id=entry.id, taken=entry.taken, codes=draft.report.codes))
    return 0


def _show(report: Report, words: Wording) -> None:
    print(words.text("import.preview"))
    for seen in report.preview:
        if seen.outcome == "new":
            line = words.text("import.seen_new", ja=seen.ja, en=seen.en, broader=seen.broader)
        elif seen.outcome == "known":
            line = words.text("import.seen_known", name=seen.name, ja=seen.ja, en=seen.en)
        else:
            line = words.text("import.seen_refused", name=_plain(seen.name), why=_reason(seen.outcome, words))
        print(f"  {line}")
    print(words.text("import.counts", rows=report.rows, taken=report.taken, known=report.known, refused=report.refused))
    for group in _GROUPS:
        count = report.known if group == "known" else report.groups[group]
        if count:
            print(words.text(f"import.{group}", count=count))
            _examples(report, group)
    for reason in REASONS:
        if count := report.groups[f"refused.{reason}"]:
            print(words.text("import.refused", why=_reason(reason, words), count=count))
            _examples(report, f"refused.{reason}")


def _examples(report: Report, group: str) -> None:
    for example in report.examples[group]:
        line = f"{example.line}: " if example.line else ""
        other = f" = {_plain(example.other)}" if example.other else ""
        print(f"    {line}{_plain(example.name)}{other}")


def _plain(text: str) -> str:
    """A refused name may hold anything, also what moves the cursor of a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text[:80])


def _reason(reason: str, words: Wording) -> str:
    return words.text(f"refusals.{reason}")


def _agreed(words: Wording) -> bool:
    try:
        return input(words.text("import.question")).strip().lower() in ("y", "yes", "はい")
    except EOFError:
        print()
        return False


def _list(context: Context) -> int:
    """Exit 1 if an import is damaged."""
    words, store = context.words, Imports(context.settings.state)
    sound = True
    entries = store.entries()
    for entry in entries:
        print(words.text("import.entry", **entry.plain()))
        try:
            store.check(entry, whole=True)
        except SetupError as error:
            sound = False
            print(f"  {error.code.value}: {words.code(error.code)}")
    if not entries:
        print(words.text("import.none"))
    return 0 if sound else 1


def _undo(context: Context) -> int:
    entry = Imports(context.settings.state).remove(context.options.id)
    print(context.words.text("import.undone", **entry.plain()))
    return 0
