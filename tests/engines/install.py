"""`python -m tests.engines.install`: what `make test` runs first. Fetches the engines that are not there yet.

An engine that cannot be had is told here, and its tests skip with the same words; where `CI` is set, that is a failure.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.engines import llama_cpp
from tests.engines.cache import EngineMissingError
from tests.engines.links import azurite, nats_server
from tests.ui import browser

#: Name -> what installs it. They are fetched side by side.
ENGINES = {
    f"llama.cpp {llama_cpp.VERSION}": llama_cpp.package,
    "nats-server of Debian": nats_server.debian,
    f"nats-server {nats_server.NEWER}": nats_server.newer,
    f"Azurite {azurite.VERSION}": azurite.installed_script,
    "Chromium": browser.browser,
}


def main() -> int:
    """Install everything; 1 where something is missing that may not be."""
    started = time.monotonic()
    missing = 0
    with ThreadPoolExecutor(len(ENGINES)) as pool:
        for name, fetched in [(name, pool.submit(install)) for name, install in ENGINES.items()]:
            try:
                fetched.result()
            except EngineMissingError as reason:
                missing += 1
                print(f"engines: {name} is not here: {reason}", file=sys.stderr)
    if (took := time.monotonic() - started) > 1:
        print(f"engines: ready after {took:.0f} s", file=sys.stderr)
    return 1 if missing and os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
