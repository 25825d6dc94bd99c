"""What the operator of this machine sees of cases, ledger and texts. Local only: what is here never leaves."""

from __future__ import annotations

from threading import Lock

from sekisho.checkpoint.catalog import Catalog
from sekisho.cli.context import Context
from sekisho.console.ledger_view import LedgerView, read_view
from sekisho.console.preview import Preview, preview
from sekisho.console.sample_prompts import Sample, samples
from sekisho.console.setup import Setup
from sekisho.console.stays import Stays, stays_of
from sekisho.local.facts import Fact
from sekisho.local.medical.domain import MedicalDomain
from sekisho.local.medical.fold import key_of
from sekisho.local.medical.local_terms.extended import vocabulary_with_imports
from sekisho.local.zone import LEDGER_NAME, Zone


class Look:
    """Reads cases through the same code as the private zone."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._zone: Zone | None = None
        self._catalog: Catalog | None = None
        self._lock = Lock()
        #: The first inspection loads word lists: who comes meanwhile waits for them, and does not load them too.
        self._inspecting = Lock()

    def cases(self) -> dict[str, str]:
        """File name by token.

        Raises:
            SekishoError: There is no folder, or the state folder cannot be used.
        """
        return self._opened().cases.tokens()

    def preview(self, typed: str, case: str, language: str) -> Preview:
        """What would leave of a text about this case.

        Raises:
            SekishoError: The case cannot be read.
        """
        zone = self._opened()
        with self._inspecting:
            wall = zone.background.wall(zone.cases.find(case))
            return preview(typed, wall, zone.domain.prompt_words, language)

    def warm_up(self, language: str) -> None:
        """Do once what the first view will do, so that it finds everything loaded.

        Raises:
            SekishoError: As the first view will tell.
        """
        begin_with = next(iter(self.samples(language)), None)
        case = next(iter(self.cases()), None)
        if begin_with is not None and case is not None:
            self.preview(begin_with.text, case, language)

    def stays(self, case: str, summary: str, language: str) -> Stays:
        """What stays of a case beside a summary that left.

        Raises:
            SekishoError: The case cannot be read.
        """
        zone = self._opened()
        found = zone.cases.find(case)
        return stays_of(found, zone.background.open(found), summary, self.catalog, language, self._is_named)

    def ledger(self) -> LedgerView:
        """The ledger now."""
        return read_view(self._context.settings.state / LEDGER_NAME)

    def samples(self, language: str) -> list[Sample]:
        """Questions to begin with."""
        return samples(language, self._context.settings.state)

    @property
    def catalog(self) -> Catalog:
        """What may be said."""
        with self._lock:
            if self._catalog is None:
                self._catalog = MedicalDomain(self._context.settings.state).catalog
            return self._catalog

    def close(self) -> None:
        """Let go of the local model, if there is one."""
        if self._zone is not None:
            self._zone.close()

    @property
    def _context(self) -> Context:
        return self._setup.context(self._setup.language)

    def _opened(self) -> Zone:
        with self._lock:
            if self._zone is None:
                self._zone = self._context.zone()
            return self._zone

    def _is_named(self, text: str, fact: Fact) -> bool:
        vocabulary = vocabulary_with_imports(self._context.settings.state)
        return vocabulary.lexicon("lab", "vital").exact(key_of(text)) == fact.code
