"""One connection to a NATS server: the official client, connected once and never by itself again.

The official client can reconnect, but it waits for a first connection for ever or not at all, waits without jitter,
and takes the server's word for it that a `tls://` connection need not be encrypted. So `connection.py` makes a new
client for each connection, and this one does not show a password on a connection that is not encrypted.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from typing import TypeVar

import nats.errors
from nats.aio.client import Client as OfficialClient
from nats.js.client import JetStreamContext

from sekisho.errors import Code, SetupError
from sekisho.link.nats.address import Address

T = TypeVar("T")
_CONNECT_SECONDS = 5
_CLOSE_SECONDS = 1
_PING_SECONDS = 10
#: Seconds for which JetStream may think about one request.
_ANSWER_SECONDS = 2
#: What a server says when it does not know us. The client gives it to us as text only.
_DENIALS = ("authorization violation", "authentication", "user authentication", "permissions violation")


class _Plain(nats.errors.Error):
    """The connection is not encrypted, and must be."""


class Client(OfficialClient):
    """An official client that tells whether it is encrypted, what was denied to it, and when it is over."""

    def __init__(self, address: Address) -> None:
        super().__init__()
        self._address = address
        self._encrypted = False
        self.js: JetStreamContext = self.jetstream(timeout=_ANSWER_SECONDS)
        #: Done when the connection is lost or closed.
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        #: What is being done over the connection, and can be interrupted.
        self._doing: set[asyncio.Timeout] = set()
        self._why = Code.LINK_DOWN

    @property
    def ssl_context(self) -> ssl.SSLContext:
        """The context of the encryption, which begins when this is asked for."""
        self._encrypted = True
        return super().ssl_context

    async def open(self, role: str) -> None:
        """Connect. Whatever comes of it, `leave` in the end.

        Raises:
            SetupError: `link_down`, `link_denied`, `link_untrusted`.
        """
        address, identity = self._address, self._address.identity
        try:
            await self.connect(
                list(address.servers),
                name=f"sekisho {role}",
                error_cb=self._on_error,
                closed_cb=self._on_closed,
                allow_reconnect=False,
                max_reconnect_attempts=1,
                reconnect_time_wait=0,
                connect_timeout=_CONNECT_SECONDS,
                ping_interval=_PING_SECONDS,
                tls=address.tls,
                user=identity.user or None,
                password=self._shown(identity.password),
                token=self._shown(identity.token),
                signature_cb=identity.sign,
                user_jwt_cb=identity.statement,
                inbox_prefix=f"_INBOX.{address.name}.{role}",
            )
            if address.must_encrypt and not self._encrypted:
                raise _Plain
        except (OSError, nats.errors.Error, TimeoutError, ImportError) as error:
            # "No servers" is what it says when all failed; why the last one did is more use.
            reason = self.last_error if isinstance(error, nats.errors.NoServersError) else error
            if isinstance(error, ImportError):
                raise SetupError(Code.EXTRA_MISSING, "aiohttp") from None
            if isinstance(reason, ssl.SSLCertVerificationError):
                raise SetupError(Code.LINK_UNTRUSTED) from None
            raise SetupError(Code.LINK_DENIED if _is_denial(reason) else Code.LINK_DOWN) from None

    async def do(self, work: Callable[[Client], Awaitable[T]]) -> T:
        """Do something, no longer than the connection lasts.

        Raises:
            SetupError: `link_down` when the connection is over before it is done; `link_denied` when the server forbade
                something meanwhile: it does not say what.
        """
        if self.over.done():
            raise SetupError(Code.LINK_DOWN)
        task = asyncio.current_task()
        assert task is not None
        cancelled_before = task.cancelling()
        interrupted = asyncio.timeout(None)
        self._doing.add(interrupted)
        try:
            async with interrupted:
                done = await work(self)
            if task.cancelling() > cancelled_before:
                raise asyncio.CancelledError  # the official client takes a cancellation for its own at times
            return done
        except TimeoutError:
            raise SetupError(self._why if interrupted.expired() else Code.LINK_DOWN) from None
        finally:
            self._doing.discard(interrupted)

    def _interrupt(self, why: Code) -> None:
        self._why = why
        while self._doing:
            self._doing.pop().reschedule(asyncio.get_running_loop().time())

    async def leave(self) -> None:
        """Close, sending first what waits to be sent."""
        # Closing waits for ever for a connection whose encryption failed half-way.
        with contextlib.suppress(OSError, nats.errors.Error, RuntimeError, TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self.close()
        await self._on_closed()

    def _shown(self, secret: str | None) -> Callable[[], str] | None:
        def show() -> str:
            if not (self._encrypted or (self._address.loopback and not self._address.must_encrypt)):
                raise _Plain
            assert secret is not None
            return secret

        return None if secret is None else show

    async def _on_closed(self) -> None:
        if not self.over.done():
            self.over.set_result(None)
            self._interrupt(Code.LINK_DOWN)

    async def _on_error(self, error: Exception) -> None:
        if "permissions violation" in str(error).lower():
            self._interrupt(Code.LINK_DENIED)


def _is_denial(error: Exception | None) -> bool:
    if isinstance(error, _Plain | nats.errors.AuthorizationError):
        return True
    return any(denial in str(error).lower() for denial in _DENIALS)
