from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.conformance import suite
from tests.conformance.run import run_everything
from tests.conformance.suite import SuiteMissingError, baseline, installed_suite


def test_the_public_suite_passes_but_for_what_a_tools_only_server_does_not_offer() -> None:
    try:
        installed = installed_suite()
    except SuiteMissingError as missing:
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(f"CI runs the conformance suite: {missing}")
        pytest.skip(f"the conformance suite is not here: {missing}")
    report, problems = run_everything(installed)
    assert not problems, "\n".join([*report, *problems])


def test_every_exception_is_a_single_check_with_a_reason() -> None:
    listed = baseline()
    assert len(listed) > 30
    assert len({check for check, _ in listed}) == len(listed)
    for check, reason in listed:
        assert check.count(":") == 1, "a whole scenario is listed"
        assert reason.endswith("."), check


def test_the_lock_file_names_no_registry_and_pins_every_package_by_its_digest() -> None:
    lock = (Path(suite.__file__).parent / "package-lock.json").read_text("utf-8")
    assert "://" not in lock
    assert '"resolved"' not in lock
    assert lock.count('"integrity": "sha512-') == lock.count('    "node_modules/')


def test_without_npm_the_reason_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SEKISHO_CACHE", str(tmp_path))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SuiteMissingError, match="npm is not installed"):
        installed_suite()
