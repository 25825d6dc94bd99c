"""What `sekisho doctor` says of the local model."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sekisho.cli.context import Context
from sekisho.local.zone import MODEL_STATUS_NAME
from sekisho.model_setting import FOUNDRY_LOCAL, RULES, ModelSetting

if TYPE_CHECKING:
    from sekisho.local.model.probe import Findings

_PROBE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What was found of a model, and where it answered."""

    found: Findings
    address: str


def check_model(context: Context) -> Iterator[str]:
    """Which model chooses, where it is, and whether it does what it should.

    Raises:
        SetupError: As the model fails; the rules would answer instead.
    """
    words, setting = context.words, context.settings.model
    if setting.kind == RULES:
        yield words.text("doctor.model")
        return
    from sekisho.local.model.address import checked_address

    if setting.url and not checked_address(setting.url, setting.private_host).is_loopback:
        yield red(words.text("doctor.model_elsewhere", address=setting.url))
    if setting.kind == FOUNDRY_LOCAL:
        yield words.text("doctor.model_telemetry")
    asked = ask_model(setting)
    found = asked.found
    device = found.info.device or words.text("model.unknown")
    yield words.text("doctor.model_used", name=setting.name, mode=setting.mode, address=asked.address, device=device)
    yield words.text("model.enforced" if found.enforced else "model.unenforced", dialect=found.dialect.value)


def ask_model(setting: ModelSetting) -> Asked:
    """Find out what the set model does; 30 seconds at most.

    Raises:
        SekishoError: As the model fails.
    """
    from sekisho.local.model.choose import runtime_for
    from sekisho.local.model.probe import probe
    from sekisho.local.model.runtime import Cancellation

    runtime = runtime_for(setting)
    try:
        return Asked(probe(runtime, time.monotonic() + _PROBE_SECONDS, Cancellation()), runtime.address)
    finally:
        runtime.close()


def check_queue(context: Context) -> Iterator[str]:
    """How busy the model of a serving process of this state folder is, if there is one."""
    if context.settings.model.kind == RULES:
        return
    from sekisho.local.model.status import read_status

    status = read_status(context.settings.state / MODEL_STATUS_NAME)
    if status is not None:
        instead = sum(n for name, n in status.counts.items() if name not in ("answered", "remembered"))
        yield context.words.text(
            "doctor.model_queue",
            model=status.model,
            at_work=status.at_work,
            waiting=status.waiting,
            answered=status.counts.get("answered", 0),
            remembered=status.counts.get("remembered", 0),
            instead=instead,
        )


def red(text: str) -> str:
    """In red where that can be seen."""
    return f"\x1b[31m{text}\x1b[0m" if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else text
