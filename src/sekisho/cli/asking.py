"""What `ask` and `chat` share: the case, its wall, and the record of why something was stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sekisho.checkpoint.prompt.inspecting import inspect_text
from sekisho.checkpoint.prompt.outcome import Inspected, Treatment
from sekisho.checkpoint.prompt.placeholders import Placeholders
from sekisho.checkpoint.wall import Wall
from sekisho.cli.before_sending import agreed
from sekisho.cli.cloud_choice import cloud_choice
from sekisho.cli.context import Context
from sekisho.cli.lookout import Lookout
from sekisho.cloud.choice import STAND_IN, CloudChoice
from sekisho.cloud.usage import Prices, load_prices
from sekisho.errors import Code, Refused
from sekisho.local.records.cases import Case
from sekisho.local.zone import LEDGER_NAME, Zone
from sekisho.wording import Wording

#: Stops at the outgoing guard. The ledger is told, because nothing else would remember.
_STOPS = frozenset({Code.UNAPPROVED_OUTGOING, Code.UNSIGNED_RESULT})


@dataclass(frozen=True, slots=True)
class Asking:
    """Everything on this side that questions about one case need."""

    zone: Zone
    case: Case
    wall: Wall
    cloud: CloudChoice
    prices: Prices
    lookout: Lookout
    #: What the placeholders of this conversation stand for. In memory, on this side only.
    memory: Placeholders
    language: str

    @property
    def model(self) -> str:
        """The name of the cloud model or agent, for people; empty for the stand-in."""
        return "" if self.cloud.kind == STAND_IN else self.cloud.model or self.cloud.agent

    def inspect(self, typed: str) -> Inspected:
        """What may leave of a text.

        Raises:
            InputError: `bad_symptoms`.
            Refused: `identifier_found` where nothing of it may leave; the ledger has it.
        """
        words = self.zone.domain.prompt_words
        found = inspect_text(typed, wall=self.wall, words=words, language=self.language, memory=self.memory)
        if found.treatment is Treatment.REFUSED:
            self.zone.background.note_refusal(Code.IDENTIFIER_FOUND, self.case.token)
            raise Refused(Code.IDENTIFIER_FOUND)
        return found

    def agreed(self, typed: str, words: Wording, *, asks: bool) -> str | None:
        """The text that will leave: inspected, shown to the person where there is one, and told to the lookout."""
        text = agreed(typed, self.inspect, words, asks=asks)
        if text is not None:
            self.lookout.expect(text)
        return text

    def inspected(self, typed: str) -> str:
        """The text that will leave, where nobody is asked.

        Raises:
            InputError, Refused: As `inspect`.
        """
        text = self.inspect(typed).text
        self.lookout.expect(text)
        return text

    @contextmanager
    def noting_stops(self) -> Iterator[None]:
        """Write into the ledger why the outgoing guard stopped something."""
        try:
            yield
        except Refused as refused:
            if refused.code in _STOPS:
                self.zone.background.note_refusal(refused.code, self.case.token)
            raise


def asking(context: Context) -> Asking:
    """Open the case and the settings that questions about it need.

    Raises:
        InputError, SetupError: Something is not there.
    """
    settings = context.settings
    cloud = cloud_choice(settings)
    prices = load_prices(settings.cloud_prices)
    zone = context.zone()
    case = context.chosen_case(zone.cases)
    wall = zone.background.wall(case)
    known = frozenset({cloud.model, cloud.agent, cloud.agent_version} - {""})
    lookout = Lookout(settings.state / LEDGER_NAME, case.token, known)
    return Asking(zone, case, wall, cloud, prices, lookout, Placeholders(settings.lang), settings.lang)
