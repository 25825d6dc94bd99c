from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from tests.cloud.conftest import Asking
from tests.cloud.toy_server import CASE, TOKEN, Toy, refused


class Everything(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()} {record.exc_info}")


@pytest.fixture
def log() -> Iterator[Everything]:
    handler = Everything()
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.anyio
@pytest.mark.parametrize("code", ["", "busy"])
async def test_even_with_everything_logged_nothing_of_a_run_is_written_down(
    toy: Toy, ask: Asking, log: Everything, capfd: pytest.CaptureFixture[str], code: str
) -> None:
    if code:
        toy.result = refused(code)
    await ask("めまいと動悸があります", case=CASE)
    written = "\n".join([*log.lines, *capfd.readouterr()])
    for private in ("めまい", "ペニシリン", CASE, TOKEN, "get_patient_background"):
        assert private not in written


def test_telemetry_cannot_be_switched_on_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    from agent_framework.observability import OBSERVABILITY_SETTINGS, enable_instrumentation

    from sekisho.cloud.quiet import keep_quiet

    monkeypatch.setenv("ENABLE_SENSITIVE_DATA", "true")
    keep_quiet()
    enable_instrumentation()
    assert not OBSERVABILITY_SETTINGS.ENABLED
    assert not OBSERVABILITY_SETTINGS.SENSITIVE_DATA_ENABLED
