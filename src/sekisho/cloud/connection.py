"""The way to the private zone: Agent Framework's MCP tool over Streamable HTTP, without detours."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import urlsplit

import httpx2
import mcp_types
from agent_framework import Content, FunctionTool, MCPStreamableHTTPTool
from agent_framework.exceptions import ToolException

from sekisho.checkpoint.signature import Verifier
from sekisho.cloud.contract import present
from sekisho.cloud.events import Emit, Stopwatch, ToolProgress
from sekisho.cloud.seals import Seals, SignedSeals
from sekisho.errors import Code, InputError, SetupError
from sekisho.loopback import is_loopback
from sekisho.offered_tool import TOOL

if TYPE_CHECKING:
    from mcp.client import IncomingMessage

#: Seconds that one request to the private zone may take. A hosted agent allows a hundred.
REQUEST_SECONDS: Final = 90

#: Marks the progress notices of our calls. Any fixed word does: whose step it is does not matter to who looks on.
PROGRESS_TOKEN: Final = "sekisho"  # noqa: S105 - a mark, not a secret

_STEP: Final = re.compile(r"[a-z][a-z_]{0,39}")
_TOKEN: Final = re.compile(r"[!-~]{1,512}")


class Zone(Protocol):
    """A private zone, however it is reached."""

    def seals(self) -> SignedSeals:
        """What recognises this zone's disclosures in one conversation."""

    def connected(
        self, seals: Seals, contact: Contact, emit: Emit, clock: Stopwatch
    ) -> AbstractAsyncContextManager[FunctionTool]:
        """Its tool, ready to be called while the context is open.

        Raises:
            SekishoError: Why it cannot be had.
        """


@dataclass(frozen=True, slots=True)
class PrivateZone:
    """Where the private zone answers, the bearer token that it asks for, and the public key of its signatures.

    Raises:
        InputError: `bad_setting` when `url` is no http(s) address, or is plain http to another machine (the
            token would travel readable), or when `key` is no public key; `bad_token` when the token cannot stand in
            a header.
    """

    url: str
    token: str = field(repr=False)
    key: str

    def seals(self) -> SignedSeals:
        """What recognises this zone's disclosures in one conversation."""
        return SignedSeals(Verifier(self.key))

    def connected(
        self, seals: Seals, contact: Contact, emit: Emit, clock: Stopwatch
    ) -> AbstractAsyncContextManager[FunctionTool]:
        """As `connect`."""
        return connect(self, seals, contact, emit, clock)

    def __post_init__(self) -> None:
        try:
            Verifier(self.key)
        except ValueError:
            raise InputError(Code.BAD_SETTING, "key") from None
        if not _is_acceptable(self.url):
            raise InputError(Code.BAD_SETTING, "url")
        if not _TOKEN.fullmatch(self.token):
            raise InputError(Code.BAD_TOKEN)


@dataclass(slots=True)
class Contact:
    """The status of the last answer of the private zone's HTTP server; 0 before the first."""

    status: int = 0

    async def note(self, response: httpx2.Response) -> None:
        """Called by the HTTP client for each response."""
        self.status = response.status_code

    def code(self) -> Code:
        """Why a call or a connection failed, when the server did not say so itself."""
        return Code.SERVER_DENIED if self.status in {401, 403} else Code.SERVER_UNREACHABLE


class BackgroundTool(MCPStreamableHTTPTool):
    """The framework's MCP tool, which hears nothing but progress between a call and its result."""

    def __init__(self, url: str, seals: Seals, hears: Emit, clock: Stopwatch, **way: Any) -> None:
        """The one tool that we call, and nothing else that a server may offer.

        Args:
            url: Where the server answers.
            seals: Looks at each result as it arrived.
            hears: Told of progress, with the time by `clock`.
            way: How to get there, as the framework's own tool takes it.
        """
        super().__init__(
            name="sekisho",
            url=url,
            allowed_tools=[TOOL],
            approval_mode="never_require",
            load_prompts=False,
            request_timeout=REQUEST_SECONDS,
            # The text of the result is what the checkpoint approved, byte for byte.
            tool_result_content="content_only",
            # Otherwise the whole result is kept a second time, beside the text.
            max_host_payload_size_bytes=1,
            **way,
        )
        self._seals, self._hears, self._clock = seals, hears, clock

    def _parse_tool_result_from_mcp(self, mcp_type: mcp_types.CallToolResult) -> list[Content]:
        """Show the result, as it arrived, to what checks the signature."""
        texts = [item.text if isinstance(item, mcp_types.TextContent) else "" for item in mcp_type.content]
        self._seals.take(texts, mcp_type.meta)
        return super()._parse_tool_result_from_mcp(mcp_type)

    async def message_handler(self, message: IncomingMessage) -> None:
        """Pass progress of our call on, and nothing else: one run keeps the tool that it loaded."""
        if not isinstance(message, mcp_types.ProgressNotification):
            return
        params = message.params
        if params.progress_token == PROGRESS_TOKEN:
            # A step is a word from our own code. Free text of the private zone has no business here.
            step = params.message if params.message and _STEP.fullmatch(params.message) else ""
            self._hears(ToolProgress(self._clock.ms(), params.progress, params.total, step))

    async def logging_callback(self, params: mcp_types.LoggingMessageNotificationParams) -> None:
        """Drop log lines of the server: they would be printed here."""


@asynccontextmanager
async def connect(
    zone: PrivateZone, seals: Seals, contact: Contact, emit: Emit, clock: Stopwatch
) -> AsyncIterator[FunctionTool]:
    """The tool of the private zone, ready to be called while the context is open.

    Raises:
        SetupError: `server_denied`, `server_unreachable`, or `tool_missing` (a server that answers but does
            not offer the tool; without this check the agent would just run without it).
    """
    # No proxy from the environment and no redirect: both would carry the token and the summary elsewhere.
    async with httpx2.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        timeout=httpx2.Timeout(10, read=REQUEST_SECONDS),
        event_hooks={"response": [contact.note]},
    ) as http:
        headers = {"Authorization": f"Bearer {zone.token}"}
        tool = BackgroundTool(zone.url, seals, emit, clock, http_client=http, static_headers=headers)
        try:
            await tool.connect()
        except ToolException:
            raise SetupError(contact.code()) from None
        try:
            yield present(tool.functions)
        finally:
            await tool.close()


def _is_acceptable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    if not host or parts.username or parts.password:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
