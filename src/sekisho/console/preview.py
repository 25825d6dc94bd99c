"""What would leave of a typed text, before it is sent. Looking changes nothing: no ledger entry, no call."""

from __future__ import annotations

from dataclasses import dataclass

from sekisho.checkpoint.prompt import Inspected, Part, Placeholders, PromptWords, Treatment, inspect_text
from sekisho.checkpoint.wall import Wall
from sekisho.errors import Code, SekishoError


@dataclass(frozen=True, slots=True, repr=False)
class Preview:
    """What would leave; or why nothing would. It holds what was typed, so it shows nothing of itself."""

    leaves: str = ""
    parts: tuple[Part, ...] = ()
    treatment: Treatment = Treatment.REFUSED
    code: Code | None = None

    @property
    def size(self) -> int:
        """Bytes that would leave."""
        return len(self.leaves.encode())

    @property
    def dropped(self) -> int:
        """Sentences of which nothing would leave."""
        return sum(not part.leaves.strip() for part in self.parts if part.typed.strip())


def preview(typed: str, wall: Wall, words: PromptWords, language: str) -> Preview:
    """Inspect a text as the run will."""
    try:
        found: Inspected = inspect_text(typed, wall=wall, words=words, language=language, memory=Placeholders(language))
    except SekishoError as error:
        return Preview(code=error.code)
    except Exception:  # noqa: BLE001 - fail closed: the run would end like this too
        return Preview(code=Code.INTERNAL)
    if found.treatment is Treatment.REFUSED:
        return Preview(parts=found.parts, code=Code.IDENTIFIER_FOUND)
    return Preview(found.text, found.parts, found.treatment)
