"""The user's own text, inspected as strictly as a record before it leaves (G6).

    inspected = inspect_text(typed, wall=case.wall, words=domain.prompt_words, language="ja", memory=Placeholders("ja"))
    send(inspected.text)
    show(memory.restore(answer))           # or memory.restorer() for a stream

A sentence leaves as it was typed only if every word in it is on an allow-list; identifiers in it become numbered
placeholders. Any other sentence leaves as codes: what the domain's vocabulary recognises, written again by our own
code. The wall has the last word. Nothing here decides what the cloud may ask of a record.
"""

from sekisho.checkpoint.prompt.cleaning import MAX_CHARACTERS
from sekisho.checkpoint.prompt.inspecting import inspect_text
from sekisho.checkpoint.prompt.outcome import Inspected, Part, Treatment
from sekisho.checkpoint.prompt.placeholders import Placeholders
from sekisho.checkpoint.prompt.restorer import Restorer
from sekisho.checkpoint.prompt.words import Detail, PromptWords, Said

__all__ = [
    "MAX_CHARACTERS",
    "Detail",
    "Inspected",
    "Part",
    "Placeholders",
    "PromptWords",
    "Restorer",
    "Said",
    "Treatment",
    "inspect_text",
]
