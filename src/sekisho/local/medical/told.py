"""What the medical field can tell a language model about a question. Nothing is made before it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sekisho.checkpoint.wall import Wall
from sekisho.local.domain import Prepared
from sekisho.local.medical.vocabulary import Vocabulary
from sekisho.local.records.record import Record

if TYPE_CHECKING:  # rules need none of these
    from sekisho.local.model.prompt import Prompts
    from sekisho.local.model.protocol import DraftReading, Reduced


@dataclass(frozen=True, slots=True, repr=False)
class MedicalTold:
    """One question. It holds the record; it shows nothing."""

    vocabulary: Vocabulary
    record: Record
    prepared: Prepared
    wall: Wall

    def __repr__(self) -> str:
        return "<MedicalTold>"

    def prompts(self) -> Prompts:
        """The prompts in the language of the offer."""
        from sekisho.local.medical.prompts import medical_prompts

        return medical_prompts(self.prepared.offer.language)

    def reduced_record(self) -> Reduced:
        """The record without anything but words of the vocabulary."""
        from sekisho.local.medical.reduced import Reducer

        return Reducer(self.vocabulary).reduce(
            self.record, self.prepared.sheet, self.wall, self.prepared.offer.language
        )

    def read_draft(self, draft: Mapping[str, object]) -> DraftReading:
        """A draft, read back into facts."""
        from sekisho.local.medical.drafts import DraftReader

        return DraftReader(self.vocabulary).read(draft, self.prepared.sheet)
