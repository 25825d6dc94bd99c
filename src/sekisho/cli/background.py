"""`sekisho background`: exactly the released bytes on standard output, and nothing else."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from sekisho.checkpoint.outcome import Disclosure
from sekisho.cli.context import Context
from sekisho.errors import Code, InputError, Refused
from sekisho.local.background import OpenCase
from sekisho.model_setting import RULES
from sekisho.offered_tool import MAX_SYMPTOMS

if TYPE_CHECKING:
    from sekisho.local.model.report import Report


def run(context: Context) -> int:
    """Print the disclosure; raise what the checkpoint refused."""
    symptoms: str = context.options.symptoms
    if not symptoms.strip() or len(symptoms) > MAX_SYMPTOMS:
        raise InputError(Code.BAD_SYMPTOMS)
    zone = context.zone()
    case = context.chosen_case(zone.cases)
    zone.background.open(case)  # a file that cannot be read is bad input, told with its line or field
    try:
        outcome = zone.background.answer(symptoms, case.token, watch=_watch(context))
    finally:
        zone.close()
    if not isinstance(outcome, Disclosure):
        raise Refused(outcome.code)
    sys.stdout.buffer.write(outcome.data)
    sys.stdout.buffer.flush()
    if sys.stderr.isatty() or context.options.explain:
        _tell_withheld(context, zone.background.open(case), outcome)
    return 0


def _watch(context: Context) -> Callable[[Report], None] | None:
    """Tells how a language model came to its choice, where `--explain` asks for it."""
    if not context.options.explain:
        return None
    if context.settings.model.kind == RULES:
        print(context.words.text("model.rules"), file=sys.stderr)
        return None
    from sekisho.cli.explain import explain

    return lambda report: explain(report, context.words)


def _tell_withheld(context: Context, opened: OpenCase, outcome: Disclosure) -> None:
    """For the operator's eyes: what stayed because it is unknown, or because the policy keeps it."""
    unknown = len(opened.sheet.unlisted) + opened.sheet.unread
    kept_back = sum(outcome.withheld.values())
    print(f"\n{context.words.text('background.withheld', unknown=unknown, policy=kept_back)}", file=sys.stderr)
