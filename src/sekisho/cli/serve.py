"""`sekisho serve`: the local MCP server until Ctrl-C."""

from __future__ import annotations

import hashlib
import sys

from sekisho.bearer import bearer_from
from sekisho.checkpoint.ledger_check import verify
from sekisho.cli.context import Context
from sekisho.errors import Code
from sekisho.local.zone import LEDGER_NAME, Zone
from sekisho.model_setting import RULES


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
        if zone.background.signer is not None:
            print(words.text("serve.key", public=zone.background.signer.public_key), file=sys.stderr)
        print(words.text("serve.stop"), file=sys.stderr, flush=True)

    from sekisho.local.server import serve

    if settings.model.kind != RULES:
        _warm_up(context, zone)
    try:
        serve(zone.background, bearer, settings.port, ready)
    finally:
        zone.close()
    return 0


def _warm_up(context: Context, zone: Zone) -> None:
    from sekisho.cli.warm_up import warm_up
    from sekisho.local.model.language_model import LanguageModel

    assert isinstance(zone.selector, LanguageModel)
    warm_up(zone.selector, context.words, context.settings.deadline)
