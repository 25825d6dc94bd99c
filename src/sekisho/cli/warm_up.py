"""A serving language model is probed at the start, so that the operator is told and the first caller does not wait."""

from __future__ import annotations

import sys
import time
from threading import Thread

from sekisho.cli.model import finding_lines
from sekisho.errors import SekishoError
from sekisho.local.model.language_model import LanguageModel
from sekisho.local.model.runtime import Cancellation
from sekisho.wording import Wording


def warm_up(model: LanguageModel, words: Wording, seconds: float) -> None:
    """Probe in the background, and print what was found on standard error. Nothing waits for it."""

    def probe() -> None:
        try:
            found = model.warm_up(time.monotonic() + seconds, Cancellation())
            lines = finding_lines(found, model.runtime.address, words)
        except SekishoError as error:
            lines = [words.text("model.rules_meanwhile", code=error.code.value, text=words.code(error.code))]
        print("\n".join(lines), file=sys.stderr, flush=True)

    Thread(target=probe, name="sekisho-warm-up", daemon=True).start()
