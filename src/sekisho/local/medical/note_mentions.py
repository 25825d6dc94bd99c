"""One place of a note where a term stands, with what the rules make of it. Whether it is so is judged for the note."""

from __future__ import annotations

from typing import NamedTuple


class Mention(NamedTuple):
    """A term in a note.

    Attributes:
        kind: Kind of fact that it could become: `condition`, `medicine` or `allergy`.
        code: The term.
        start: Where it begins in the folded note.
        end: Where it ends there.
        topic: What the part of the note is about.
        status: What the rules make of it: a status of the domain, `denied`, `apart` (told of someone or something
            else), or empty where they say nothing.
        firmly: Words say so; it is not only the usual meaning of a bare name.
        signs: Further signs that the rules looked for and found.
    """

    kind: str
    code: str
    start: int
    end: int
    topic: str
    status: str
    firmly: bool
    signs: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """What the rules make of it, in one word."""
        return f"{self.status or 'nothing'}{'!' if self.firmly else ''}"
