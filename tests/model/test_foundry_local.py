"""Foundry Local in this process, on its real SDK, with a model of random weights made for the test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines.foundry_service import ALIAS, ID, Catalogue, downloaded_model
from tests.engines.tiny_onnx import write_onnx_model
from tests.model.asking import Samples, a_good_draft, questions

from sekisho.errors import Code, Refused, SekishoError, SetupError
from sekisho.local.model.foundry_download import download
from sekisho.local.model.foundry_local import FoundryLocal
from sekisho.local.model.foundry_models import SILENCE, closed_sdk
from sekisho.local.model.probe import probe
from sekisho.local.model.runtime import Cancellation, Completion, Message

WORD = {
    "type": "object",
    "properties": {"word": {"enum": ["alpha"]}},
    "required": ["word"],
    "additionalProperties": False,
}
CANARY = "ウミウシ七郎"


def soon(seconds: float = 20) -> float:
    return time.monotonic() + seconds


def say(runtime: FoundryLocal, text: str = "hello", tokens: int = 8, deadline: float | None = None) -> Completion:
    return runtime.complete([Message("user", text)], None, tokens, deadline or soon(), Cancellation())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_onnx_model(tmp_path_factory.mktemp("models") / "tiny-onnx")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SDK's data folder; it is one for the process, so the tests share it."""
    return tmp_path_factory.mktemp("sdk")


@pytest.fixture
def tiny(folder: Path, data: Path) -> Iterator[FoundryLocal]:
    runtime = FoundryLocal(str(folder), data)
    yield runtime
    runtime.close()


@pytest.fixture
def catalogue() -> Iterator[Catalogue]:
    with Catalogue() as found:
        yield found
        found.shutdown()


def test_a_model_in_a_folder_answers_in_the_form_that_is_asked_for(tiny: FoundryLocal) -> None:
    said = tiny.complete([Message("user", "which word?")], WORD, 64, soon(), Cancellation())
    assert json.loads(said.text) == {"word": "alpha"}
    assert said.finish_reason == "stop"
    assert said.usage.prompt_tokens is not None
    assert said.usage.completion_tokens is not None
    assert 10 < said.usage.completion_tokens <= 64


def test_an_answer_that_is_cut_says_so(tiny: FoundryLocal) -> None:
    assert say(tiny, tokens=5).finish_reason == "length"


def test_the_probe_finds_the_model_and_an_enforced_schema(tiny: FoundryLocal) -> None:
    found = probe(tiny, soon(), Cancellation())
    assert found.enforced
    assert found.info.name == "tiny-onnx"  # not its path, which names folders of this machine
    assert found.info.context == 32768


@pytest.mark.parametrize(("mode", "calls"), [("select", 78), ("write", 10)])
def test_every_call_gives_a_valid_summary_whatever_the_model_writes(
    tiny: FoundryLocal, tmp_path: Path, mode: str, calls: int
) -> None:
    samples = Samples(tmp_path, tiny, mode)
    asked = [(text, case) for case in range(6) for text in questions()][: calls * 2 : 2]
    answers = [samples.ask(text, case) for text, case in asked]
    assert all(answer.summary for answer in answers)
    assert len(answers) == calls
    assert samples.selector is not None
    assert samples.selector.counts.total() == calls
    for answer in answers:
        offered = {fact.id for fact in answer.report.offer.facts}
        assert answer.report.choice.history | answer.report.choice.risks <= offered
        assert answer.report.cached or (answer.report.fallback == answer.report.attempts[-1].code)


def test_a_draft_that_the_record_supports_becomes_its_summary(tiny: FoundryLocal, tmp_path: Path) -> None:
    by_rules = Samples(tmp_path / "rules")
    asked = [("めまいと動悸", case) for case in range(6)] + [("頭痛", case) for case in range(6)]
    drafts = [by_rules.rules(text, case) for text, case in asked]
    samples = Samples(tmp_path / "written", a_good_draft(tiny, drafts), "write")
    for (text, case), draft in zip(asked, drafts, strict=True):
        answer = samples.ask(text, case)
        assert answer.report.fallback is None
        assert answer.summary["patient_context"] == draft["patient_context"]
        assert set(answer.summary["symptom_relevance"]["risk_factors"]) <= set(
            draft["symptom_relevance"]["risk_factors"]
        )


def test_at_the_deadline_the_generation_ends_and_the_next_one_finds_the_model_free(tiny: FoundryLocal) -> None:
    say(tiny)
    start = time.monotonic()
    with pytest.raises(SetupError, match="model_timeout"):
        say(tiny, tokens=30_000, deadline=soon(0.3))
    assert time.monotonic() - start < 1.5
    start = time.monotonic()
    assert say(tiny).text
    assert time.monotonic() - start < 1.5


def test_a_cancelled_call_ends_at_once_and_its_generation_with_it(tiny: FoundryLocal) -> None:
    say(tiny)
    cancelled, over = Cancellation(), threading.Event()

    def ask() -> None:
        with pytest.raises(Refused, match="cancelled"):
            tiny.complete([Message("user", "go on")], None, 30_000, soon(60), cancelled)
        over.set()

    threading.Thread(target=ask, daemon=True).start()
    assert not over.wait(0.2)
    cancelled.cancel()
    assert over.wait(2)
    with pytest.raises(Refused, match="cancelled"):
        tiny.complete([Message("user", "again")], None, 8, soon(), cancelled)


def test_a_prompt_that_does_not_fit_is_a_code_and_nothing_else(tiny: FoundryLocal) -> None:
    with pytest.raises(SetupError) as caught:
        say(tiny, CANARY * 6000)
    assert caught.value.code is Code.MODEL_INVALID
    assert caught.value.__cause__ is None
    assert CANARY not in repr(caught.value)


@pytest.mark.guarantee("G4")
def test_foundry_local_writes_nothing_of_a_prompt_or_an_answer_to_the_disk(tiny: FoundryLocal, data: Path) -> None:
    said = tiny.complete([Message("user", CANARY)], {"const": {"word": CANARY}}, 400, soon(), Cancellation())
    assert CANARY in said.text
    with pytest.raises(SetupError):
        say(tiny, CANARY * 6000)
    written = [path for path in data.rglob("*") if path.is_file()]
    assert written
    assert not [path for path in written if CANARY.encode() in path.read_bytes()]


@pytest.mark.guarantee("G8")
def test_to_answer_foundry_local_is_opened_without_its_catalogue_and_its_telemetry(
    catalogue: Catalogue, data: Path
) -> None:
    downloaded_model(data)
    assert download(ALIAS, lambda _: None, folder=data, catalogues=(catalogue.address,)) == ID
    assert catalogue.asked == 1
    runtime = FoundryLocal(ALIAS, data)
    assert say(runtime).text
    assert [(model.name, model.device) for model in runtime.models(soon())] == [(ALIAS, "CPU, CPUExecutionProvider")]
    assert catalogue.asked == 1  # nobody asked it again
    with closed_sdk(data) as sdk:
        assert sdk.config.web is not None
        assert sdk.config.web.external_url
        assert sdk.config.disable_nonessential_telemetry
    assert os.environ.items() >= SILENCE.items()
    runtime.close()


def test_a_model_is_used_again_after_a_download_opened_the_sdk_anew(
    tiny: FoundryLocal, catalogue: Catalogue, data: Path
) -> None:
    assert say(tiny).text
    downloaded_model(data)
    download(ID, lambda _: None, folder=data, catalogues=(catalogue.address,))
    assert say(tiny).text


def test_what_the_sdk_leaves_unsaid_has_a_code(catalogue: Catalogue, tmp_path: Path) -> None:
    def code_of(work: object) -> Code:
        with pytest.raises(SekishoError) as caught:
            work()  # type: ignore[operator]
        return caught.value.code

    here, percents = (catalogue.address,), list[float]()
    assert code_of(lambda: FoundryLocal("phi-4-mini", tmp_path).models(soon())) is Code.MODEL_MISSING
    assert code_of(lambda: say(FoundryLocal("phi-4-mini", tmp_path))) is Code.MODEL_MISSING
    assert code_of(lambda: download("phi-4-mini", percents.append, None, tmp_path, here)) is Code.MODEL_MISSING
    # The catalogue has it, and its files cannot be fetched: the maker's storage is not on this machine.
    assert code_of(lambda: download(ALIAS, percents.append, None, tmp_path, here)) is Code.MODEL_DOWNLOAD
    assert percents == [0.0]
    assert code_of(lambda: FoundryLocal(ALIAS, tmp_path).models(soon())) is Code.MODEL_NOT_DOWNLOADED
    nobody = ("http://127.0.0.1:9/asset-gallery/v1.0/models",)
    assert code_of(lambda: download("phi-4-mini", percents.append, None, tmp_path / "x", nobody)) is (
        Code.MODEL_NO_CATALOGUE
    )


def test_without_the_extra_it_says_which_one_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "foundry_local_sdk", None)
    runtime = FoundryLocal("phi-4-mini", tmp_path)
    for work in (lambda: say(runtime), lambda: runtime.models(soon()), lambda: download("x", print)):
        with pytest.raises(SetupError) as caught:
            work()
        assert (caught.value.code, caught.value.place) == (Code.EXTRA_MISSING, "foundry-local")
    runtime.close()


def test_a_machine_that_it_cannot_run_on_is_told_so(tmp_path: Path) -> None:
    program = (
        "import time\nfrom pathlib import Path\nfrom sekisho.local.model.foundry_local import FoundryLocal\n"
        f"FoundryLocal('phi-4-mini', Path({str(tmp_path)!r})).models(time.monotonic() + 20)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "FOUNDRY_LOCAL_LIB_DIR": str(tmp_path / "nothing")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr.strip().endswith("SetupError: model_unsupported")
