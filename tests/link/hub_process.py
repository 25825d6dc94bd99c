"""A hub as a process of its own, quick to start: `python -m tests.link.hub_process PORT CALLERS WORKERS`."""

from __future__ import annotations

import sys

import uvicorn

from sekisho.bearer import Bearer
from sekisho.link.exchange import Exchange, Limits
from sekisho.link.hub_app import HubApp
from sekisho.listening import listening_socket

if __name__ == "__main__":
    port, callers, workers = sys.argv[1:]
    app = HubApp(Exchange(Limits(lease_seconds=3, absence=1)), Bearer(callers), Bearer(workers))
    with listening_socket("127.0.0.1", int(port)) as listener:
        listener.listen(64)
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="websockets-sansio")
        uvicorn.Server(config).run(sockets=[listener])
