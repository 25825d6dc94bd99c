"""A real llama.cpp server with a model of random weights made for the test."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines.llama_cpp import NAME, llama_server, package
from tests.engines.needed import needed
from tests.engines.process import Server
from tests.engines.tiny_gguf import write_gguf_model
from tests.model.asking import Samples, a_good_draft, questions

from sekisho.errors import Code, Refused, SetupError
from sekisho.local.model.openai import OpenAICompatible
from sekisho.local.model.probe import full_probe
from sekisho.local.model.runtime import Cancellation, Dialect, Message


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    needed(package)
    folder = tmp_path_factory.mktemp("llama")
    running = llama_server(write_gguf_model(folder / "tiny.gguf"), folder)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def llama(server: Server) -> Iterator[OpenAICompatible]:
    runtime = OpenAICompatible(f"http://127.0.0.1:{server.port}", NAME)
    yield runtime
    runtime.close()


def soon(seconds: float = 20) -> float:
    return time.monotonic() + seconds


def test_the_probe_finds_the_schema_enforced_and_the_prefix_reused(llama: OpenAICompatible) -> None:
    found = full_probe(llama, soon(), Cancellation())
    assert found.enforced
    assert found.dialect is Dialect.MERGED
    assert found.info.context == 32768
    assert found.tokens_per_second is not None
    assert found.prefix is not None
    assert found.prefix.is_reused
    assert found.prefix.cached_tokens is not None
    assert found.prefix.prompt_tokens is not None
    assert found.prefix.cached_tokens > 0.9 * found.prefix.prompt_tokens


@pytest.mark.parametrize(("mode", "calls"), [("select", 24), ("write", 2)])
def test_every_call_gives_a_valid_summary_whatever_the_model_writes(
    llama: OpenAICompatible, tmp_path: Path, mode: str, calls: int
) -> None:
    samples = Samples(tmp_path, llama, mode)
    asked = [(text, case) for case in range(6) for text in questions()][: calls * 3 : 3]
    assert len(asked) == calls
    for text, case in asked:
        answer = samples.ask(text, case)
        assert answer.summary
        offered = {fact.id for fact in answer.report.offer.facts}
        assert answer.report.choice.history | answer.report.choice.risks <= offered


def test_a_draft_that_the_record_supports_becomes_its_summary(llama: OpenAICompatible, tmp_path: Path) -> None:
    by_rules = Samples(tmp_path / "rules")
    drafts = {case: by_rules.rules("めまいと動悸", case) for case in range(6)}
    # The others are longer than an answer may be in a tokenizer that gives every byte a token.
    short = dict(sorted(drafts.items(), key=lambda pair: len(str(pair[1])))[:2])
    samples = Samples(tmp_path / "written", a_good_draft(llama, list(short.values())), "write")
    for case, draft in short.items():
        answer = samples.ask("めまいと動悸", case)
        assert answer.report.fallback is None
        assert answer.summary["patient_context"] == draft["patient_context"]


def test_the_second_question_about_a_case_reads_only_what_is_new(llama: OpenAICompatible, tmp_path: Path) -> None:
    samples = Samples(tmp_path, llama)
    for text in ("めまい", "動悸"):
        usage = samples.ask(text, case=2).report.attempts[-1].usage
    assert usage.cached_tokens is not None
    assert usage.prompt_tokens is not None
    assert usage.prompt_tokens - usage.cached_tokens < 50


def test_when_a_call_is_cancelled_or_too_late_the_server_stops_and_serves_the_next(llama: OpenAICompatible) -> None:
    def ask(deadline: float, cancelled: Cancellation, tokens: int = 30_000, prompt: str = "") -> str:
        message = Message("user", prompt or endless)
        return llama.complete([message], None, tokens, deadline, cancelled, Dialect.NONE).finish_reason

    prompts = (f"go on {i}" for i in range(50))
    endless = next(prompt for prompt in prompts if ask(soon(), Cancellation(), 1500, prompt) == "length")
    with pytest.raises(SetupError, match="model_timeout"):
        ask(soon(0.2), Cancellation())
    cancelled = Cancellation()
    threading.Timer(0.1, cancelled.cancel).start()
    with pytest.raises(Refused, match="cancelled"):
        ask(soon(), cancelled)
    # There is one slot: had it gone on with one of those, this would wait for 30,000 tokens.
    start = time.monotonic()
    ask(soon(), Cancellation(), tokens=2)
    assert time.monotonic() - start < 1.5


def test_a_server_that_is_killed_in_the_middle_is_a_code_and_the_rules_answer(tmp_path: Path) -> None:
    needed(package)
    running = llama_server(write_gguf_model(tmp_path / "tiny.gguf"), tmp_path)
    running.start()
    runtime = OpenAICompatible(f"http://127.0.0.1:{running.port}", NAME)
    samples = Samples(tmp_path / "state", runtime)
    try:
        assert samples.ask("めまい").report.fallback is None
    finally:
        running.stop(signal.SIGKILL)
    answer = samples.ask("動悸")
    assert answer.report.fallback is Code.MODEL_UNREACHABLE
    assert answer.summary == Samples(tmp_path / "rules").rules("動悸")
    runtime.close()
