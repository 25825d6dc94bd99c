"""`ws://` and `wss://`: a client's way to the gateway's link, over one WebSocket that it opens outward.

It sends heartbeats, comes back by itself with full jitter, and goes through a proxy or trusts a private authority when
told to. The token is a bearer token; it is sent over `ws://` to this machine only.
"""

from __future__ import annotations

import asyncio
import secrets
import ssl
from contextlib import suppress
from ssl import SSLCertVerificationError
from urllib.parse import SplitResult, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidProxyStatus, InvalidStatus, WebSocketException

from sekisho.errors import Code, InputError, Refused, SetupError
from sekisho.link.backoff import Backoff
from sekisho.link.open import Access
from sekisho.link.protocol import LeaseLost
from sekisho.link.remote import RemoteCaller, RemoteWorker
from sekisho.link.rpc import HEAD, MAX_MESSAGE, Op, Status
from sekisho.loopback import is_this_machine

#: Seconds between heartbeats, and for the answer to one.
HEARTBEAT = 10.0
#: Seconds that a request waits for a connection.
PATIENCE = 10.0
#: What a proxy says that will say it again: no right, forbidden, sign in first.
PROXY_REFUSALS = frozenset((401, 403, 407))
SESSION_HEADER = "X-Sekisho-Session"


class _Connect(connect):
    """Connects to the address that was given and to no other: where it is sent elsewhere, that is an answer like any
    other that lets nobody in."""

    def process_redirect(self, exc: Exception) -> Exception:
        """The redirect itself, as what went wrong."""
        return exc


class WebSocketWire:
    """One client's WebSocket, kept open."""

    def __init__(self, url: str, access: Access) -> None:
        self._url = url
        self._tls = tls_context(url, access)
        self._proxy = access.proxy
        self._headers = client_headers(access)
        self._number = 0
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._connection: ClientConnection | None = None
        self._connected = asyncio.Event()
        #: Why trying again is of no use.
        self._refused: Code | None = None
        self._closed = False
        self._running: asyncio.Task[None] | None = None

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    async def ask(self, op: Op, data: bytes, *, wait: float = 0.0, again: bool = True) -> bytes:
        """One request and its answer. `Wire.ask` says the rest."""
        backoff = Backoff(0.02, 1.0)
        while True:
            connection = await self._connect()
            self._number = self._number % 0xFFFFFFFF + 1
            number = self._number
            future = self._waiting[number] = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(wait + 2 * HEARTBEAT + PATIENCE):
                    await connection.send(HEAD.pack(op, number) + data)
                    answer: bytes = await future
                return answer
            except (WebSocketException, ConnectionError, TimeoutError):
                # The loop must get to hear that the connection is gone: asking on at once would never let it.
                await asyncio.sleep(backoff.next() + 0.005)
                if not again or self._closed:
                    raise SetupError(Code.LINK_DOWN) from None
            finally:
                self._waiting.pop(number, None)

    async def tell(self, op: Op, data: bytes) -> None:
        """A request without an answer."""
        if self._connection is not None:
            with suppress(WebSocketException, ConnectionError):
                await self._connection.send(HEAD.pack(op, 0) + data)

    async def close(self) -> None:
        """End every request, and the connection."""
        self._closed = True
        self._lose()
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def _connect(self) -> ClientConnection:
        if self._running is None and not self._closed:
            self._running = asyncio.create_task(self._run())
        if self._connection is None and not self._closed:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._connected.wait()
        if self._refused is not None:
            raise SetupError(self._refused)
        if self._connection is None or self._closed:
            raise SetupError(Code.LINK_DOWN)
        return self._connection

    async def _run(self) -> None:
        """Connect, again and again."""
        backoff = Backoff()
        while not self._closed:
            try:
                async with _Connect(
                    self._url,
                    additional_headers=self._headers,
                    ssl=self._tls,
                    proxy=self._proxy,
                    compression=None,  # what is sealed does not get smaller
                    max_size=MAX_MESSAGE,
                    open_timeout=HEARTBEAT,
                    ping_interval=HEARTBEAT,
                    ping_timeout=HEARTBEAT,
                    close_timeout=1,
                    user_agent_header=None,
                ) as connection:
                    backoff.reset()
                    self._connection = connection
                    self._connected.set()
                    await self._read(connection)
            except (InvalidStatus, InvalidProxyStatus, SSLCertVerificationError) as refused:
                self._refused = _refusal(refused)
                if self._refused is not None:
                    self._connected.set()
                    return
            except (OSError, WebSocketException, TimeoutError, EOFError):
                pass
            finally:
                self._lose()
            await asyncio.sleep(backoff.next())

    async def _read(self, connection: ClientConnection) -> None:
        async for message in connection:
            if not isinstance(message, bytes) or len(message) < HEAD.size:
                return
            status, number = HEAD.unpack_from(message)
            future = self._waiting.pop(number, None)
            if future is None or future.done():
                continue
            if status == Status.DONE:
                future.set_result(message[HEAD.size :])
            else:
                future.set_exception(error_of(status, message[HEAD.size :]))

    def _lose(self) -> None:
        """The connection is gone: whoever waits for an answer hears of it."""
        self._connection = None
        if self._refused is None:
            self._connected.clear()
        if self._closed:
            self._connected.set()
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionError())
                future.exception()  # it may have nobody left to hear it
        self._waiting.clear()


def _refusal(error: InvalidStatus | InvalidProxyStatus | SSLCertVerificationError) -> Code | None:
    """Why trying again is of no use; None where it may be."""
    if isinstance(error, SSLCertVerificationError):
        return Code.LINK_UNTRUSTED
    if isinstance(error, InvalidProxyStatus):
        return Code.LINK_PROXY_REFUSED if error.response.status_code in PROXY_REFUSALS else None
    return Code.LINK_DENIED if error.response.status_code in (401, 403) else None


def error_of(status: int, code: bytes) -> Exception:
    """The hub's refusal as an exception."""
    if status == Status.LEASE_LOST:
        return LeaseLost()
    try:
        return Refused(Code(code.decode("ascii")))
    except ValueError:
        return Refused(Code.BAD_FRAME)


def client_headers(access: Access) -> dict[str, str]:
    """Who comes, and by what right.

    Raises:
        InputError: `bad_token` for one that no header can hold.
    """
    headers = {SESSION_HEADER: secrets.token_hex(16)}
    if access.secret:
        if not (access.secret.isascii() and access.secret.isprintable()):
            raise InputError(Code.BAD_TOKEN)
        headers["Authorization"] = f"Bearer {access.secret}"
    return headers


def tls_context(url: str, access: Access) -> ssl.SSLContext | None:
    """The certificates that are trusted; None where there is no TLS, which is for this machine only.

    Raises:
        InputError: `bad_link` where the URL names no host or no port that there is, for plain text to another machine,
            or where the file of certificates cannot be read.
    """
    parts = urlsplit(url)
    host = parts.hostname if _has_a_port(parts) else None
    if not host:
        raise InputError(Code.BAD_LINK, f"{parts.scheme}://HOST[:PORT]/link")
    if parts.scheme in ("ws", "http"):
        if not is_this_machine(host):
            raise InputError(Code.BAD_LINK, "wss://")
        return None
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if access.ca_file is not None:
        try:
            context.load_verify_locations(access.ca_file)
        except (OSError, ssl.SSLError):
            raise InputError(Code.BAD_LINK, access.ca_file.name) from None
    return context


def _has_a_port(parts: SplitResult) -> bool:
    """Whether the port, where one is given, is one."""
    try:
        return parts.port != 0
    except ValueError:
        return False


def open_caller(url: str, access: Access) -> RemoteCaller:
    """The caller's end."""
    return RemoteCaller(WebSocketWire(url, access))


def open_worker(url: str, access: Access) -> RemoteWorker:
    """The worker's end."""
    return RemoteWorker(WebSocketWire(url, access))
