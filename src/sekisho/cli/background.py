"""`sekisho background`: exactly the released bytes on standard output, and nothing else."""

from __future__ import annotations

import sys

from sekisho.checkpoint.outcome import Disclosure
from sekisho.cli.context import Context
from sekisho.errors import Code, InputError, Refused
from sekisho.local.background import MAX_SYMPTOMS


def run(context: Context) -> int:
    """Print the disclosure; raise what the checkpoint refused."""
    symptoms: str = context.options.symptoms
    if not symptoms.strip() or len(symptoms) > MAX_SYMPTOMS:
        raise InputError(Code.BAD_SYMPTOMS)
    zone = context.zone()
    case = context.chosen_case(zone.cases)
    zone.background.open(case)  # a file that cannot be read is bad input, told with its line or field
    outcome = zone.background.answer(symptoms, case.token)
    if not isinstance(outcome, Disclosure):
        raise Refused(outcome.code)
    sys.stdout.buffer.write(outcome.data)
    sys.stdout.buffer.flush()
    return 0
