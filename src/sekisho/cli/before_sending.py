"""Shows what was typed beside what will leave, and lets the person send it, change it, or leave it."""

from __future__ import annotations

import sys
from collections.abc import Callable

from sekisho.checkpoint.prompt.outcome import Inspected, Treatment
from sekisho.cli.columns import side_by_side
from sekisho.wording import Wording

#: Inspects a text; raises where nothing of it may leave.
Inspect = Callable[[str], Inspected]


def is_interactive() -> bool:
    """Whether a person can see and answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def agreed(typed: str, inspect: Inspect, words: Wording, *, asks: bool) -> str | None:
    """The text that may leave, or None where the person does not want to send it.

    Without somebody to ask (`asks`), and where it leaves as it was typed, what the inspection says holds.

    Raises:
        InputError, Refused: As `inspect`.
    """
    while True:
        inspected = inspect(typed)
        if not asks or inspected.treatment is Treatment.AS_TYPED:
            return inspected.text
        left = [part.typed.strip() for part in inspected.parts]
        right = [part.leaves.strip() or words.text("prompt.nothing") for part in inspected.parts]
        print("\n".join(side_by_side(words.text("prompt.typed"), left, words.text("prompt.leaves"), right)))
        try:
            answer = input(words.text("prompt.question")).strip().lower()
            if answer in ("", "y"):
                return inspected.text
            if answer != "e":  # in doubt it stays
                return None
            typed = input(words.text("prompt.again"))
        except EOFError:  # Ctrl-D is no answer either
            print()
            return None
