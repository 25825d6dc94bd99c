"""Real processes in a clean home: light help, the demonstration, a question, and how they end."""

# ruff: noqa: E501 - tables with wide letters, a row a line

from __future__ import annotations

import json
import os
import re
import selectors
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest
from tests.cli.running import DIZZY, PATIENCE, SAMPLES, THYROID, clean_environment, command, run, session_of, start

from sekisho.checkpoint.ledger_check import verify
from sekisho.cloud.instructions import CLOSING

HEAVY = [
    "mcp",
    "mcp_types",
    "pydantic",
    "agent_framework",
    "ahocorasick",
    "uvicorn",
    "starlette",
    "httpx2",
    "filelock",
    "asyncio",
]
ENDS = CLOSING


def test_without_arguments_the_usage_is_told(tmp_path: Path) -> None:
    status, out, err = run(tmp_path)
    assert (status, out) == (2, "")
    assert err.startswith("usage: sekisho")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["background", "--help"], ["nonsense"]], ids=" ".join)
def test_help_imports_nothing_heavy(tmp_path: Path, arguments: list[str]) -> None:
    program = (
        "import sys; from sekisho.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, env=clean_environment(tmp_path), check=True
    )
    assert done.stderr.splitlines()[-1] == b"[]"


@pytest.mark.parametrize("arguments", [["cases", "list", "--cases", str(SAMPLES)], ["ledger", "verify"]], ids=" ".join)
def test_small_commands_load_no_server_and_no_agent(tmp_path: Path, arguments: list[str]) -> None:
    program = (
        "import sys; from sekisho.cli import main; main(sys.argv[1:])\n"
        "print([n for n in ('mcp', 'pydantic', 'agent_framework', 'uvicorn', 'starlette') if n in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, env=clean_environment(tmp_path), check=True
    )
    assert done.stderr.splitlines()[-1] == b"[]"


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize(
    ("language", "no_port"), [("ja", "待ち受けソケットはありません"), ("en", "has no listening socket")]
)
def test_demo_ends_with_guidance_the_released_json_and_a_verified_ledger(
    tmp_path: Path, language: str, no_port: str
) -> None:
    # In its own home from the first command on: nothing of the vocabulary is ready.
    with start(tmp_path, ["--lang", language, "demo"], COLUMNS="200", XDG_CACHE_HOME="") as process:
        out, err = process.communicate(timeout=PATIENCE)
    text = out.decode()
    assert (process.returncode, err) == (0, b"")
    assert ENDS[language] in text
    (state,) = tmp_path.rglob("ledger.jsonl")
    verdict = verify(state)
    assert verdict.intact
    (entry,) = [json.loads(line) for line in state.read_bytes().splitlines()]
    assert (
        entry["summary"].replace(" ", "") in re.sub(r"[\s│]", "", text).replace(" ", "")
        or entry["summary"][:60] in text
    )
    assert entry["sha256"] in text
    pids = [int(number) for number in re.findall(r"(?:process|プロセス) ?(\d+)", text)]
    assert len(set(pids)) == 3
    assert no_port in text
    assert "ws://127.0.0.1:" in text
    assert session_of(process.pid) == []
    assert not [pid for pid in pids if psutil.pid_exists(pid)]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_ask_prints_guidance_and_what_was_disclosed(tmp_path: Path, language: str) -> None:
    status, out, err = run(tmp_path, "--lang", language, "--state", "s", "ask", DIZZY, "--case", str(THYROID), "--json")
    assert (status, err) == (0, "")
    answer = json.loads(out)
    assert set(answer) == {"guidance", "disclosed"}
    assert ENDS[language] in answer["guidance"]
    assert "{" not in answer["guidance"]
    (summary,) = answer["disclosed"]
    assert summary["patient_context"]["allergies"]
    verdict = verify(tmp_path / "s" / "ledger.jsonl")
    assert (verdict.intact, verdict.entries) == (True, 1)
    assert "佐藤" not in out


def test_ask_shows_a_timeline_to_people(tmp_path: Path) -> None:
    status, out, err = run(tmp_path, "--lang", "en", "ask", DIZZY, "--cases", str(SAMPLES / "02-child.json"))
    assert (status, err) == (0, "")
    assert "the checkpoint verifies the exact bytes" in out
    assert ENDS["en"] in out


def test_a_red_flag_is_answered_without_asking_for_the_record(tmp_path: Path) -> None:
    status, out, _ = run(
        tmp_path, "--lang", "ja", "--state", "s", "ask", "胸が痛くて息ができません", "--case", str(THYROID), "--json"
    )
    assert status == 0
    answer = json.loads(out)
    assert answer["disclosed"] == []
    assert "119" in answer["guidance"]
    assert not (tmp_path / "s" / "ledger.jsonl").exists() or verify(tmp_path / "s" / "ledger.jsonl").entries == 0


def test_background_writes_bytes_without_a_line_end(tmp_path: Path) -> None:
    status, out, err = run(
        tmp_path, "--lang", "ja", "background", "--case", str(THYROID), "--symptoms", DIZZY, PYTHONIOENCODING="ascii"
    )
    assert (status, err) == (0, "")
    assert out.startswith('{"patient_context"')
    assert out.endswith("}")
    (ledger,) = tmp_path.rglob("ledger.jsonl")
    assert json.loads(ledger.read_bytes())["summary"] == out


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    with subprocess.Popen(
        command("vocabulary", "lookup", "ペニシリン"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=clean_environment(tmp_path),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 0


def read_until(process: subprocess.Popen[bytes], pattern: bytes) -> bytes:
    """What the process has printed once it has printed this."""
    assert process.stdout is not None
    seen = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not re.search(pattern, seen):
            assert selector.select(PATIENCE), seen
            piece = os.read(process.stdout.fileno(), 65536)
            assert piece, (seen, process.stderr.read() if process.stderr else b"")
            seen += piece
    return seen


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
@pytest.mark.parametrize(
    ("number", "whole_group"),
    [(signal.SIGINT, True), (signal.SIGINT, False), (signal.SIGTERM, False)],
    ids=["as a terminal sends it", "to the command only", "told to end"],
)
def test_an_interrupt_in_the_middle_ends_both_zones(tmp_path: Path, number: signal.Signals, whole_group: bool) -> None:
    with start(tmp_path, ["--lang", "en", "demo"]) as process:
        read_until(process, rb"the question arrives")
        children = session_of(process.pid)
        assert children
        if whole_group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
    _, alive = psutil.wait_procs(children, timeout=PATIENCE)
    assert alive == []
    assert process.returncode in (130, 0), (out, err)
    assert b"Traceback" not in err
    assert session_of(process.pid) == []


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_serve_ends_on_an_interrupt_and_leaves_a_sound_state(tmp_path: Path) -> None:
    with start(tmp_path, ["--lang", "en", "--state", "s", "serve", "--cases", str(SAMPLES), "--port", "0"]) as process:
        address = read_until(process, rb"\n").decode().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/mcp", address)
        assert urllib.request.urlopen(address.replace("/mcp", "/health"), timeout=PATIENCE).read() == b"ok"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode in (0, 130)
    assert b"Traceback" not in err
    assert address.encode() in err
    token = (tmp_path / "s" / "token").read_bytes()
    assert token not in err


@pytest.mark.skipif(os.name != "posix", reason="POSIX terminals")
def test_an_operator_at_a_terminal_is_told_how_much_stayed(tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_text('{"patient": {"age": 40}, "allergies": ["penicillin", "zzzq"]}', encoding="utf-8")
    terminal, end = os.openpty()
    arguments = command("--lang", "en", "background", "--case", str(case), "--symptoms", "dizziness")
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=end, env=clean_environment(tmp_path), cwd=tmp_path
    ) as process:
        out, _ = process.communicate(timeout=PATIENCE)
    os.close(end)
    told = os.read(terminal, 4096).decode()
    os.close(terminal)
    assert json.loads(out)["patient_context"]["allergies"] == ["penicillin"]
    assert "matches: 1." in told
    assert "zzzq" not in told
