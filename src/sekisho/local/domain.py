"""The seam to a field of knowledge: medicine first; finance, law and manufacturing are to be its siblings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sekisho.checkpoint.candidate import Candidate
from sekisho.checkpoint.catalog import Catalog
from sekisho.checkpoint.policy import Policy
from sekisho.checkpoint.wall import Wall
from sekisho.local.facts import Fact, FactSheet
from sekisho.local.model.protocol import Choice, Offer, Told
from sekisho.local.records.record import Record

if TYPE_CHECKING:  # the inspection of typed text is loaded by those who inspect some
    from sekisho.checkpoint.prompt.words import PromptWords


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question about a case, ready for a selector: the facts, what the question is about, and the offer."""

    sheet: FactSheet
    symptoms: tuple[Fact, ...]
    offer: Offer


class Domain(Protocol):
    """A field of knowledge: what its records say, in words that may leave."""

    @property
    def catalog(self) -> Catalog:
        """What may be said."""
        ...

    @property
    def prompt_words(self) -> PromptWords:
        """The lists by which typed text is inspected before it leaves."""
        ...

    def facts(self, record: Record) -> FactSheet:
        """The numbered facts of a record."""
        ...

    def prepare(self, sheet: FactSheet, question: str, language: str) -> Prepared:
        """The offer to a selector."""
        ...

    def candidate(self, prepared: Prepared, choice: Choice, policy: Policy) -> Candidate:
        """What to propose for a choice."""
        ...

    def tell(self, record: Record, prepared: Prepared, wall: Wall) -> Told:
        """What a language model may be told about the question. Nothing is made before it is asked for."""
        ...
