"""`sekisho serve`: the local MCP server until Ctrl-C."""

from __future__ import annotations

import hashlib
import sys

from sekisho.checkpoint.ledger_check import verify
from sekisho.cli.context import Context
from sekisho.errors import Code
from sekisho.local.bearer import bearer_from
from sekisho.local.zone import LEDGER_NAME


def run(context: Context) -> int:
    """Serve. The address is the first line on standard output; what is for people goes to standard error."""
    settings, words = context.settings, context.words
    zone = context.zone()
    count = len(zone.cases.tokens())
    if count == 0:
        print(words.code(Code.NO_CASES), file=sys.stderr)
    bearer = bearer_from(settings.token_file)
    verdict = verify(settings.state / LEDGER_NAME)
    if verdict.damaged:
        lines = ", ".join(map(str, verdict.damaged))
        print(words.text("serve.ledger_damaged", lines=lines), file=sys.stderr)

    def ready(url: str) -> None:
        fingerprint = hashlib.sha256(bearer.reveal().encode()).hexdigest()[:8]
        print(url, flush=True)
        print(words.text("serve.ready", count=count, url=url), file=sys.stderr)
        print(words.text("serve.token", path=settings.token_file, fingerprint=fingerprint), file=sys.stderr)
        print(words.text("serve.stop"), file=sys.stderr, flush=True)

    from sekisho.local.server import serve

    serve(zone.background, bearer, settings.port, ready)
    return 0
