"""`python llama_cpp_main.py SITE MODEL PORT CONTEXT`: llama.cpp's server in a process, until it is told to end."""

from __future__ import annotations

import signal
import sys


def main(site: str, model: str, port: str, context: str) -> None:
    """Serve."""
    sys.path.insert(0, site)
    import xllamacpp

    wanted = xllamacpp.CommonParams()
    wanted.model.path = model
    wanted.model_alias = {"tiny"}
    wanted.hostnames = ["127.0.0.1"]
    wanted.port = int(port)
    wanted.n_ctx = int(context)
    wanted.n_parallel = 1
    wanted.cpuparams.n_threads = 1
    wanted.warmup = False
    wanted.ui = False
    server = xllamacpp.Server(wanted)
    print(server.listening_address, flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main(*sys.argv[1:])
