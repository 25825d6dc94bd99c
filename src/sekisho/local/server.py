"""The local MCP server: Streamable HTTP on a loopback address, behind a bearer token."""

from __future__ import annotations

from collections.abc import Callable

import uvicorn
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp

from sekisho.bearer import Bearer
from sekisho.listening import listening_socket
from sekisho.local.background import Background
from sekisho.local.tool import build_tool_server
from sekisho.serving import Gate, keep_servers_quiet, leave_hanging_calls

HOST = "127.0.0.1"
PATH = "/mcp"
MAX_BODY_BYTES = 64 * 1024
#: Seconds that calls in progress get when the server is told to stop.
GRACE_SECONDS = 5


def build_app(background: Background, bearer: Bearer, port: int) -> ASGIApp:
    """The ASGI application. `port` is the one that the Host and Origin headers must name."""
    hosts = [f"{HOST}:{port}", f"localhost:{port}"]
    app = build_tool_server(background).streamable_http_app(
        streamable_http_path=PATH,
        stateless_http=True,
        json_response=False,  # in JSON mode there is no progress
        max_request_body_size=MAX_BODY_BYTES,
        transport_security=TransportSecuritySettings(
            allowed_hosts=hosts, allowed_origins=[f"http://{host}" for host in hosts]
        ),
    )
    app.router.redirect_slashes = False  # a redirect would repeat the Host header before anyone has checked it
    return Gate(app, bearer)


def serve(background: Background, bearer: Bearer, port: int, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. `ready` is called with the address once the port is taken.

    Raises:
        SetupError: `port_in_use`.
    """
    keep_servers_quiet()
    with listening_socket(HOST, port) as listener:
        real_port = listener.getsockname()[1]
        config = build_config(build_app(background, bearer, real_port))
        listener.listen(128)
        ready(f"http://{HOST}:{real_port}{PATH}")
        try:
            uvicorn.Server(config).run(sockets=[listener])
        except KeyboardInterrupt:
            leave_hanging_calls()
            raise


def build_config(app: ASGIApp) -> uvicorn.Config:
    """How the application is served."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="on",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        limit_concurrency=200,
    )
