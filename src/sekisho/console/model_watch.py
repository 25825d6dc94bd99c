"""What the local model really does, found out once by asking it, and again when the operator wants to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock, Thread

from sekisho.cli.doctor_model import Asked, ask_model
from sekisho.errors import Code, SekishoError
from sekisho.model_setting import FOUNDRY_LOCAL, RULES, ModelSetting


class ModelState(StrEnum):
    """How the local model is."""

    RULES = "rules"  # none is set: rules choose
    UNKNOWN = "unknown"  # not asked yet
    ASKING = "asking"
    ANSWERS = "answers"
    FAILS = "fails"  # the rules choose meanwhile


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """The local model as the sidebar shows it.

    Attributes:
        address: Where its runtime answers.
        device: What it runs on, as its runtime says; empty where that does not say.
        enforced: Whether it was seen to enforce a schema.
    """

    state: ModelState
    address: str = ""
    device: str = ""
    enforced: bool = False
    code: Code | None = None


class ModelWatch:
    """One model. Every method may be called from any thread; none waits for the model."""

    def __init__(self, setting: Callable[[], ModelSetting], ask: Callable[[ModelSetting], Asked] = ask_model) -> None:
        self._setting = setting
        self._ask = ask
        self._lock = Lock()
        self._status: ModelStatus | None = None

    def status(self) -> ModelStatus:
        """What is known. The first look asks the model, but for one that would run in this very process: it is in the
        memory of the private zone already, and is asked only when the operator wants that."""
        with self._lock:
            known = self._status
        if known is None and self._setting().kind == FOUNDRY_LOCAL:
            return ModelStatus(ModelState.UNKNOWN)
        return known or self.ask_again()

    def ask_again(self) -> ModelStatus:
        """Ask it in the background, unless it is being asked."""
        setting = self._setting()
        if setting.kind == RULES:
            return ModelStatus(ModelState.RULES)
        with self._lock:
            if self._status is not None and self._status.state is ModelState.ASKING:
                return self._status
            self._status = ModelStatus(ModelState.ASKING)
        Thread(target=self._find_out, args=(setting,), name="sekisho-model-watch", daemon=True).start()
        return ModelStatus(ModelState.ASKING)

    def _find_out(self, setting: ModelSetting) -> None:
        try:
            asked = self._ask(setting)
            found = asked.found
            status = ModelStatus(ModelState.ANSWERS, asked.address, found.info.device, found.enforced)
        except SekishoError as error:
            status = ModelStatus(ModelState.FAILS, setting.url, code=error.code)
        except Exception:  # noqa: BLE001 - whatever a runtime's library raises, the sidebar must not ask for ever
            status = ModelStatus(ModelState.FAILS, setting.url, code=Code.INTERNAL)
        with self._lock:
            self._status = status
