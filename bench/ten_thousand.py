"""A folder of 10,000 cases: from starting `sekisho serve` to its first answered call, and the memory that it keeps.

The cases are the shipped samples under other names. Everything is cold: no list of tokens, no bearer token, no ledger.
The call comes over the real MCP client, whose own start is not counted. The floor is the same with a single case.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import httpx2
import psutil
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from bench.report import Row, as_table
from sekisho.bearer import bearer_from

CASES = 10_000
ROUNDS = 5
#: Calls, each on another case, before the memory is read a second time.
MORE_CALLS = 300
MEBIBYTE = 1024 * 1024
SYMPTOMS = "めまいと動悸があります"


@dataclass(frozen=True, slots=True)
class Start:
    """One start: seconds to the address and to the first answer, and resident memory in MiB."""

    listening: float
    answered: float
    resident: float
    resident_later: float


def generate(folder: Path, count: int) -> None:
    """Write cases, no two of them the same."""
    samples = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(Path(str(files("sekisho.samples"))).glob("*.json"))
        if not path.name.startswith("06")
    ]
    folder.mkdir()
    for i in range(count):
        record = samples[i % len(samples)]
        record["patient"]["patient_id"] = f"GEN-{i:06}"
        (folder / f"{i:06}.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")


async def _calls(url: str, token: str, tokens: list[str]) -> float:
    """Call once for each case; gives the moment of the first answer."""
    first = 0.0
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=60) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        for case in tokens:
            answer = await client.call_tool("get_patient_background", {"symptoms": SYMPTOMS, "case": case})
            first = first or time.perf_counter()
            if answer.is_error:
                raise RuntimeError(str(answer.content))
    return first


def start(cases: Path, state: Path, later: int = 0) -> Start:
    """Start the server on these cases, call it, and stop it."""
    command = [sys.executable, "-m", "sekisho", "--state", str(state), "serve", "--cases", str(cases), "--port", "0"]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            listening = time.perf_counter() - began
            bearer = bearer_from(state / "token").reveal()
            (named,) = json.loads((state / "cases.json").read_bytes()).values()
            tokens = list(named.values())
            answered = asyncio.run(_calls(url, bearer, tokens[:1])) - began
            resident = psutil.Process(server.pid).memory_info().rss / MEBIBYTE
            if later:
                asyncio.run(_calls(url, bearer, tokens[1 : later + 1]))
            return Start(listening, answered, resident, psutil.Process(server.pid).memory_info().rss / MEBIBYTE)
        finally:
            server.terminate()
            server.wait()


def run() -> list[Row]:
    """The rows of the report: medians of several starts."""
    many: list[Start] = []
    one: list[Start] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        generate(place / "many", CASES)
        generate(place / "one", 1)
        for i in range(ROUNDS):
            for name, starts, later in (("one", one, 0), ("many", many, MORE_CALLS if i == 0 else 0)):
                state = place / f"state-{name}-{i}"
                state.mkdir(mode=0o700)
                starts.append(start(place / name, state, later))

    def row(what: str, name: str, unit: str, aim: str) -> Row:
        subject, floor = (statistics.median(getattr(s, name) for s in starts) for starts in (many, one))
        return Row(what, subject, unit, "a folder of one case", floor, aim)

    return [
        row(f"start to the address, {CASES:,} cases", "listening", "s", ""),
        row(f"start to the first answer, {CASES:,} cases", "answered", "s", "within 2 s"),
        Row(f"the same, slowest of {ROUNDS} starts", max(s.answered for s in many), "s", "", None, "within 2 s"),
        row("resident memory after the first answer", "resident", "MiB", "under 150 MB"),
        Row(f"resident memory after {MORE_CALLS} more cases", many[0].resident_later, "MiB", "", None, "under 150 MB"),
    ]


if __name__ == "__main__":
    print(as_table(run()))
