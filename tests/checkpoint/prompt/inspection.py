"""The inspection with the shipped medical lists, for tests: with Sudachi and without."""

from __future__ import annotations

from functools import cache

from sekisho.checkpoint.prompt import Inspected, Placeholders, PromptWords, inspect_text
from sekisho.checkpoint.wall import Wall
from sekisho.local.medical.prompt_words import prompt_words
from sekisho.local.medical.vocabulary import load_vocabulary


@cache
def words(analyser: bool = False) -> PromptWords:
    return prompt_words(load_vocabulary(), analyser=analyser)


def inspect(
    text: str,
    *,
    wall: Wall | None = None,
    language: str = "ja",
    memory: Placeholders | None = None,
    analyser: bool = False,
) -> Inspected:
    memory = memory if memory is not None else Placeholders(language)
    return inspect_text(text, wall=wall, words=words(analyser), language=language, memory=memory)


def leaves(text: str, language: str = "ja") -> str:
    return inspect(text, language=language).text
