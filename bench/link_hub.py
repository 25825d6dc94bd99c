"""A gateway without MCP, for measurements: `python -m bench.link_hub PORT STATE CALLERS WORKERS`.

`POST /echo` answers with its body: the floor. `POST /call` sends the body over the gateway's own link to a worker and
answers with what comes back: the same request, and the link.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sekisho.bearer import Bearer
from sekisho.link.call import Caller
from sekisho.link.envelope import Envelopes
from sekisho.link.exchange import Exchange
from sekisho.link.hub_app import HubApp, beside
from sekisho.link.keyring import KeyringFile
from sekisho.link.memory import MemoryCaller
from sekisho.listening import listening_socket


async def main(port: int, state: Path, callers: str, workers: str) -> None:
    """Serve until killed."""
    exchange = Exchange()
    async with Caller(MemoryCaller(exchange), Envelopes(KeyringFile(state / "cloud.json"))) as caller:

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            body = await Request(scope, receive).body()
            if scope["path"] == "/call":
                body = await caller.call(body, 60)
            await Response(body, media_type="application/octet-stream")(scope, receive, send)

        hub = beside(HubApp(exchange, Bearer(callers), Bearer(workers)), app)
        with listening_socket("127.0.0.1", port) as listener:
            listener.listen(128)
            config = uvicorn.Config(hub, log_config=None, access_log=False, lifespan="off", ws="websockets-sansio")
            await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]))
