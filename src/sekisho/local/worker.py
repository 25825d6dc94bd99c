"""The private zone as a worker: the same MCP server object as `sekisho serve`, behind a link, without any open port.

It connects outward only. What is built here is the wiring; how tasks are taken and answered is in `sekisho.link.work`.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

from sekisho.errors import Code, Refused
from sekisho.link.claims import Claims
from sekisho.link.envelope import Envelopes
from sekisho.link.keyring import KeyringFile
from sekisho.link.mcp_server import answering
from sekisho.link.open import Access, open_worker
from sekisho.link.watched import Tell, WatchedLink
from sekisho.link.work import Worker, WorkLimits, may_release
from sekisho.local.background import Background
from sekisho.local.tool import AT_WORK, build_tool_server
from sekisho.serving import keep_servers_quiet, leave_hanging_calls

#: The folder of claims in the state folder.
CLAIMS_NAME = "link"


def work(
    background: Background,
    url: str,
    access: Access,
    keys: Path,
    state: Path,
    ready: Callable[[], None],
    watch: Tell | None = None,
) -> None:
    """Work until SIGINT or SIGTERM; tasks at work are finished first. `watch` is told of each frame that passes.

    Raises:
        InputError: `bad_link`, `bad_keys`.
        SetupError: `keys_missing`, `extra_missing`, `state_unusable`, `link_denied`, `link_untrusted`,
            `link_proxy_refused`.
    """
    keep_servers_quiet()
    background.before_release = _only_once
    asyncio.run(_work(background, url, access, keys, state, ready, watch))
    leave_hanging_calls()


async def _work(
    background: Background,
    url: str,
    access: Access,
    keys: Path,
    state: Path,
    ready: Callable[[], None],
    watch: Tell | None,
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        _on_signal(number, stop.set)
    envelopes = Envelopes(KeyringFile(keys))
    claims = Claims(state / CLAIMS_NAME)
    try:
        async with answering(build_tool_server(background)) as handler:
            link = open_worker(url, access)
            watched = WatchedLink(link, watch) if watch else link
            worker = Worker(watched, envelopes, claims, handler, WorkLimits(at_once=AT_WORK))
            ready()
            await worker.run(stop)
    finally:
        claims.close()


def _on_signal(number: signal.Signals, then: Callable[[], None]) -> None:
    """Call this in the running loop when the signal comes."""
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(number, then)
    except NotImplementedError:  # the loop of Windows
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(then))


def _only_once() -> None:
    """Refuse to release what is not this worker's to release."""
    if not may_release():
        raise Refused(Code.INTERRUPTED)
