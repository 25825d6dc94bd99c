"""`sekisho worker`: the private zone behind a link until Ctrl-C, without any open port."""

from __future__ import annotations

import sys

from sekisho.cli.context import Context
from sekisho.cli.link_access import access_from
from sekisho.errors import Code, InputError


def run(context: Context) -> int:
    """Work. The first line on standard output says that it has begun."""
    from sekisho.local.worker import work

    settings, words = context.settings, context.words
    if not settings.link:
        raise InputError(Code.BAD_LINK, "--link")
    zone = context.zone()
    count = len(zone.cases.tokens())
    if count == 0:
        print(words.code(Code.NO_CASES), file=sys.stderr)

    def ready() -> None:
        print(settings.link, flush=True)
        print(words.text("worker.ready", count=count, url=settings.link), file=sys.stderr)
        print(words.text("serve.stop"), file=sys.stderr, flush=True)

    watch = zone.desk.frame_passed if zone.desk else None
    try:
        work(zone.background, settings.link, access_from(context), settings.keyring, settings.state, ready, watch)
    finally:
        zone.close()
    return 0
