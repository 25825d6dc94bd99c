"""The gateway: an MCP endpoint that agents call, and a link behind it that private zones come to by themselves.

It is stateless towards agents, holds no private data and no record, and could not read one: what passes is sealed.

    /mcp      agents, with the agents' token
    /link     workers (and agents of ours) over a WebSocket or HTTP, where the gateway itself is the link
    /health   a canary through the link and back: 200, or 503 and a code
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from mcp.server.transport_security import TransportSecuritySettings
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from sekisho.bearer import Bearer
from sekisho.cloud.gateway_tool import build_gateway_server
from sekisho.errors import Code, InputError, Refused
from sekisho.link.call import Caller
from sekisho.link.canary import Health
from sekisho.link.envelope import Envelopes, Keys
from sekisho.link.exchange import Exchange
from sekisho.link.hub_app import HubApp, beside
from sekisho.link.memory import MemoryCaller
from sekisho.link.open import Access, open_caller
from sekisho.listening import authority, listening_socket
from sekisho.loopback import is_this_machine
from sekisho.serving import Gate, keep_servers_quiet

PATH = "/mcp"
MAX_BODY_BYTES = 64 * 1024
#: Seconds that calls in progress get when the gateway is told to stop.
GRACE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """How a gateway serves."""

    host: str
    port: int
    #: Names by which agents call it, beside its own address.
    names: tuple[str, ...]
    agents: Bearer
    workers: Bearer
    #: A link elsewhere; empty: the gateway is the link.
    link: str = ""
    access: Access = field(default_factory=Access)
    certificate: Path | None = None
    certificate_key: Path | None = None

    @property
    def is_in_clear(self) -> bool:
        """Whether agents reach it over a network, and it has no TLS of its own."""
        return self.certificate is None and not is_this_machine(self.host)


class Gateway:
    """The ASGI application of one gateway."""

    def __init__(self, settings: GatewaySettings, keys: Keys, port: int) -> None:
        exchange = Exchange() if not settings.link else None
        link = MemoryCaller(exchange) if exchange else open_caller(settings.link, settings.access)
        self._caller = Caller(link, Envelopes(keys))
        self._health: Health | None = None
        own = [authority(host, port) for host in (settings.host, "localhost")]
        names = [*own, *settings.names]
        mcp = build_gateway_server(self._caller).streamable_http_app(
            streamable_http_path=PATH,
            stateless_http=True,
            json_response=False,  # in JSON mode a client that goes away does not cancel its call
            max_request_body_size=MAX_BODY_BYTES,
            transport_security=TransportSecuritySettings(
                allowed_hosts=names, allowed_origins=[f"{scheme}://{name}" for name in names for scheme in _SCHEMES]
            ),
        )
        mcp.router.redirect_slashes = False
        self.app: ASGIApp = Gate(mcp, settings.agents, self._healthy)
        if exchange is not None:
            self.app = beside(HubApp(exchange, settings.agents, settings.workers), self.app)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Be on the link."""
        async with self._caller:
            self._health = Health(self._caller)
            yield

    async def _healthy(self) -> Response:
        if self._health is None:
            return PlainTextResponse(Code.LINK_DOWN.value, 503)
        canary = await self._health.check()
        return PlainTextResponse("ok") if canary.code is None else PlainTextResponse(canary.code.value, 503)


_SCHEMES = ("http", "https")


def serve_gateway(settings: GatewaySettings, keys: Keys, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. `ready` is called with the address once the port is taken.

    Raises:
        SetupError: `port_in_use`.
        InputError: `bad_setting` where the certificate or its key cannot be used, or the key has no certificate.
    """
    keep_servers_quiet()
    if settings.certificate_key is not None and settings.certificate is None:
        raise InputError(Code.BAD_SETTING, "tls_certificate")
    with listening_socket(settings.host, settings.port) as listener:
        port = listener.getsockname()[1]
        asyncio.run(_serve(settings, keys, listener, port, ready))


async def _serve(
    settings: GatewaySettings, keys: Keys, listener: socket.socket, port: int, ready: Callable[[str], None]
) -> None:
    gateway = Gateway(settings, keys, port)
    server = uvicorn.Server(build_config(gateway.app, settings))
    try:
        server.config.load()  # now, and not after somebody was told that it is ready
    except OSError:
        raise InputError(Code.BAD_SETTING, "tls_certificate") from None
    async with gateway.open():
        listener.listen(256)
        scheme = "https" if settings.certificate else "http"
        ready(f"{scheme}://{authority(settings.host, port)}{PATH}")
        await server.serve(sockets=[listener])
        if not server.started:
            raise Refused(Code.INTERNAL)


def build_config(app: ASGIApp, settings: GatewaySettings) -> uvicorn.Config:
    """How the application is served."""
    return uvicorn.Config(
        app,
        interface="asgi3",
        log_config=None,
        access_log=False,
        lifespan="on",
        ws="websockets-sansio",
        ws_max_size=2 * 1024 * 1024,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        ws_per_message_deflate=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        limit_concurrency=1000,
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.certificate_key,
    )
