"""Questions to a steered model about one case, through the real main job, and what the runtime was given for them."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from tests.engines.steered import Steered, is_question

from bench.model_cases import domain
from sekisho.checkpoint.door import Checkpoint
from sekisho.checkpoint.ledger import FileLedger
from sekisho.checkpoint.outcome import Disclosure
from sekisho.checkpoint.policy import load_policy
from sekisho.local.background import Background
from sekisho.local.model.language_model import LanguageModel
from sekisho.local.model.modes import MODES, MOST_CHOSEN
from sekisho.local.model.rules import Rules
from sekisho.local.model.runtime import Cancellation, Completion, Dialect, Message, Runtime, Schema
from sekisho.local.records.cases import Cases

#: An answer may be as long as it is: it is counted here, not judged.
_ROOM = 8000


@dataclass(frozen=True)
class Question:
    """What the runtime was given, what it answered, and how long the whole main job took."""

    name: str
    messages: Sequence[Message]
    schema: Schema
    max_tokens: int
    dialect: Dialect
    completion: Completion
    seconds: float


class Asker:
    """Asks about the one case of a folder; the model answers as the rules would."""

    def __init__(self, runtime: Runtime, case: Path, folder: Path, mode: str) -> None:
        state = Path(tempfile.mkdtemp(dir=folder))
        self._given: list[tuple[Any, ...]] = []
        self._noting = _Noting(runtime, self._answer, self._given)
        self._mode = mode
        checkpoint = Checkpoint(domain().catalog, load_policy(None), FileLedger(state / "ledger.jsonl"))
        cases = Cases(case, state)
        self._token = next(iter(cases.tokens()))
        self._rules = Background(cases, domain(), Rules(), checkpoint)
        self._job = Background(cases, domain(), LanguageModel(self._noting, MODES[mode]), checkpoint)
        self._opened = self._rules.open(cases.find(self._token))
        self._summary: dict[str, Any] = {}
        self._choice: dict[str, list[str]] = {}

    def ask(self, symptoms: str) -> Question:
        """One question. Fails where the model's answer was not used."""
        expected = self._rules.answer(symptoms, self._token)
        assert isinstance(expected, Disclosure)
        self._summary = json.loads(expected.data)
        chosen = Rules().choose(domain().prepare(self._opened.sheet, symptoms, "ja").offer)
        self._choice = {"history": sorted(chosen.history)[:MOST_CHOSEN], "risks": sorted(chosen.risks)[:MOST_CHOSEN]}
        start = time.perf_counter()
        outcome = self._job.answer(symptoms, self._token)
        seconds = time.perf_counter() - start
        assert isinstance(outcome, Disclosure)
        return Question(*self._given[-1], seconds)

    def many(self, words: Sequence[str], before: Callable[[], object] = lambda: None) -> Iterator[Question]:
        """A question for every two of these symptoms; `before` is called before each."""
        for some in combinations(words, 2):
            before()
            yield self.ask("と".join(some))

    def _answer(self, _: Sequence[Message], schema: Schema) -> object | None:
        if not is_question(schema):
            return None
        if self._mode == "write":
            return self._summary
        return self._choice


class _Noting(Steered):
    """Notes what the runtime is given in the end."""

    def __init__(self, runtime: Runtime, says: Any, given: list[tuple[Any, ...]]) -> None:
        super().__init__(runtime, says)
        self._given = given

    def complete(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        max_tokens: int,
        deadline: float,
        cancelled: Cancellation,
        dialect: Dialect = Dialect.MERGED,
    ) -> Completion:
        wanted = self.says(messages, schema) if schema is not None else None
        if wanted is None:
            return self.runtime.complete(messages, schema, max_tokens, deadline, cancelled, dialect)
        steered = {"const": wanted}
        said = self.runtime.complete(messages, steered, _ROOM, deadline, cancelled, dialect)
        self._given.append((self.name, messages, steered, _ROOM, dialect, said))
        return said
