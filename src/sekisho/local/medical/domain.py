"""The medical domain behind the seam that the main job knows: facts of a record, an offer, a candidate."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sekisho.checkpoint.candidate import Candidate
from sekisho.checkpoint.catalog import Catalog
from sekisho.checkpoint.policy import Policy
from sekisho.checkpoint.wall import Wall
from sekisho.local.domain import Prepared
from sekisho.local.facts import Fact, FactSheet
from sekisho.local.medical.compose import Composer
from sekisho.local.medical.extract import Extractor
from sekisho.local.medical.local_terms.extended import catalog_of, vocabulary_with_imports
from sekisho.local.medical.relevance import bearing_of
from sekisho.local.medical.symptoms import symptoms_in
from sekisho.local.medical.told import MedicalTold
from sekisho.local.medical.vocabulary import load_vocabulary
from sekisho.local.model.protocol import Bearing, Choice, Offer, Offered
from sekisho.local.records.record import Record

if TYPE_CHECKING:  # the inspection of typed text is loaded by those who inspect some
    from sekisho.checkpoint.prompt.words import PromptWords


class MedicalDomain:
    """Facts, vocabulary and templates of medicine. See `sekisho.local.domain` for the seam."""

    def __init__(self, state: Path | None = None) -> None:
        """`state`: the state folder whose imports count too; without one only the shipped vocabulary does.

        Raises:
            SetupError: `vocabulary_broken` or `import_damaged`.
        """
        self._vocabulary = vocabulary_with_imports(state) if state is not None else load_vocabulary()
        self._catalog = catalog_of(self._vocabulary)
        self._extractor = Extractor(self._vocabulary)
        #: Lines are made of words of the vocabulary: what they say of whom is not in them.
        self._line = lru_cache(maxsize=4096)(self._line_of)

    @property
    def catalog(self) -> Catalog:
        """What may be said, for the checkpoint."""
        return self._catalog

    @cached_property
    def prompt_words(self) -> PromptWords:
        """The lists by which typed text is inspected."""
        from sekisho.local.medical.prompt_words import prompt_words
        from sekisho.local.medical.prompt_words_cache import cached_lists

        vocabulary = load_vocabulary()
        return prompt_words(vocabulary, lists=cached_lists(vocabulary))

    def facts(self, record: Record) -> FactSheet:
        """The numbered facts of a record."""
        return self._extractor.facts_of(record)

    def prepare(self, sheet: FactSheet, question: str, language: str) -> Prepared:
        """Read the question into symptoms and offer the facts with the rules' opinion of each."""
        symptoms = symptoms_in(question, self._vocabulary)
        offered = tuple(
            self._offered(fact, language, bearing_of(fact, symptoms, self._vocabulary)) for fact in sheet.facts
        )
        words = tuple(self._vocabulary.terms[s.code].display(language) for s in symptoms)
        return Prepared(sheet, symptoms, Offer(language, offered, words))

    def candidate(self, prepared: Prepared, choice: Choice, policy: Policy) -> Candidate:
        """The candidate for a choice."""
        composer = Composer(self._vocabulary, policy)
        return composer.compose(prepared.sheet, prepared.symptoms, choice, prepared.offer.language)

    def tell(self, record: Record, prepared: Prepared, wall: Wall) -> MedicalTold:
        """What a language model may be told."""
        return MedicalTold(self._vocabulary, record, prepared, wall)

    def _offered(self, fact: Fact, language: str, bearing: Bearing) -> Offered:
        line, terms = self._line(fact.code, fact.status, language)
        return Offered(fact.id, line, bearing, terms)

    def _line_of(self, code: str, status: str, language: str) -> tuple[str, tuple[str, str]]:
        known = self._vocabulary.terms
        terms = (known[code].display(language), known[f"status:{status}"].display(language))
        return f"{terms[0]} ({terms[1]})", terms
