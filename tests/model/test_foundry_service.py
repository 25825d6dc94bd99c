"""Foundry Local's own HTTP service: the real one, with a model of random weights, a small catalogue beside it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from tests.engines.foundry_service import ID, foundry_service
from tests.engines.process import Server
from tests.model.asking import Samples, a_good_draft

from sekisho.local.model.openai import OpenAICompatible
from sekisho.local.model.probe import probe
from sekisho.local.model.runtime import Cancellation, Dialect, Message


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = foundry_service(tmp_path_factory.mktemp("foundry"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def foundry(service: Server) -> Iterator[OpenAICompatible]:
    runtime = OpenAICompatible(f"http://127.0.0.1:{service.port}", ID)
    yield runtime
    runtime.close()


def test_the_service_enforces_a_schema_in_the_dialect_that_the_probe_finds(foundry: OpenAICompatible) -> None:
    found = probe(foundry, time.monotonic() + 20, Cancellation())
    assert found.enforced
    assert found.dialect is Dialect.MERGED


def test_the_service_ignores_a_schema_in_the_form_that_openai_documents(foundry: OpenAICompatible) -> None:
    """Why there are dialects. Where this fails, the service has learnt it."""
    schema = {"type": "object", "properties": {"word": {"enum": ["alpha"]}}, "required": ["word"]}
    message, soon = Message("user", "which word?"), time.monotonic() + 20
    said = foundry.complete([message], schema, 32, soon, Cancellation(), Dialect.STANDARD)
    assert "alpha" not in said.text
    closed = {**schema, "additionalProperties": False}
    merged = foundry.complete([message], closed, 32, soon, Cancellation(), Dialect.MERGED)
    assert json.loads(merged.text) == {"word": "alpha"}


@pytest.mark.parametrize("mode", ["select", "write"])
def test_it_answers_questions_about_the_sample_cases(
    foundry: OpenAICompatible, tmp_path_factory: pytest.TempPathFactory, mode: str
) -> None:
    by_rules = Samples(tmp_path_factory.mktemp("rules"))
    drafts = [by_rules.rules("めまいと動悸", case) for case in range(6)]
    runtime = foundry if mode == "select" else a_good_draft(foundry, drafts)
    samples = Samples(tmp_path_factory.mktemp("samples"), runtime, mode)
    for case, draft in enumerate(drafts):
        answer = samples.ask("めまいと動悸", case)
        assert answer.report.fallback is None
        assert answer.summary["patient_context"] == draft["patient_context"]
