"""An agent of ours directly on a link: the framework's own tool, without a gateway and without HTTP."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import anyio
import pytest
from agent_framework import FunctionInvocationContext
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCRequest
from tests.link.adapters.memory import MemoryStation
from tests.link.asking import SYMPTOMS, TOOL
from tests.link.ends import ends
from tests.server.running import background, sample_case

from sekisho.checkpoint.signature import NONCE_NAME, Signer, Verifier
from sekisho.cloud.connection import PROGRESS_TOKEN
from sekisho.cloud.events import Event, Stopwatch, ToolProgress
from sekisho.cloud.link_client import connect_over, link_transport
from sekisho.cloud.seals import SignedSeals
from sekisho.errors import Code, Refused
from sekisho.link.call import Caller
from sekisho.link.envelope import Envelopes
from sekisho.link.mcp_server import answering
from sekisho.local.tool import build_tool_server

SIGNER = Signer(bytes(range(32)))


def test_the_framework_s_tool_asks_over_a_link(tmp_path: Path) -> None:
    main_job = background(sample_case(tmp_path / "cases"), tmp_path / "state")
    main_job.signer = SIGNER
    events: list[Event] = []

    async def run() -> None:
        seals = SignedSeals(Verifier(SIGNER.public_key))
        station = MemoryStation()
        with ends() as both:
            async with asyncio.timeout(40), answering(build_tool_server(main_job)) as handler:
                both._answer = handler  # type: ignore[method-assign]
                caller = Caller(await station.caller(), Envelopes(both.cloud))
                async with both.worker(station), connect_over(caller, seals, events.append, Stopwatch()) as tool:  # type: ignore[arg-type]
                    assert tool.name == TOOL
                    carried = seals.fresh()
                    meta = {"progressToken": PROGRESS_TOKEN, **carried}
                    assert NONCE_NAME in meta
                    asked = {"symptoms": SYMPTOMS}
                    context = FunctionInvocationContext(function=tool, arguments=asked, kwargs={"_meta": meta})
                    content = await tool.invoke(arguments=asked, context=context)
                    text = content if isinstance(content, str) else content[0].text
        assert text is not None
        assert "patient_context" in json.loads(text)
        assert seals.holds(text, carried), "the checkpoint's signature came through"
        assert [event.step for event in events if isinstance(event, ToolProgress)] == [
            "record",
            "facts",
            "model",
            "checkpoint",
        ]

    asyncio.run(run())


def test_a_client_that_goes_away_before_its_answer_is_no_error() -> None:
    class Answering:
        called, may_answer = anyio.Event(), anyio.Event()

        async def call(self, *_: object, **__: object) -> bytes:
            self.called.set()
            await self.may_answer.wait()
            return b'{"jsonrpc":"2.0","id":1,"result":{}}'

    async def run() -> None:
        caller = Answering()
        async with link_transport(caller) as (reads, writes):  # type: ignore[arg-type]
            await writes.send(SessionMessage(JSONRPCRequest(jsonrpc="2.0", id=1, method="tools/call", params={})))
            await caller.called.wait()
            await reads.aclose()
            caller.may_answer.set()
            await anyio.wait_all_tasks_blocked()

    anyio.run(run)


def test_a_link_without_a_worker_is_told_and_not_waited_for() -> None:
    async def run() -> None:
        station = MemoryStation()
        with ends() as both:
            gone = await station.worker()
            await gone.close()
            caller = Caller(await station.caller(), Envelopes(both.cloud))
            seals = SignedSeals(Verifier(SIGNER.public_key))
            async with asyncio.timeout(20):
                with pytest.raises(Refused) as error:
                    async with connect_over(caller, seals, lambda _: None, Stopwatch()):
                        pass
            assert error.value.code is Code.NO_WORKER

    asyncio.run(run())
