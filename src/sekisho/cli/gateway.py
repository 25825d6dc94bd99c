"""`sekisho gateway`: the cloud zone's MCP endpoint until Ctrl-C."""

from __future__ import annotations

import sys
from pathlib import Path

from sekisho.bearer import bearer_from
from sekisho.cli.context import Context
from sekisho.cli.link_access import access_from


def run(context: Context) -> int:
    """Serve. The address is the first line on standard output; what is for people goes to standard error."""
    from sekisho.cloud.gateway import GatewaySettings, serve_gateway
    from sekisho.link.keyring import KeyringFile

    settings, words, options = context.settings, context.words, context.options
    keys = KeyringFile(settings.keyring)
    gateway = GatewaySettings(
        settings.gateway_host,
        settings.gateway_port,
        settings.gateway_names,
        bearer_from(settings.token_file),
        bearer_from(settings.worker_token_file),
        settings.link,
        access_from(context),
        Path(options.tls_certificate) if options.tls_certificate else None,
        Path(options.tls_key) if options.tls_key else None,
    )

    def ready(url: str) -> None:
        print(url, flush=True)
        print(words.text("gateway.ready", url=url), file=sys.stderr)
        print(words.text("gateway.tokens", agents=settings.token_file), file=sys.stderr)
        if settings.link:
            print(words.text("gateway.link", url=settings.link), file=sys.stderr)
        else:
            print(words.text("gateway.workers", path=settings.worker_token_file), file=sys.stderr)
        if gateway.is_in_clear:
            print(words.text("gateway.in_clear"), file=sys.stderr)
        print(words.text("serve.stop"), file=sys.stderr, flush=True)

    serve_gateway(gateway, keys, ready)
    return 0
