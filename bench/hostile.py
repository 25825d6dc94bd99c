"""A hostile local model: every fault, and every identifier of the samples in every disguise, against the real server.

An attempt is one answer of the model that holds all identifiers of a case in one disguise at one place. Released means
found by the tests' own search in the bytes that a real MCP client received. The faults run with a short deadline.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from tests.engines.hostile_faults import FAULTS
from tests.engines.hostile_runtime import NAME, HostileRuntime
from tests.model.asking import SAMPLES
from tests.model.leaks import Cases, Heard, attempts, listening, play
from tests.server.running import background, sekisho_serve

from bench.report import Row
from sekisho.checkpoint.ledger import MemoryLedger
from sekisho.checkpoint.outcome import Disclosure
from sekisho.local.model.language_model import LanguageModel
from sekisho.local.model.modes import MODES
from sekisho.local.model.openai import OpenAICompatible
from sekisho.local.records.cases import Cases as CaseFolder

_DEADLINE = 2.0
_JAPANESE = "import sys\nsys.argv[-1] = 'ja'\nfrom sekisho.cli import main"


def run() -> list[Row]:
    """Measure."""
    hostile = HostileRuntime()
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            samples = Cases(folder)
            rows = [row for mode in MODES for row in _leaks(hostile, samples, folder, mode)]
            return [*rows, *_faults(hostile, folder)]
    finally:
        hostile.close()


def _leaks(hostile: HostileRuntime, samples: Cases, folder: Path, mode: str) -> list[Row]:
    heard, by_rules = asyncio.run(_hear(hostile, samples, folder / mode, mode))
    return [
        Row(f"`{mode}`: leak attempts", len(heard), "", "", None, "250 at least"),
        Row(
            f"`{mode}`: disguised identifiers in them",
            sum(map(samples.count, attempts(mode, samples, is_thorough=True))),
            "",
            "",
            None,
            "",
        ),
        Row(f"`{mode}`: identifiers released", sum(len(one.released) for one in heard), "", "", None, "0"),
        Row(f"`{mode}`: the rules answered instead", by_rules, "", f"of {len(heard)}", None, ""),
        Row(f"`{mode}`: slowest answer", max(one.seconds for one in heard), "s", "deadline", 90.0, "below it"),
    ]


async def _hear(hostile: HostileRuntime, samples: Cases, folder: Path, mode: str) -> tuple[list[Heard], int]:
    settings = {"SEKISHO_MODEL": "openai", "SEKISHO_MODEL_URL": hostile.url, "SEKISHO_MODEL_NAME": NAME}
    with sekisho_serve(SAMPLES, folder, _JAPANESE, SEKISHO_MODE=mode, **settings) as server:
        tokens = list(CaseFolder(SAMPLES, folder).tokens())
        heard = []
        async with listening(server) as listener:
            for attempt in attempts(mode, samples, is_thorough=True):
                hostile.play = play(attempt, samples)
                heard.append(await listener.hear(attempt, tokens[attempt.case], samples))
    ledger = (folder / "ledger.jsonl").read_text("utf-8")
    return heard, ledger.count('"rules (fallback: ')


def _faults(hostile: HostileRuntime, folder: Path) -> list[Row]:
    ledger, slowest, answered = MemoryLedger(), 0.0, 0
    for mode in MODES.values():
        for fault in FAULTS.values():
            hostile.play = fault
            selector = LanguageModel(OpenAICompatible(hostile.url, NAME), mode)
            job = background(SAMPLES, folder / "faults", selector, ledger, seconds=_DEADLINE)
            token = next(iter(CaseFolder(SAMPLES, folder / "faults").tokens()))
            start = time.monotonic()
            answered += isinstance(job.answer("めまいと動悸", token), Disclosure)
            slowest = max(slowest, time.monotonic() - start)
            selector.close()
    by_rules = sum(entry.model.startswith("rules (fallback: ") for entry in ledger.entries)
    total = len(FAULTS) * len(MODES)
    return [
        Row("faults of the runtime", total, "", "", None, ""),
        Row("answered with a summary", answered, "", f"of {total}", None, "all"),
        Row("the rules answered instead", by_rules, "", f"of {total}", None, "all but the harmless one"),
        Row("slowest answer", slowest, "s", "deadline", _DEADLINE, "below it"),
    ]
