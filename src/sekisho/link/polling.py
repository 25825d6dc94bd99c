"""`http://` and `https://`: a client's way to the gateway's link by plain requests, where WebSockets are blocked.

Each request waits at the hub until there is something to say. It is slower than a WebSocket and does the same.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress

import httpx2

from sekisho.errors import Code, SetupError
from sekisho.link.backoff import Backoff
from sekisho.link.open import Access
from sekisho.link.remote import RemoteCaller, RemoteWorker
from sekisho.link.rpc import HEAD, MAX_MESSAGE, Op, Status
from sekisho.link.websocket import PATIENCE, PROXY_REFUSALS, client_headers, error_of, tls_context


class PollingWire:
    """One client's requests."""

    def __init__(self, url: str, access: Access) -> None:
        context = tls_context(url, access)
        self._url = url
        self._http = httpx2.AsyncClient(
            headers=client_headers(access),
            verify=context if context is not None else True,
            proxy=access.proxy,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx2.Timeout(PATIENCE),
        )
        self._asking: set[asyncio.Task[httpx2.Response]] = set()
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    async def ask(self, op: Op, data: bytes, *, wait: float = 0.0, again: bool = True) -> bytes:
        """One request and its answer. `Wire.ask` says the rest."""
        backoff = Backoff()
        ends = asyncio.get_running_loop().time() + PATIENCE
        while not self._closed:
            answer = await self._post(HEAD.pack(op, 1) + data, wait)
            if answer is not None:
                if (status := answer[0]) != Status.DONE:
                    raise error_of(status, answer[HEAD.size :])
                return answer[HEAD.size :]
            await asyncio.sleep(backoff.next())
            if not again or asyncio.get_running_loop().time() > ends:
                break
        raise SetupError(Code.LINK_DOWN)

    async def tell(self, op: Op, data: bytes) -> None:
        """A request without an answer, best effort: why it was not taken is told to who wants an answer."""
        if not self._closed:
            with suppress(SetupError):
                await self._post(HEAD.pack(op, 0) + data, 0)

    async def close(self) -> None:
        """End every request."""
        self._closed = True
        for asking in self._asking:
            asking.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)
        await self._http.aclose()

    async def _post(self, body: bytes, wait: float) -> bytes | None:
        """What the hub answers; None where it could not be asked."""
        timeout = httpx2.Timeout(PATIENCE, read=wait + PATIENCE)
        asking = asyncio.create_task(self._http.post(self._url, content=body, timeout=timeout))
        self._asking.add(asking)
        try:
            response = await asking
        except asyncio.CancelledError:
            if self._closed and asking.cancelled():
                return None
            raise
        except httpx2.ProxyError as error:
            if str(error)[:3] in map(str, PROXY_REFUSALS):  # the client gives the proxy's answer as a text only
                raise SetupError(Code.LINK_PROXY_REFUSED) from None
            return None
        except httpx2.HTTPError as error:
            if _is_untrusted(error):
                raise SetupError(Code.LINK_UNTRUSTED) from None
            return None
        finally:
            self._asking.discard(asking)
        if response.status_code in (401, 403):
            raise SetupError(Code.LINK_DENIED)
        content = response.content
        if response.status_code != 200 or len(content) > MAX_MESSAGE + HEAD.size:
            return None
        return content if content or body[1:5] == bytes(4) else None


def _is_untrusted(error: BaseException | None) -> bool:
    """Whether a certificate is at the bottom of it."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def open_caller(url: str, access: Access) -> RemoteCaller:
    """The caller's end."""
    return RemoteCaller(PollingWire(url, access))


def open_worker(url: str, access: Access) -> RemoteWorker:
    """The worker's end."""
    return RemoteWorker(PollingWire(url, access))
