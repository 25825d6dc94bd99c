"""The seam to a field of knowledge: medicine first; finance, law and manufacturing are to be its siblings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sekisho.checkpoint.candidate import Candidate
from sekisho.checkpoint.catalog import Catalog
from sekisho.checkpoint.policy import Policy
from sekisho.local.facts import Fact, FactSheet
from sekisho.local.model.protocol import Choice, Offer
from sekisho.local.records.record import Record


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

    def facts(self, record: Record) -> FactSheet:
        """The numbered facts of a record."""
        ...

    def prepare(self, sheet: FactSheet, question: str, language: str) -> Prepared:
        """The offer to a selector."""
        ...

    def candidate(self, prepared: Prepared, choice: Choice, policy: Policy) -> Candidate:
        """What to propose for a choice."""
        ...
