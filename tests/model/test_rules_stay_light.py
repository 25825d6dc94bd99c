"""Rules are the default, and nothing of language models is loaded for them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.model.rooms import sample

HEAVY = (
    "sekisho.local.model.runtime",
    "sekisho.local.model.language_model",
    "sekisho.local.model.openai",
    "sekisho.local.model.http",
    "sekisho.local.model.foundry_local",
    "sekisho.local.model.probe",
    "sekisho.local.medical.prompts",
    "sekisho.local.medical.reduced",
    "foundry_local_sdk",
    "httpx2",
    "httpx",
    "asyncio",
)
PROGRAM = f"""
import sys
from sekisho.cli import main
status = main(sys.argv[1:])
loaded = [name for name in {HEAVY!r} if name in sys.modules]
print(loaded, file=sys.stderr)
raise SystemExit(status)
"""


def test_the_main_job_with_rules_loads_nothing_of_language_models(tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_bytes(sample("01-thyroid.json"))
    arguments = ["background", "--case", str(case), "--symptoms", "めまい", "--state", str(tmp_path / "state")]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, cwd=tmp_path, check=True, timeout=60
    )
    assert done.stdout.startswith(b'{"patient_context"')
    assert done.stderr.decode().strip() == "[]"
