"""The private zone as a real worker process behind a real gateway process."""

from __future__ import annotations

import asyncio
import json
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import httpx2
import psutil
import pytest
from tests.link.asking import SYMPTOMS, answer_text, ask, until_healthy

from sekisho.checkpoint.ledger_check import read_ledger
from sekisho.cli.linked_zone import LinkedZone, linked_zone
from sekisho.cli.sockets import sockets_of
from sekisho.local.records.cases import Cases
from sekisho.local.zone import LEDGER_NAME

SAMPLES = Path(str(files("sekisho.samples")))


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def zone(state: Path) -> Iterator[LinkedZone]:
    with linked_zone(SAMPLES, state, "en", None, "", []) as running:
        asyncio.run(until_healthy(running.url))
        yield running


@pytest.fixture(scope="module")
def case(state: Path, zone: LinkedZone) -> str:
    tokens = Cases(SAMPLES, state).tokens()
    return next(token for token, name in tokens.items() if name == "01-thyroid.json")


def listening(pid: int) -> list[object]:
    """Every socket of a process that something could come in by: TCP that listens, and any UDP."""
    found = psutil.Process(pid).net_connections("all")
    return [s for s in found if s.status == psutil.CONN_LISTEN or (s.type == 2 and s.family in (2, 10))]


@pytest.mark.guarantee("G9")
def test_the_private_zone_has_no_listening_socket_before_during_and_after_a_call(zone: LinkedZone, case: str) -> None:
    seen: list[list[object]] = [listening(zone.pid)]

    async def watch(asking: asyncio.Task[object]) -> None:
        while not asking.done():
            seen.append(listening(zone.pid))
            await asyncio.sleep(0.005)

    async def run() -> None:
        asking: asyncio.Task[object] = asyncio.create_task(ask(zone.url, zone.bearer.reveal(), case))  # type: ignore[arg-type]
        await watch(asking)
        await asking

    asyncio.run(run())
    seen.append(listening(zone.pid))
    assert len(seen) > 4
    assert not any(seen)
    sockets = sockets_of(zone.pid)
    assert sockets is not None
    assert (sockets.listening, sockets.connected) == (0, 1)
    assert listening(zone.gateway), "the same look finds the gateway's socket"
    looked = sockets_of(zone.gateway)
    assert looked is not None
    assert looked.listening == 1


@pytest.mark.guarantee("G9")
def test_a_worker_that_polls_by_http_listens_to_nothing_either(zone: LinkedZone, state: Path) -> None:
    url = zone.url.removesuffix("/mcp") + "/link"
    command = [sys.executable, "-m", "sekisho", "worker", "--state", str(state), "--cases", str(SAMPLES)]
    command += ["--link", url, "--link-token-file", str(state / "gateway" / "worker-token")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == url
        assert listening(process.pid) == []
        process.terminate()
        assert process.wait(20) == 0


@pytest.mark.guarantee("G3")
def test_the_agent_gets_the_bytes_that_the_ledger_has(zone: LinkedZone, state: Path, case: str) -> None:
    result = asyncio.run(ask(zone.url, zone.bearer.reveal(), case))
    text = answer_text(result)
    assert not result.is_error
    assert result.structured_content == json.loads(text)
    assert text in {entry.summary for _, entry in read_ledger(state / LEDGER_NAME) if entry is not None}


@pytest.mark.guarantee("G7")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "bad_arguments"),
        ({"symptoms": ""}, "bad_symptoms"),
        ({"symptoms": SYMPTOMS, "case": "nobody"}, "case_unknown"),
        ({"symptoms": SYMPTOMS, "more": 1}, "bad_arguments"),
    ],
)
def test_a_refusal_comes_through_as_its_code(zone: LinkedZone, arguments: dict[str, object], code: str) -> None:
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {
            "name": "get_patient_background",
            "arguments": arguments,
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
            },
        },
    }
    headers = {
        "Authorization": f"Bearer {zone.bearer.reveal()}",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": "tools/call",
        "Mcp-Name": "get_patient_background",
    }
    answer = httpx2.post(zone.url, json=body, headers=headers, trust_env=False, timeout=30).text
    assert f'{{\\"error\\":\\"{code}\\"}}' in answer


@pytest.mark.guarantee("G10")
def test_what_the_private_zone_keeps_of_tasks_cannot_be_read(zone: LinkedZone, state: Path, case: str) -> None:
    text = answer_text(asyncio.run(ask(zone.url, zone.bearer.reveal(), case)))
    kept = b"".join(path.read_bytes() for path in (state / "link").iterdir() if path.is_file())
    assert kept
    for part in (SYMPTOMS, "Graves", "migraine", case, text[:40]):
        assert part.encode() not in kept
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (state / "link").iterdir()} == {0}


def test_a_worker_that_is_told_to_stop_ends_well_and_one_that_is_told_a_wrong_token_says_so(
    zone: LinkedZone, state: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("w" * 43, encoding="ascii")
    wrong.chmod(0o600)
    command = [
        sys.executable,
        "-m",
        "sekisho",
        "--lang",
        "en",
        "worker",
        "--state",
        str(state),
        "--cases",
        str(SAMPLES),
    ]
    command += ["--link", zone.link, "--link-token-file", str(wrong)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 4
    assert "sekisho: link_denied" in done.stderr


def test_a_killed_worker_is_missed_and_the_next_one_answers(tmp_path: Path, zone: LinkedZone) -> None:
    with linked_zone(SAMPLES, tmp_path, "en", None, "", []) as own:
        asyncio.run(until_healthy(own.url))
        psutil.Process(own.pid).send_signal(signal.SIGKILL)
        command = [sys.executable, "-m", "sekisho", "worker", "--state", str(tmp_path), "--cases", str(SAMPLES)]
        command += ["--link", own.link, "--link-token-file", str(tmp_path / "gateway" / "worker-token")]
        token = next(iter(Cases(SAMPLES, tmp_path).tokens()))
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            result = asyncio.run(ask(own.url, own.bearer.reveal(), token))
            process.terminate()
    assert not result.is_error
