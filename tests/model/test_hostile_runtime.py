"""A local model that does everything wrong: nothing that it writes reaches anybody, and nobody waits for it."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines.evasions import written
from tests.engines.hostile_faults import FAULTS, HARMLESS, HELD
from tests.engines.hostile_runtime import NAME, HostileRuntime
from tests.model.asking import SAMPLES, Samples
from tests.model.leaks import Cases, LeakAttempt, attempts, listening, play
from tests.model.search import found
from tests.server.running import background, sekisho_serve

from sekisho.checkpoint.ledger import MemoryLedger
from sekisho.checkpoint.ledger_check import verify
from sekisho.checkpoint.outcome import Disclosure
from sekisho.errors import Code
from sekisho.local.model import language_model
from sekisho.local.model.language_model import LanguageModel
from sekisho.local.model.modes import MODES
from sekisho.local.model.openai import OpenAICompatible
from sekisho.local.records.cases import Cases as CaseFolder

#: `sekisho serve` in Japanese, the language of most of what it must not say.
IN_JAPANESE = "import sys\nsys.argv[-1] = 'ja'\nfrom sekisho.cli import main"

#: SHA-256 in a line of the ledger: 64 digits that nobody chose. By chance "p-3391" stands in them, as rot13 reads them.
_DIGESTS = re.compile(r'"(?:hash|previous|sha256)":"[0-9a-f]{64}"', re.ASCII)
#: Seconds that a busy machine may add; a fault that is not ended hangs for minutes.
BUSY_MACHINE = 8.0
#: Seconds for a question whose model never answers, and the share of them that the rules get here.
HELD_SECONDS = 6.0
HELD_SHARE = 0.5


@pytest.fixture(scope="module")
def hostile() -> Iterator[HostileRuntime]:
    server = HostileRuntime()
    yield server
    server.close()


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Cases:
    return Cases(tmp_path_factory.mktemp("state"))


@pytest.mark.parametrize("mode", ["select", "write"])
@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_goes_wrong_the_rules_answer_in_time_and_the_ledger_says_why(
    hostile: HostileRuntime, samples: Cases, tmp_path: Path, fault: str, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language_model, "KEPT_BACK", HELD_SHARE)
    hostile.play = FAULTS[fault]
    hostile.received.clear()
    selector = LanguageModel(OpenAICompatible(hostile.url, NAME), MODES[mode])
    ledger = MemoryLedger()
    by_rules = Samples(tmp_path / "rules").rules("めまいと動悸")
    # Time runs out only where it must: on a busy machine the runtime would not be asked before it has.
    seconds = HELD_SECONDS if fault in HELD else 60.0
    job = background(SAMPLES, tmp_path / "state", selector, ledger, seconds=seconds)
    cases = CaseFolder(SAMPLES, tmp_path / "state")
    token = next(iter(cases.tokens()))
    job.open(cases.find(token))
    start = time.monotonic()
    outcome = job.answer("めまいと動悸", token)
    assert time.monotonic() - start < HELD_SECONDS + BUSY_MACHINE
    assert isinstance(outcome, Disclosure)
    assert 1 <= len(hostile.received) <= 2
    if fault in HARMLESS and mode == "select":
        assert ledger.entries[-1].model == f"{NAME} (select)"
    else:
        assert ledger.entries[-1].model.startswith("rules (fallback: ")
        assert json.loads(outcome.data) == by_rules
    selector.close()


@pytest.mark.guarantee("G8")
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed(hostile: HostileRuntime, tmp_path: Path, status: str) -> None:
    elsewhere = HostileRuntime()
    hostile.play = lambda wire, _: wire.answer(b"", status, more=f"location: {elsewhere.url}/v1/chat/completions\r\n")
    asked = Samples(tmp_path, OpenAICompatible(hostile.url, NAME)).ask("めまい")
    assert asked.report.fallback is Code.MODEL_NOT_LOCAL
    assert asked.summary
    assert elsewhere.received == []
    elsewhere.close()


def test_the_search_of_these_tests_finds_every_disguise(samples: Cases) -> None:
    """The search would be worth nothing if it never found anything."""
    missed = Counter[str]()
    for attempt in attempts("write", samples):
        wire = _Said()
        play(attempt, samples)(wire, {})  # type: ignore[arg-type]
        if not found(wire.text, samples.values(attempt.case), _written(attempt, samples)):
            missed[attempt.place] += 1
    assert set(missed) <= {"split over values", "acrostic", "around the answer"}
    assert missed.total() < 70


@pytest.mark.anyio
@pytest.mark.guarantee("G1", "G5")
@pytest.mark.parametrize("mode", ["select", "write"])
async def test_no_identifier_in_any_disguise_reaches_a_client_through_the_local_model(
    hostile: HostileRuntime, samples: Cases, tmp_path: Path, mode: str
) -> None:
    state = tmp_path / "state"
    settings = {"SEKISHO_MODEL": "openai", "SEKISHO_MODEL_URL": hostile.url, "SEKISHO_MODEL_NAME": NAME}
    heard, read = [], list[bytes]()
    hostile.received.clear()
    with (
        (tmp_path / "stderr").open("wb") as errors,
        sekisho_serve(SAMPLES, state, IN_JAPANESE, errors, SEKISHO_MODE=mode, **settings) as server,
    ):
        tokens = list(CaseFolder(SAMPLES, state).tokens())
        async with listening(server) as listener:
            for attempt in attempts(mode, samples):
                hostile.play = play(attempt, samples)
                before = len(hostile.received)
                heard.append(await listener.hear(attempt, tokens[attempt.case], samples))
                assert len(hostile.received) > before, "the answer was remembered: this attempt was none"
                read += hostile.received[before:]
    assert sum(samples.count(one.attempt) for one in heard) > 1500
    assert [one for one in heard if one.released] == []
    assert all("patient_context" in one.body for one in heard)
    everybody = [value for case in range(len(tokens)) for value in samples.values(case)]
    assert found("\n".join({prompt.decode() for prompt in read}), everybody, ()) == []
    ledger = (state / "ledger.jsonl").read_text("utf-8")
    assert verify(state / "ledger.jsonl").intact  # so what is taken out here are digests of the rest
    words, digests = _DIGESTS.subn("", ledger)
    assert digests == 3 * len(ledger.splitlines())
    assert found(words + (tmp_path / "stderr").read_text("utf-8"), everybody, ()) == []
    assert '"rules (fallback: model_invalid)"' in ledger
    assert f'"{NAME} ({mode})"' in ledger


def _written(attempt: LeakAttempt, samples: Cases) -> list[str]:
    return written(attempt.evasion, samples.identifiers[attempt.case])


class _Said:
    """Stands for a connection and keeps what is said on it."""

    text = ""

    def say(self, text: str, finish: str = "stop", **more: object) -> None:
        self.text = text
