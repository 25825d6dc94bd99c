"""HTTP to a server on this machine, hardened: what leaves goes to the one address, what comes is bounded (G8).

No proxy of the environment, no redirect, no second try, one deadline for everything from connecting to the last byte,
a limit in bytes, and a call that ends at once when it is cancelled. Everything runs on an event loop in a thread of its
own, because only there a deadline holds against a server that sends a byte a second.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from threading import Lock, Thread
from typing import Any

import httpx2

from sekisho.errors import Code, Refused, SetupError
from sekisho.local.model.address import Address
from sekisho.local.model.runtime import Cancellation
from sekisho.quiet import silence

#: More than any answer that was asked for.
MOST_BYTES = 256 * 1024
_END_SECONDS = 5.0
_BY_STATUS = {404: Code.MODEL_MISSING, 429: Code.MODEL_BUSY, 503: Code.MODEL_BUSY}


class LocalHttp:
    """A client for one address. Safe to call from several threads."""

    def __init__(self, address: Address, most_bytes: int = MOST_BYTES) -> None:
        self.address = address
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: httpx2.AsyncClient | None = None

    def get(self, path: str, deadline: float) -> Any:
        """The JSON value at a path.

        Raises:
            SetupError: See `sekisho.local.model.runtime`.
        """
        return self._run("GET", path, None, deadline, Cancellation())

    def post(self, path: str, body: Mapping[str, Any], deadline: float, cancelled: Cancellation) -> Any:
        """The JSON value that a path answers with.

        Raises:
            SetupError, Refused: See `sekisho.local.model.runtime`.
        """
        return self._run("POST", path, json.dumps(body, ensure_ascii=False).encode(), deadline, cancelled)

    def close(self) -> None:
        """End the connections and the thread."""
        with self._lock:
            loop, client, self._loop, self._client = self._loop, self._client, None, None
        if loop is not None and client is not None:
            with suppress(TimeoutError):
                asyncio.run_coroutine_threadsafe(_end(client), loop).result(_END_SECONDS)
            loop.call_soon_threadsafe(loop.stop)

    def _run(self, method: str, path: str, content: bytes | None, deadline: float, cancelled: Cancellation) -> Any:
        if cancelled.is_cancelled:
            raise Refused(Code.CANCELLED)
        loop, client = self._started()
        future = asyncio.run_coroutine_threadsafe(self._exchange(client, method, path, content, deadline), loop)
        forget = cancelled.when_cancelled(future.cancel)
        try:
            # The deadline holds in there; a loop that was closed a moment ago would never say so.
            data = future.result(max(deadline - time.monotonic(), 0.0) + _END_SECONDS)
        except CancelledError:
            raise Refused(Code.CANCELLED) from None
        except TimeoutError:
            future.cancel()
            raise SetupError(Code.MODEL_TIMEOUT) from None
        finally:
            forget()
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            raise SetupError(Code.MODEL_INVALID) from None

    async def _exchange(
        self, client: httpx2.AsyncClient, method: str, path: str, content: bytes | None, deadline: float
    ) -> bytes:
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                async with client.stream(method, self.address.url + path, content=content) as response:
                    return await self._read(response)
        except TimeoutError:
            raise SetupError(Code.MODEL_TIMEOUT) from None
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError):
            raise SetupError(Code.MODEL_UNREACHABLE) from None

    async def _read(self, response: httpx2.Response) -> bytes:
        if response.is_redirect or 300 <= response.status_code < 400:
            raise SetupError(Code.MODEL_NOT_LOCAL, "redirect")
        if response.status_code != 200:
            raise SetupError(_BY_STATUS.get(response.status_code, Code.MODEL_INVALID), str(response.status_code))
        if response.headers.get("content-encoding", "identity") != "identity":
            raise SetupError(Code.MODEL_INVALID, "content-encoding")
        data = bytearray()
        async for chunk in response.aiter_raw():
            data += chunk
            if len(data) > self._most_bytes:
                raise SetupError(Code.MODEL_TOO_LARGE)
        return bytes(data)

    def _started(self) -> tuple[asyncio.AbstractEventLoop, httpx2.AsyncClient]:
        with self._lock:
            if self._loop is None or self._client is None:
                silence("httpx2", "httpcore2")
                self._loop = asyncio.new_event_loop()
                self._loop.set_exception_handler(lambda *_: None)  # its message would go to a log
                Thread(target=_run_loop, args=(self._loop,), name="sekisho-model", daemon=True).start()
                self._client = httpx2.AsyncClient(
                    trust_env=False,
                    follow_redirects=False,
                    timeout=None,
                    verify=self.address.url.startswith("https:"),  # plain HTTP has no certificates to load
                    headers={
                        "Accept": "application/json",
                        "Accept-Encoding": "identity",
                        "Content-Type": "application/json",
                    },
                )
            return self._loop, self._client


async def _end(client: httpx2.AsyncClient) -> None:
    """End what is still at work (a call that was cancelled a moment ago), then the connections."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await client.aclose()
    await asyncio.sleep(0)  # a transport closes in the next round of the loop


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()
