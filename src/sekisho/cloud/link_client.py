"""An agent of ours directly on a link, without a gateway: Agent Framework's MCP tool over a transport that is a link.

Each request of the MCP client becomes one sealed question. Only the stateless protocol is spoken: what belongs to
sessions is answered here, and never goes over the link.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import mcp_types as types
from agent_framework import FunctionTool
from agent_framework.exceptions import ToolException
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage
from mcp_types import ErrorData, JSONRPCError, JSONRPCNotification, JSONRPCRequest
from mcp_types.jsonrpc import jsonrpc_message_adapter

from sekisho.checkpoint.signature import Verifier
from sekisho.cloud.connection import REQUEST_SECONDS, BackgroundTool, Contact
from sekisho.cloud.contract import present
from sekisho.cloud.events import Emit, Stopwatch
from sekisho.cloud.seals import Seals, SignedSeals
from sekisho.errors import Code, InputError, SekishoError, SetupError
from sekisho.link.call import Caller
from sekisho.link.envelope import Envelopes
from sekisho.link.keyring import KeyringFile
from sekisho.link.open import Access, open_caller

Received = MemoryObjectReceiveStream[SessionMessage | Exception]
Sent = MemoryObjectSendStream[SessionMessage]
_OF_SESSIONS = frozenset(("initialize", "subscriptions/listen"))


@asynccontextmanager
async def link_transport(
    caller: Caller, seconds: float = REQUEST_SECONDS, failed: Callable[[SekishoError], None] = lambda _: None
) -> AsyncIterator[tuple[Received, Sent]]:
    """A transport for an MCP client: what it writes is asked over the link, what comes back it reads.

    `failed` is told why a request came to nothing: the framework keeps no more of that than a text.
    """
    to_client, client_reads = anyio.create_memory_object_stream[SessionMessage | Exception](64)
    client_writes, from_client = anyio.create_memory_object_stream[SessionMessage](0)
    asking: dict[str, anyio.CancelScope] = {}

    async def event(body: bytes) -> None:
        await to_client.send(SessionMessage(jsonrpc_message_adapter.validate_json(body, by_name=False)))

    async def ask(request: JSONRPCRequest) -> None:
        with anyio.CancelScope() as asking[str(request.id)]:
            try:
                body = request.model_dump_json(by_alias=True, exclude_unset=True).encode()
                answer = await caller.call(body, seconds, on_event=event)
                message = jsonrpc_message_adapter.validate_json(answer, by_name=False)
                if getattr(message, "id", None) != request.id:
                    raise ValueError
            except SekishoError as error:
                failed(error)
                message = _failed(request, error.code)
            except Exception:  # noqa: BLE001 - whatever came, its text does not go on
                message = _failed(request, Code.INTERNAL)
            finally:
                asking.pop(str(request.id), None)
            with suppress(anyio.BrokenResourceError):  # nobody reads any more
                await to_client.send(SessionMessage(message))

    async def pump() -> None:
        async with from_client:
            async for sent in from_client:
                message = sent.message
                if isinstance(message, JSONRPCRequest) and message.method in _OF_SESSIONS:
                    await to_client.send(SessionMessage(_failed(message, Code.SERVER_UNREACHABLE)))
                elif isinstance(message, JSONRPCRequest):
                    group.start_soon(ask, message)
                elif isinstance(message, JSONRPCNotification) and message.method == "notifications/cancelled":
                    scope = asking.get(str((message.params or {}).get("requestId")))
                    if scope is not None:
                        scope.cancel()

    async with to_client, client_reads, client_writes, anyio.create_task_group() as group:
        group.start_soon(pump)
        try:
            yield client_reads, client_writes
        finally:
            group.cancel_scope.cancel()


def _failed(request: JSONRPCRequest, code: Code) -> JSONRPCError:
    """A fixed code in place of an answer."""
    error = ErrorData(code=types.CONNECTION_CLOSED, message=f'{{"error":"{code.value}"}}')
    return JSONRPCError(jsonrpc="2.0", id=request.id, error=error)


class LinkTool(BackgroundTool):
    """The framework's MCP tool with a link below it. The framework opens and closes it in one task of its own."""

    def __init__(self, caller: Caller, seals: Seals, hears: Emit, clock: Stopwatch) -> None:
        """As `BackgroundTool`; `caller` is this end of the link."""
        super().__init__("link:", seals, hears, clock)  # nothing is asked there: the transport is ours
        self._caller = caller
        #: Why the last request came to nothing.
        self.failure: SekishoError | None = None

    def get_mcp_client(self) -> Any:
        """The transport; everything above it is as over HTTP."""
        transport: AbstractAsyncContextManager[tuple[Received, Sent]] = link_transport(self._caller, failed=self._fail)
        return transport

    def _fail(self, failure: SekishoError) -> None:
        self.failure = failure


@asynccontextmanager
async def connect_over(caller: Caller, seals: Seals, emit: Emit, clock: Stopwatch) -> AsyncIterator[FunctionTool]:
    """The tool of the private zone behind a link, ready to be called while the context is open.

    Raises:
        SekishoError: What the call ended with (`no_worker`, `link_down`, `link_denied`, `not_trusted` ...).
        SetupError: `server_unreachable`, or `tool_missing`: without this check the agent would just run without it.
    """
    tool = LinkTool(caller, seals, emit, clock)
    async with caller:
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                await tool.connect()
        except (ToolException, TimeoutError):
            raise tool.failure or SetupError(Code.SERVER_UNREACHABLE) from None
        try:
            yield present(tool.functions)
        finally:
            await tool.close()


@dataclass(frozen=True, slots=True)
class ZoneOnLink:
    """A private zone whose workers are on a link. The agent is the caller itself, with keys of its own.

    Raises:
        InputError: `bad_setting` when `key` is no public key of signatures.
    """

    url: str
    access: Access = field(repr=False)
    keyring: Path
    key: str

    @classmethod
    def of(cls, link: Mapping[str, str], key: str) -> ZoneOnLink:
        """The zone that a request names (`sekisho.cloud.request`)."""
        ca = Path(link["ca"]) if link["ca"] else None
        access = Access(link["secret"] or None, ca, link["proxy"] or None)
        return cls(link["url"], access, Path(link["keyring"]), key)

    def __post_init__(self) -> None:
        try:
            Verifier(self.key)
        except ValueError:
            raise InputError(Code.BAD_SETTING, "key") from None

    def seals(self) -> SignedSeals:
        """What recognises this zone's disclosures in one conversation."""
        return SignedSeals(Verifier(self.key))

    @asynccontextmanager
    async def connected(
        self, seals: Seals, contact: Contact, emit: Emit, clock: Stopwatch
    ) -> AsyncIterator[FunctionTool]:
        """As `connect_over`, on a link of its own.

        Raises:
            SekishoError: As `connect_over`; `bad_link`, `keys_missing`, `bad_keys`.
        """
        del contact  # there is no HTTP here
        caller = Caller(open_caller(self.url, self.access), Envelopes(KeyringFile(self.keyring)))
        async with connect_over(caller, seals, emit, clock) as tool:
            yield tool
