"""The tool `get_patient_background` as an MCP server object: one catalogue, one handler, tools and nothing else.

The same object answers over HTTP (`server.py`) and behind a link (`worker.py`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import mcp_types as types
from anyio import (
    BrokenResourceError,
    create_memory_object_stream,
    create_task_group,
    from_thread,
    sleep_forever,
    to_thread,
)
from anyio.streams.memory import MemoryObjectReceiveStream
from mcp import MCPError
from mcp.server import Server, ServerRequestContext

from sekisho import __version__
from sekisho.checkpoint.canonical import canonical_bytes
from sekisho.checkpoint.outcome import Disclosure, Outcome, Refusal
from sekisho.checkpoint.signature import SIGNATURE_NAME, Signer, nonce_of
from sekisho.errors import Code
from sekisho.local.background import STEPS, Background
from sekisho.local.turnstile import Turnstile
from sekisho.offered_tool import OFFERED, TOOL

if TYPE_CHECKING:  # rules need no cancelling
    from sekisho.local.model.runtime import Cancellation

#: Calls at work at once, and calls that may wait for their turn. More are told that the machine is busy.
AT_WORK = 4
WAITING = 16

CATALOGUE = types.Tool.model_validate(OFFERED, by_name=False)

Context = ServerRequestContext[Any, Any]
Answer = Callable[..., Outcome]


def build_tool_server(background: Background) -> Server[Any]:
    """The MCP server object that offers the tool."""
    turnstile = Turnstile(AT_WORK, WAITING, background.seconds)

    async def list_tools(_: Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[CATALOGUE])

    async def call_tool(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        if params.name != TOOL:
            raise MCPError(code=types.INVALID_PARAMS, message="unknown tool")
        arguments = _arguments(params.arguments)
        if arguments is None:
            return _as_result(Refusal(Code.BAD_ARGUMENTS))
        answer = partial(background.answer, *arguments, since=time.monotonic())
        outcome = await turnstile.through(lambda: _answer(answer, background.takes_time, context))
        return _as_result(outcome, background.signer, nonce_of(context.meta))

    return Server(
        "sekisho",
        version=__version__,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        # Without this the SDK asks list_tools for the schema at every call.
        get_tool_input_schema=lambda name: OFFERED["inputSchema"] if name == TOOL else None,
    )


def _arguments(given: object) -> tuple[str, str | None] | None:
    """Symptoms and case, or None for anything but exactly these. Nothing of what was given is repeated."""
    if not isinstance(given, dict) or not {"symptoms"} <= given.keys() <= {"symptoms", "case"}:
        return None
    symptoms, case = given["symptoms"], given.get("case")
    if not isinstance(symptoms, str) or not isinstance(case, str | None):
        return None
    return symptoms, case or None


async def _answer(answer: Answer, takes_time: bool, context: Context) -> Outcome:
    """Run the main job in a thread; tell its steps where the caller wants progress.

    The thread never waits for the client: one that has gone, or does not read, would keep the place of a call for ever.
    """
    try:
        if takes_time:
            return await _answer_while_awaited(answer, context)
        return await _answer_in_thread(answer, context)
    except Exception:  # noqa: BLE001 - fail closed: the SDK would log an exception with its text
        return Refusal(Code.INTERNAL)


async def _answer_while_awaited(answer: Answer, context: Context) -> Outcome:
    """The same, and when the caller goes away or cancels, the generation ends and so does the thread."""
    from sekisho.local.model.runtime import Cancellation

    cancelled = Cancellation()
    outcome: Outcome = Refusal(Code.INTERNAL)
    async with create_task_group() as group:
        group.start_soon(_cancel_at_end, cancelled)
        outcome = await _answer_in_thread(partial(answer, cancelled=cancelled), context)
        group.cancel_scope.cancel()
    return outcome


async def _cancel_at_end(cancelled: Cancellation) -> None:
    try:
        await sleep_forever()
    finally:
        cancelled.cancel()


async def _answer_in_thread(answer: Answer, context: Context) -> Outcome:
    if not (context.meta and "progress_token" in context.meta):
        return await to_thread.run_sync(answer)
    return await _answer_with_progress(answer, context)


async def _answer_with_progress(answer: Answer, context: Context) -> Outcome:
    steps, heard = create_memory_object_stream[str](len(STEPS))

    def step(name: str) -> None:
        with suppress(BrokenResourceError):  # the client has gone
            from_thread.run_sync(steps.send_nowait, name)

    outcome: Outcome = Refusal(Code.INTERNAL)
    async with create_task_group() as group:
        group.start_soon(_tell, heard, context)
        with steps:
            outcome = await to_thread.run_sync(partial(answer, step=step))
    return outcome


async def _tell(heard: MemoryObjectReceiveStream[str], context: Context) -> None:
    """Report each step as progress."""
    with heard:
        async for name in heard:
            await context.session.report_progress(STEPS.index(name), len(STEPS), name)


def _as_result(outcome: Outcome, signer: Signer | None = None, nonce: str = "") -> types.CallToolResult:
    """The approved bytes as text and as structured content, with the checkpoint's signature; or a fixed error code."""
    if isinstance(outcome, Disclosure):
        text = outcome.data.decode()
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=text)],
            structured_content=json.loads(text),
            _meta={SIGNATURE_NAME: signer.sign(outcome, TOOL, nonce)} if signer else None,
        )
    text = canonical_bytes({"error": outcome.code.value}).decode()
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=True)
