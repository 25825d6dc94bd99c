"""A real gateway in this process, and a worker whose handler a test decides."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn
from tests.link.ends import Ends

from sekisho.bearer import Bearer
from sekisho.cloud.gateway import Gateway, GatewaySettings, build_config
from sekisho.link.open import Access, open_worker
from sekisho.link.protocol import WorkerLink
from sekisho.listening import authority, listening_socket


@dataclass
class RunningGateway:
    url: str
    agents: Bearer
    workers: Bearer

    def worker_link(self, scheme: str = "ws") -> WorkerLink:
        url = self.url.replace("http", scheme, 1).removesuffix("/mcp") + "/link"
        return open_worker(url, Access(secret=self.workers.reveal()))

    async def worker(self) -> WorkerLink:
        return self.worker_link()


@asynccontextmanager
async def gateway(both: Ends, link: str = "", host: str = "127.0.0.1") -> AsyncIterator[RunningGateway]:
    """A gateway with the caller's keys of `both`."""
    agents, workers = Bearer(secrets.token_urlsafe(32)), Bearer(secrets.token_urlsafe(32))
    with listening_socket(host, 0) as listener:
        port = listener.getsockname()[1]
        settings = GatewaySettings(host, port, (), agents, workers, link)
        made = Gateway(settings, both.cloud, port)
        config = build_config(made.app, settings)
        config.timeout_graceful_shutdown = 1
        server = uvicorn.Server(config)
        async with made.open():
            listener.listen(64)
            serving = asyncio.create_task(server._serve(sockets=[listener]))
            try:
                yield RunningGateway(f"http://{authority(host, port)}/mcp", agents, workers)
            finally:
                server.should_exit = server.force_exit = True
                await serving
