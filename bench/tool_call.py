"""A tool call over MCP Streamable HTTP: ours, against a bare tool on the same SDK that returns the same bytes.

Both servers are processes of their own; the same client calls them in turns. The floor does what any server must do
(HTTP, JSON-RPC, the SDK's validation); what is above it is ours: bearer check, facts, choice, checkpoint, ledger with
fsync.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import httpx2
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from bench.measure import Spread, time_async_calls, time_calls
from bench.report import Row
from sekisho.checkpoint.clock import SystemClock
from sekisho.checkpoint.ledger import FileLedger
from sekisho.checkpoint.ledger_entry import Entry
from sekisho.cli.zones import private_zone

#: The article's patient, and the longest summary among the samples.
CASES = ("01-thyroid.json", "03-elderly.json")
ARGUMENTS = {"symptoms": "めまいと動悸があります"}
CALLS_A_ROUND = 40
ROUNDS = 7


async def _measure(case: Path, state: Path) -> tuple[list[float], list[float]]:
    ours: list[float] = []
    floor: list[float] = []
    with private_zone(case, state, "ja", None) as zone:
        async with _session(zone.url, zone.bearer.reveal()) as real:
            answer = await real.call_tool("get_patient_background", ARGUMENTS)
            text = answer.content[0].text  # type: ignore[union-attr]
            with _bare_server(text) as url:
                async with _session(url, "") as bare:
                    for session in (real, bare):
                        await time_async_calls(lambda s=session: s.call_tool("get_patient_background", ARGUMENTS), 20)  # type: ignore[misc]
                    for _ in range(ROUNDS):
                        floor += await time_async_calls(
                            lambda: bare.call_tool("get_patient_background", ARGUMENTS), CALLS_A_ROUND
                        )
                        ours += await time_async_calls(
                            lambda: real.call_tool("get_patient_background", ARGUMENTS), CALLS_A_ROUND
                        )
    return ours, floor


@asynccontextmanager
async def _session(url: str, token: str) -> AsyncIterator[ClientSession]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        httpx2.AsyncClient(headers=headers, trust_env=False, timeout=30) as http,
        streamable_http_client(url, http_client=http) as (read, write, *_),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        yield session


class _bare_server:  # noqa: N801 - used as a function
    """The floor as a process: `python -m bench.bare_tool`."""

    def __init__(self, text: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.bare_tool"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdin is not None
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()

    def __enter__(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


def _ledger_floor(folder: Path) -> Spread:
    """What the ledger alone costs on this disk: an entry of usual size, flushed to it."""
    ledger = FileLedger(folder / "ledger.jsonl", SystemClock())
    entry = Entry(sequence=0, time="", kind="disclosure", summary="x" * 1000)
    return Spread.of(time_calls(lambda: ledger.append(entry), 200))


def run() -> list[Row]:
    """The rows of the report."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in CASES:
            state = Path(folder) / name.removesuffix(".json")
            state.mkdir()
            case = state / name
            case.write_bytes(files("sekisho.samples").joinpath(name).read_bytes())
            ours, floor = (Spread.of(times) for times in asyncio.run(_measure(case, state)))
            bare = "bare tool on the same SDK"
            rows.append(Row(f"tool call over MCP HTTP, {name}, p50", ours.p50, "ms", bare, floor.p50, "at most 1.5x"))
            rows.append(Row(f"tool call over MCP HTTP, {name}, p99", ours.p99, "ms", bare, floor.p99, ""))
        ledger = _ledger_floor(Path(folder))
    rows.append(Row("of it: one ledger entry on disk, p50", ledger.p50, "ms", "", None, ""))
    return rows
