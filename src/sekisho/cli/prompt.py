"""`sekisho prompt`: what of a text would leave. Nothing leaves, and no ledger is written."""

from __future__ import annotations

import json
import sys

from sekisho.checkpoint.prompt import Inspected, Placeholders, Treatment, inspect_text
from sekisho.checkpoint.wall import Wall
from sekisho.cli.columns import side_by_side
from sekisho.cli.context import Context
from sekisho.errors import Code, InputError, Refused
from sekisho.local.medical.domain import MedicalDomain

_MOST_BYTES = 64 * 1024


def run(context: Context) -> int:
    """Inspect the text and show both sides; exit 3 where nothing may leave."""
    typed = _typed(context.options.text)
    language = context.settings.lang
    words = MedicalDomain(context.settings.state).prompt_words
    inspected = inspect_text(typed, wall=_wall(context), words=words, language=language, memory=Placeholders(language))
    if context.options.json:
        plain = {
            "text": inspected.text,
            "treatment": inspected.treatment.value,
            "masked": inspected.masked,
            "as_codes": inspected.as_codes,
        }
        print(json.dumps(plain, ensure_ascii=False))
    else:
        _show(context, inspected)
    return Refused.exit_status if inspected.treatment is Treatment.REFUSED else 0


def _typed(given: str) -> str:
    """The argument, or standard input for `-`.

    Raises:
        InputError: `bad_symptoms` for more than any text may have, `bad_encoding` for what is not UTF-8.
    """
    if given != "-":
        return given
    data = sys.stdin.buffer.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise InputError(Code.BAD_SYMPTOMS)
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InputError(Code.BAD_ENCODING) from None


def _wall(context: Context) -> Wall | None:
    """The identifiers of the case that is named; without one, patterns and lists alone are looked for."""
    if context.options.case is None and context.options.cases is None:
        return None
    zone = context.zone()
    return zone.background.wall(context.chosen_case(zone.cases))


def _show(context: Context, inspected: Inspected) -> None:
    words = context.words
    left = [part.typed.strip() for part in inspected.parts]
    right = [part.leaves.strip() or words.text("prompt.nothing") for part in inspected.parts]
    print("\n".join(side_by_side(words.text("prompt.typed"), left, words.text("prompt.leaves"), right)))
    print(words.text(f"prompt.{inspected.treatment.value}", masked=inspected.masked, as_codes=inspected.as_codes))
