"""A hub that serves in this process."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from tests.engines.certificates import Certificates

from sekisho.bearer import Bearer
from sekisho.link.exchange import Exchange, Limits
from sekisho.link.hub_app import PATH, HubApp
from sekisho.link.open import Access
from sekisho.listening import listening_socket

CALLERS, WORKERS = Bearer(secrets.token_urlsafe(32)), Bearer(secrets.token_urlsafe(32))


@asynccontextmanager
async def hub(limits: Limits, tls: Certificates | None = None) -> AsyncIterator[tuple[int, Exchange]]:
    """A hub on a free port of this machine."""
    exchange = Exchange(limits)
    with listening_socket("127.0.0.1", 0) as listener:
        listener.listen(64)
        config = uvicorn.Config(
            HubApp(exchange, CALLERS, WORKERS),
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="websockets-sansio",
            timeout_graceful_shutdown=1,
            ssl_certfile=tls.certificate if tls else None,
            ssl_keyfile=tls.key if tls else None,
        )
        server = uvicorn.Server(config)
        server.capture_signals = _nothing  # type: ignore[method-assign]
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield listener.getsockname()[1], exchange
        finally:
            server.should_exit = server.force_exit = True
            await serving


def _nothing() -> object:
    from contextlib import nullcontext

    return nullcontext()


def url_of(scheme: str, port: int) -> str:
    return f"{scheme}://127.0.0.1:{port}{PATH}"


def access_of(bearer: Bearer) -> Access:
    return Access(secret=bearer.reveal())
