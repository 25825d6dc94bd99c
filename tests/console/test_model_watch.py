"""What the sidebar says of the local model: found out by asking it, once, and never by waiting for it."""

from __future__ import annotations

from threading import Event

from tests.console.opening import until

from sekisho.cli.doctor_model import Asked
from sekisho.console.model_watch import ModelState, ModelStatus, ModelWatch
from sekisho.errors import Code, SetupError
from sekisho.local.model.probe import Findings
from sekisho.local.model.runtime import Dialect, ModelInfo
from sekisho.model_setting import FOUNDRY_LOCAL, OPENAI, ModelSetting

SET = ModelSetting(OPENAI, "a-model", "http://127.0.0.1:9")


def test_rules_are_not_asked() -> None:
    assert ModelWatch(ModelSetting).status() == ModelStatus(ModelState.RULES)


def test_the_first_look_asks_once_and_later_ones_know() -> None:
    go, asked = Event(), []

    def ask(setting: ModelSetting) -> Asked:
        asked.append(setting)
        assert go.wait(30)
        found = Findings(ModelInfo("a-model", device="NPU"), next(iter(Dialect)), enforced=True)
        return Asked(found, "http://127.0.0.1:5272")

    watch = ModelWatch(lambda: SET, ask)
    assert {watch.status().state for _ in range(3)} == {ModelState.ASKING}
    assert watch.ask_again().state is ModelState.ASKING  # it is being asked already
    go.set()
    until(lambda: watch.status().state is ModelState.ANSWERS)
    assert watch.status() == ModelStatus(ModelState.ANSWERS, "http://127.0.0.1:5272", "NPU", True)
    assert asked == [SET]
    assert watch.ask_again().state is ModelState.ASKING
    until(lambda: watch.status().state is ModelState.ANSWERS)
    assert asked == [SET, SET]


def test_a_model_that_would_be_loaded_into_this_process_is_asked_only_on_demand() -> None:
    asked: list[ModelSetting] = []

    def ask(setting: ModelSetting) -> Asked:
        asked.append(setting)
        raise SetupError(Code.MODEL_UNREACHABLE)

    watch = ModelWatch(lambda: ModelSetting(FOUNDRY_LOCAL, "a-model"), ask)
    assert watch.status().state is ModelState.UNKNOWN
    assert asked == []
    watch.ask_again()
    until(lambda: watch.status().state is ModelState.FAILS)


def test_a_model_that_does_not_answer_is_told_with_its_code() -> None:
    def ask(_: ModelSetting) -> Asked:
        raise SetupError(Code.MODEL_UNREACHABLE)

    watch = ModelWatch(lambda: SET, ask)
    until(lambda: watch.status().state is ModelState.FAILS)
    assert watch.status().code is Code.MODEL_UNREACHABLE


def test_an_error_that_nobody_foresaw_ends_the_asking_too() -> None:
    def ask(_: ModelSetting) -> Asked:
        raise RuntimeError

    watch = ModelWatch(lambda: SET, ask)
    until(lambda: watch.status().state is ModelState.FAILS)
    assert watch.status().code is Code.INTERNAL
