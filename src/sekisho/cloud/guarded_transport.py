"""The one door to the cloud: every byte that a client library wants to send passes here, or stays.

What passes: a POST to the one configured address, whose body `wire_check` approves down to the last value. What is
sent is written anew from what was checked: the body, and a short list of headers of our own. So a header of a
library, its user-agent or a second value under the same JSON key never leaves. The credential is added here, too.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import httpx2

from sekisho import __version__
from sekisho.cloud.approvals import Approvals
from sekisho.cloud.credentials import Credential
from sekisho.cloud.failures import code_of_answer, code_of_failure
from sekisho.cloud.retry import TURNED_AWAY, seconds_before
from sekisho.cloud.route import Route
from sekisho.cloud.wire_check import BodyCheck
from sekisho.cloud.wire_words import MAX_ANSWER_BYTES, Hearing, Tokens, Words
from sekisho.errors import Code, Refused, SekishoError, SetupError

USER_AGENT: Final = f"sekisho/{__version__}"
#: The most bytes of one request.
MAX_REQUEST_BYTES: Final = 512 * 1024
_MAX_ERROR_BYTES: Final = 64 * 1024

#: Asks somebody else about the exact text of a request before it leaves; False keeps it here.
Look = Callable[[str], Awaitable[bool]]


class Stopped(Exception):
    """The request does not leave, or its answer does not come in. The transport's `failure` says why."""


@dataclass(slots=True)
class Count:
    """What went over the wire, in numbers."""

    requests: int = 0
    again: int = 0
    tokens: Tokens = field(default_factory=Tokens)


class GuardedTransport(httpx2.AsyncBaseTransport):
    """The HTTP transport of one conversation. `failure` is the reason for the last request that came to nothing."""

    def __init__(
        self,
        route: Route,
        credential: Credential,
        approvals: Approvals,
        *,
        look: Look | None = None,
        wire: httpx2.AsyncBaseTransport,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._route = route
        self._credential = credential
        self._words = Words()
        self._check = BodyCheck(approvals, self._words)
        self._look = look
        self._wire = wire
        self._sleep = sleep
        self.count = Count()
        self.failure: SekishoError | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send what is approved, and give the answer on as it comes.

        Raises:
            Stopped: It did not leave, or there is no answer. See `failure`.
        """
        try:
            body = await self._approved_body(request)
            response = await self._sent(request, body)
            return await self._received(response)
        except SekishoError as error:
            self.failure = error
        except httpx2.TimeoutException as error:
            unsent = isinstance(error, (httpx2.ConnectTimeout, httpx2.PoolTimeout))
            self.failure = SetupError(Code.CLOUD_UNREACHABLE if unsent else Code.CLOUD_TIMEOUT, self._host)
        except httpx2.TransportError as error:
            unsent = isinstance(
                error, httpx2.ConnectError | httpx2.ProxyError
            )  # a proxy that opens no tunnel gets nothing
            self.failure = SetupError(Code.CLOUD_UNREACHABLE if unsent else Code.CLOUD_FAILED, self._host)
        # Raised here, outside the handlers, so that no traceback leads to a request.
        raise Stopped from None

    async def aclose(self) -> None:
        """Close the connections and the credential."""
        await self._wire.aclose()
        await self._credential.close()

    @property
    def _host(self) -> str:
        return self._route.origin[1]

    async def _approved_body(self, request: httpx2.Request) -> bytes:
        """The bytes to send, written anew from what was checked."""
        try:
            raw = await request.aread()
            body = json.loads(raw) if len(raw) <= MAX_REQUEST_BYTES else None
            is_approved = self._route.leads_to(request.method, str(request.url)) and (
                self._check.is_chat(body) if self._route.api == "chat" else self._check.is_responses(body)
            )
            text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            data = text.encode()
        except Exception:  # noqa: BLE001 - a guard that fails must not let anything pass
            is_approved, text, data = False, "", b""
        if not is_approved:
            raise Refused(Code.UNAPPROVED_OUTGOING)
        if self._look is not None and not await self._look(text):
            raise Refused(Code.UNAPPROVED_OUTGOING)
        return data

    async def _sent(self, request: httpx2.Request, body: bytes) -> httpx2.Response:
        """Send it; once more where the service never got it or turned it away."""
        attempt = 1
        while True:
            self.count.requests += 1
            response: httpx2.Response | None = None
            try:
                response = await self._wire.handle_async_request(await self._own_request(request, body))
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                pause = seconds_before(attempt + 1, None)
                if pause is None:
                    raise
            else:
                pause = None
                if response.status_code in TURNED_AWAY:
                    pause = seconds_before(attempt + 1, response.headers.get("retry-after"))
                if pause is None:
                    return response
                await response.aclose()
            attempt += 1
            self.count.again += 1
            await self._sleep(pause)

    async def _own_request(self, request: httpx2.Request, body: bytes) -> httpx2.Request:
        name, value = await self._credential.header()
        scheme, host, port = self._route.origin
        headers = {
            "host": httpx2.URL(scheme=scheme, host=host, port=port).netloc.decode(),
            "accept": "application/json",
            "accept-encoding": "identity",
            "content-type": "application/json",
            "content-length": str(len(body)),
            "user-agent": USER_AGENT,
            name: value,
        }
        extensions = {"timeout": request.extensions["timeout"]} if "timeout" in request.extensions else {}
        return httpx2.Request("POST", self._url(), headers=headers, content=body, extensions=extensions)

    def _url(self) -> str:
        scheme, host, port = self._route.origin
        query = f"?{self._route.query}" if self._route.query else ""
        return str(httpx2.URL(scheme=scheme, host=host, port=port)).rstrip("/") + self._route.path + query

    async def _received(self, response: httpx2.Response) -> httpx2.Response:
        if response.status_code != 200:
            raise SetupError(code_of_answer(response.status_code, await _some_of(response)), self._host)
        kind = response.headers.get("content-type", "").partition(";")[0].strip()
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise SetupError(Code.CLOUD_FAILED, self._host)
        is_stream = kind == "text/event-stream"
        if not is_stream and kind != "application/json":
            await response.aclose()
            raise SetupError(Code.CLOUD_ENDPOINT_WRONG, self._host)
        hearing = Hearing(self._words, is_stream=is_stream)
        return httpx2.Response(200, headers={"content-type": kind}, stream=_Heard(response, hearing, self))

    def heard(self, hearing: Hearing) -> None:
        """An answer has ended: count it, and keep the reason where it has not come to its end."""
        total = self.count.tokens
        total.given += hearing.tokens.given
        total.cached += hearing.tokens.cached
        total.made += hearing.tokens.made
        code = None
        if hearing.is_filtered:
            code = Code.CLOUD_FILTERED
        elif hearing.failed:
            code = code_of_failure(hearing.failed)
        elif not hearing.is_complete:
            code = Code.CLOUD_FAILED
        if code is not None and self.failure is None:
            self.failure = SetupError(code, self._host)

    def broke_off(self, error: Exception) -> None:
        """An answer broke off with this error."""
        code = Code.CLOUD_TIMEOUT if isinstance(error, httpx2.TimeoutException) else Code.CLOUD_FAILED
        self.failure = SetupError(code, self._host)


class _Heard(httpx2.AsyncByteStream):
    """The bytes of an answer, listened to on their way to the client library."""

    def __init__(self, response: httpx2.Response, hearing: Hearing, transport: GuardedTransport) -> None:
        self._response = response
        self._hearing = hearing
        self._transport = transport
        self._is_over = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        try:
            async for data in _bytes_of(self._response):
                size += len(data)
                if size > MAX_ANSWER_BYTES:
                    raise Stopped
                self._hearing.hear(data)
                yield data
        except Exception as error:  # noqa: BLE001 - whatever it was, the answer has not come to its end
            self._transport.broke_off(error)
            raise Stopped from None
        finally:
            self._end()

    async def aclose(self) -> None:
        self._end()
        await self._response.aclose()

    def _end(self) -> None:
        # A library may stop reading at the last event, before the last byte.
        if not self._is_over:
            self._is_over = True
            self._hearing.end()
            self._transport.heard(self._hearing)


def _bytes_of(response: httpx2.Response) -> AsyncIterable[bytes]:
    if not isinstance(response.stream, httpx2.AsyncByteStream):
        raise Stopped
    return response.stream


async def _some_of(response: httpx2.Response) -> bytes:
    """The beginning of an error body."""
    data = bytearray()
    try:
        async for piece in _bytes_of(response):
            data += piece
            if len(data) > _MAX_ERROR_BYTES:
                break
    finally:
        await response.aclose()
    return bytes(data)
