"""Importing a master from end to end: read, judge, draft; then, once it is agreed to, keep it."""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from pathlib import Path

from sekisho.errors import Code, InputError
from sekisho.local.medical.local_terms.draft import Draft
from sekisho.local.medical.local_terms.entry import Entry
from sekisho.local.medical.local_terms.judge import Judge
from sekisho.local.medical.local_terms.mapping import ColumnMap
from sekisho.local.medical.local_terms.master import rows_of
from sekisho.local.medical.local_terms.store import Imports
from sekisho.local.medical.vocabulary import load_vocabulary


def draft_of(path: Path, kind: str, columns: ColumnMap, encoding: str = "auto") -> Draft:
    """Read and judge a whole master. Writes nothing that has a name.

    Raises:
        InputError: As `master.rows_of`; `bad_master` where there is no row.
        SetupError: `import_failed` if the place for temporary data is full.
    """
    vocabulary = load_vocabulary()
    judge = Judge(vocabulary, kind)
    draft = Draft(vocabulary)
    collecting = gc.isenabled()
    gc.disable()  # a million rows make no cycle, and looking for one takes a fifth of the time
    try:
        draft.take(map(judge.judge, rows_of(path, columns, encoding)))
        if draft.report.rows == 0:
            raise InputError(Code.BAD_MASTER, path.name)
    except BaseException:
        draft.__exit__()
        raise
    finally:
        if collecting:
            gc.enable()
    return draft


def keep(draft: Draft, state: Path, kind: str, file: str) -> Entry | None:
    """Keep a draft as an import. None where the same import is there already.

    Raises:
        SetupError: As `Imports.add`.
    """
    report = draft.report
    when = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    entry = Entry("", kind, when, file, report.rows, report.taken, report.known, report.refused, "", 0)
    return Imports(state).add(entry, draft.write)
