"""`sekisho model download` as a person sees it. The download itself has its tests beside the adapter."""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Event

import pytest

from sekisho.cli import main
from sekisho.errors import Code, SetupError
from sekisho.local.model import foundry_download


def test_a_bar_grows_on_a_terminal_and_the_chosen_variant_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def download(name: str, progress: Callable[[float], None], cancel: Event) -> str:
        for percent in (0.0, 50.0, 100.0):
            progress(percent)
        return f"{name}-generic-cpu:5"

    monkeypatch.setattr(foundry_download, "download", download)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["model", "download", "phi-4-mini", "--lang", "en"]) == 0
    shown = capsys.readouterr()
    assert "phi-4-mini-generic-cpu:5" in shown.out
    assert f"[{'#' * 15}{' ' * 15}]  50.0 %" in shown.err
    assert shown.err.endswith(f"[{'#' * 30}] 100.0 %\n")


def test_without_a_terminal_there_is_no_bar_and_a_failure_is_a_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def download(name: str, progress: Callable[[float], None], cancel: Event) -> str:
        progress(10.0)
        raise SetupError(Code.MODEL_DOWNLOAD, name)

    monkeypatch.setattr(foundry_download, "download", download)
    assert main(["model", "download", "phi-4-mini", "--lang", "en"]) == 4
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("sekisho: model_download [phi-4-mini]: ")
    assert "#" not in shown.err
