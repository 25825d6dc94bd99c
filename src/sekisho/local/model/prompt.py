"""Prompts as data: what a domain says to a language model, in the order system -> facts -> symptoms.

What stays the same comes first, so that a runtime can reuse what it has already read: the task for every case, the
facts for every question about a case, the symptoms last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sekisho.checkpoint.wall import Wall
from sekisho.errors import Code, Refused
from sekisho.local.model.runtime import Message, Schema


@dataclass(frozen=True, slots=True)
class Prompts:
    """The prompts of a domain in one language.

    Attributes:
        version: Changes with every change of the words; part of the key of what is remembered.
        select, write: The task of each mode: the whole system message.
        select_short, write_short: The same for the second attempt.
        facts, record, symptoms: Headings.
        none: What stands where no symptom was recognised.
        draft: Schema of the draft that `write` asks for.
    """

    version: str
    select: str
    select_short: str
    write: str
    write_short: str
    facts: str
    record: str
    symptoms: str
    none: str
    draft: dict[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class Prompt:
    """One prompt, ready to be sent.

    Attributes:
        messages: What the model reads.
        schema: What its answer must look like.
        max_tokens: The most that it may generate.
        untold: How many lines there was no room for.
    """

    messages: tuple[Message, ...]
    schema: Schema
    max_tokens: int
    untold: int = 0

    def __repr__(self) -> str:
        return "<Prompt>"


def messages_of(
    system: str, heading: str, lines: Sequence[str], last: str, symptoms: Sequence[str]
) -> tuple[Message, ...]:
    """The two messages, in the order that lets a runtime reuse its prefix."""
    body = "\n".join([heading, *lines])
    return Message("system", system), Message("user", f"{body}\n\n{last}\n{', '.join(symptoms)}")


def check_no_identifier(lines: Sequence[str], wall: Wall, words: Sequence[str]) -> None:
    """What comes from the record is searched for its identifiers before a model reads it (G5).

    Raises:
        Refused: `identifier_found`.
    """
    if wall.find("\n".join(lines), words) is not None:
        raise Refused(Code.IDENTIFIER_FOUND)
