"""With every log switched on, the real process writes nothing of a record or of a question anywhere (G4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from tests.server.running import RECORD_CANARY, SYMPTOMS_CANARY, Process, code, result, sample_case, sekisho_serve

#: All logs, warnings and tracebacks go to files; a question with 破損 in it
#: fails with the record's text in its hands.
LOUD = f"""
import faulthandler, logging, os, sys, warnings
logging.basicConfig(level=logging.DEBUG, filename=os.environ["LOG"], encoding="utf-8")
logging.captureWarnings(True)
logging.raiseExceptions = True
logging.getLogger("proof").debug("the log is on")
from sekisho.cli import main
from sekisho.local.medical.domain import MedicalDomain
prepare = MedicalDomain.prepare
def fail_on_request(self, sheet, question, language):
    if "破損" in question:
        raise RuntimeError("{RECORD_CANARY}" + question, sheet)
    return prepare(self, sheet, question, language)
MedicalDomain.prepare = fail_on_request
"""
PRIVATE = (RECORD_CANARY, "綾小路", SYMPTOMS_CANARY, "Zebrafinch", "misaki.sato", "090-1234-5678", "青葉台")


def ask_everything(server: Process, tokens: dict[str, str]) -> None:
    """Good, bad and broken questions, and requests that the libraries complain about."""
    good = tokens["a.json"]
    progress = {"progressToken": 1}
    assert "structuredContent" in result(server.call({"symptoms": SYMPTOMS_CANARY, "case": good}, meta=progress))
    assert code(server.call({"symptoms": SYMPTOMS_CANARY + "破損", "case": good})) == "internal"
    assert code(server.call({"symptoms": SYMPTOMS_CANARY})) == "case_required"
    assert code(server.call({"symptoms": SYMPTOMS_CANARY, "case": SYMPTOMS_CANARY})) == "case_unknown"
    assert code(server.call({"symptoms": {SYMPTOMS_CANARY: 1}})) == "bad_arguments"
    assert code(server.call({"symptoms": SYMPTOMS_CANARY, "case": tokens["b.json"]})) == "bad_json"
    server.call([SYMPTOMS_CANARY])
    server.call({"symptoms": SYMPTOMS_CANARY}, tool="Zebrafinch")
    server.send("Zebrafinch/list", {"symptoms": SYMPTOMS_CANARY})
    server.legacy("tools/call", {"name": "get_patient_background", "arguments": {"symptoms": SYMPTOMS_CANARY}})
    server.legacy("tools/call", {"name": "get_patient_background", "arguments": SYMPTOMS_CANARY})
    with server.client() as client:
        for version in ("2026-07-28", "2025-06-18"):
            headers = server.headers("tools/call", "get_patient_background", version)
            json_type = {"Content-Type": "application/json"}
            for body in (f'{{"{SYMPTOMS_CANARY}', f'["{SYMPTOMS_CANARY}"]', SYMPTOMS_CANARY * 4000):
                client.post(server.url, headers=headers | json_type, content=body.encode())
            for extra in ({"Host": "Zebrafinch"}, {"Origin": "Zebrafinch"}, {"Authorization": "Zebrafinch"}):
                client.post(server.url, headers=headers | extra, json={"symptoms": SYMPTOMS_CANARY})
        client.get(server.url + "/Zebrafinch?q=Zebrafinch", headers=headers)
        with pytest.raises(httpx2.HTTPError):
            client.post(server.url, headers=headers, content=hung_up())


def hung_up() -> Iterator[bytes]:
    yield SYMPTOMS_CANARY.encode()
    raise httpx2.WriteError("gone")


@pytest.mark.parametrize("signal", ["terminate", "kill"])
@pytest.mark.guarantee("G4")
def test_with_every_log_on_nothing_private_is_written(tmp_path: Path, signal: str) -> None:
    cases = sample_case(tmp_path / "cases")
    (cases / "b.json").write_text(f'{{"patient": {{"full_name": "{RECORD_CANARY}", ', "utf-8")
    home, temp, said = tmp_path / "home", tmp_path / "temp", tmp_path / "said"
    for folder in (home, temp, said):
        folder.mkdir()
    surroundings = {
        "HOME": str(home),
        "TMPDIR": str(temp),
        "LOG": str(said / "log"),
        "PYTHONFAULTHANDLER": "1",
        "PYTHONDEVMODE": "1",
        "PYTHONASYNCIODEBUG": "1",
        "OTEL_TRACES_EXPORTER": "console",
        "MCP_DEBUG": "true",
    }
    state = tmp_path / "state"
    with (
        (said / "stderr").open("wb") as stderr,
        sekisho_serve(cases, state, LOUD, stderr=stderr, **surroundings) as server,
    ):
        (tokens,) = json.loads((state / "cases.json").read_text("utf-8")).values()
        ask_everything(server, tokens)
        assert server.process.stdout is not None
        getattr(server.process, signal)()
        rest = server.process.stdout.read()
        server.process.wait(30)
    written = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and cases not in path.parents}
    assert b"the log is on" in written[said / "log"]
    assert written[said / "stderr"]
    for private in PRIVATE:
        for spelling in (private, json.dumps(private)[1:-1], repr(private.encode())[2:-1]):
            assert spelling.encode() not in rest
            assert not [path.name for path, data in written.items() if spelling.encode() in data], spelling
    assert not list(temp.rglob("*"))
    assert b"Traceback" not in written[said / "stderr"]
