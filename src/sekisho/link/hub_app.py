"""The hub's two doors as an ASGI application: a WebSocket, and requests by HTTP where WebSockets are blocked.

A client shows the token of its role. What it says beyond that is sealed and not looked at.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sekisho.bearer import Bearer
from sekisho.link.exchange import Exchange
from sekisho.link.hub import Role, Session
from sekisho.link.rpc import HEAD, MAX_MESSAGE, Op
from sekisho.serving import token_shown

PATH = "/link"
_SESSION = b"x-sekisho-session"
#: Requests of one client that the hub works on at once.
_AT_ONCE = 256
#: Seconds after which a client that comes by HTTP and does not come any more has lost its connection.
_SILENCE = 5.0
#: Clients that may come by HTTP at once.
_MOST_POLLING = 500


class HubApp:
    """Lets the clients of a link in."""

    def __init__(self, exchange: Exchange, callers: Bearer, workers: Bearer) -> None:
        self._exchange = exchange
        self._bearers = {Role.CALLER: callers, Role.WORKER: workers}
        self._polling: dict[bytes, _Polling] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection or one request."""
        headers = scope["headers"]
        role, name = self._role(headers), _session(headers)
        if scope["type"] == "websocket":
            if role is None or name is None:
                await send({"type": "websocket.close", "code": 1008})  # before it is accepted: 403
                return
            await self._talk(Session(self._exchange, role.value.encode() + name, role), receive, send)
        elif scope["method"] != "POST" or role is None or name is None:
            await Response(status_code=401 if role is None else 400)(scope, receive, send)
        else:
            await self._answer(scope, receive, send, role, name)

    def _role(self, headers: list[tuple[bytes, bytes]]) -> Role | None:
        if (token := token_shown(headers)) is None:
            return None
        matching = [role for role, bearer in self._bearers.items() if bearer.matches(token)]
        return matching[0] if matching else None

    async def _talk(self, session: Session, receive: Receive, send: Send) -> None:
        """Answer each message of a WebSocket; those that wait do so side by side."""
        if (await receive())["type"] != "websocket.connect":
            return
        await send({"type": "websocket.accept"})
        session.connected()
        answering: set[asyncio.Task[None]] = set()

        async def answer(message: bytes) -> None:
            if (reply := await session.answer(message)) is not None:
                with suppress(OSError, RuntimeError):  # the client has gone
                    await send({"type": "websocket.send", "bytes": reply})

        goodbye = False
        try:
            while (message := await _next(receive)) is not None and len(answering) < _AT_ONCE:
                goodbye = message[:1] == bytes([Op.BYE])
                if message[:1] and message[0] in (Op.RECEIVE, Op.TAKE, Op.CANCELS):
                    task = asyncio.create_task(answer(message))
                    answering.add(task)
                    task.add_done_callback(answering.discard)
                else:
                    await answer(message)
        finally:
            for task in answering:
                task.cancel()
            session.connected()  # nothing more is handed to the connection that is gone
            if not goodbye:
                session.lost()

    async def _answer(self, scope: Scope, receive: Receive, send: Send, role: Role, name: bytes) -> None:
        """Answer one request by HTTP."""
        self._forget()
        key = role.value.encode() + name
        if key not in self._polling and len(self._polling) >= _MOST_POLLING:
            await Response(status_code=503)(scope, receive, send)
            return
        polling = self._polling.setdefault(key, _Polling(Session(self._exchange, key, role)))
        polling.inside += 1  # from now on: a client whose body comes slowly is not silent
        try:
            body = await _body(Request(scope, receive))
            if body is None or len(body) < HEAD.size:
                await Response(status_code=413)(scope, receive, send)
                return
            if body[0] == Op.BYE:
                self._polling.pop(key, None)
            answering = asyncio.create_task(polling.session.answer(body))
            gone = asyncio.create_task(_until_gone(receive))
            await asyncio.wait((answering, gone), return_when=asyncio.FIRST_COMPLETED)
            gone.cancel()
            if not answering.done():  # nobody is there to take what would be handed out
                answering.cancel()
                await asyncio.gather(answering, return_exceptions=True)
                return
            await Response(answering.result() or b"", media_type="application/octet-stream")(scope, receive, send)
        except ClientDisconnect:
            return
        finally:
            polling.inside -= 1
            polling.seen = time.monotonic()

    def _forget(self) -> None:
        """Clients that do not come any more."""
        now = time.monotonic()
        for name, polling in list(self._polling.items()):
            if not polling.inside and now - polling.seen > _SILENCE:
                polling.session.connected()
                polling.session.lost()
                del self._polling[name]


class _Polling:
    """A client that comes by HTTP."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.inside = 0
        self.seen = time.monotonic()


async def _next(receive: Receive) -> bytes | None:
    """The next message; None when there is none any more, or it is not one of ours."""
    message: Message = await receive()
    if message["type"] != "websocket.receive":
        return None
    data: bytes | None = message.get("bytes")
    return data if data is not None and len(data) <= MAX_MESSAGE else None


async def _body(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_MESSAGE:
            return None
    return bytes(body)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _session(headers: list[tuple[bytes, bytes]]) -> bytes | None:
    given = next((value for key, value in headers if key == _SESSION), b"")
    try:
        name = bytes.fromhex(given.decode("ascii"))
    except ValueError:
        return None
    return name if len(name) == 16 else None


def beside(hub: HubApp, app: ASGIApp) -> ASGIApp:
    """The hub at its path, and another application everywhere else."""

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] in ("http", "websocket") and scope["path"] == PATH
        await (hub if ours else app)(scope, receive, send)

    return both
