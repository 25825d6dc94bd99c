"""`sekisho tunnel start | stop | status`: a Dev Tunnel to the server of this machine."""

from __future__ import annotations

from sekisho.cli.context import Context
from sekisho.link import tunnel


def run(context: Context) -> int:
    """Start, stop or show; `status` is 1 where no tunnel runs."""
    options, words, state = context.options, context.words, context.settings.state
    if options.action == "stop":
        print(words.text("tunnel.stopped" if tunnel.stop(state) else "tunnel.none"))
        return 0
    if options.action == "status":
        running = tunnel.status(state)
        if running is None:
            print(words.text("tunnel.none"))
            return 1
    else:
        running = tunnel.start(context.settings.port, state, options.anonymous)
    print(words.text("tunnel.runs", url=f"{running.url}/mcp", port=running.port))
    print(words.text("tunnel.anonymous" if running.anonymous else "tunnel.signed_in"))
    return 0
