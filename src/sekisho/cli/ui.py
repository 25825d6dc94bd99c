"""`sekisho ui`: the app, on this machine only unless a password or an identity proxy keeps the door."""

from __future__ import annotations

import importlib.util
import socket
import sys
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from threading import Thread

from sekisho.cli.context import Context
from sekisho.console.access import Access
from sekisho.errors import Code, InputError, SetupError
from sekisho.listening import authority, listening_socket

#: Seconds between two looks whether the server is there already.
_LOOK_SECONDS = 0.02
#: Where an address for all interfaces answers on this machine.
_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing is bound to it here


def run(context: Context) -> int:
    """Serve the app until Ctrl-C. Its address is the first line on standard output, once it can be opened."""
    settings = context.settings
    if importlib.util.find_spec("streamlit") is None:
        raise SetupError(Code.EXTRA_MISSING, "ui")
    if not Access(settings.ui_host, settings.ui_password_file, settings.ui_identity_header).is_kept:
        raise InputError(Code.APP_EXPOSED, settings.ui_host)
    with listening_socket(settings.ui_host, settings.ui_port) as free:
        port = free.getsockname()[1]
    _serve(context, port)
    return 0


def _serve(context: Context, port: int) -> None:
    from streamlit.web import bootstrap

    script = str(Path(str(files("sekisho.ui.script"))) / "app.py")
    options = {name.replace(".", "_"): value for name, value in streamlit_options(context.settings.ui_host, port)}
    bootstrap.load_config_options(options)
    arguments = list(_arguments(context))
    Thread(target=_once_served, args=(context, port, arguments), name="sekisho-ready", daemon=True).start()
    bootstrap.run(script, False, arguments, options)


def _once_served(context: Context, port: int, arguments: list[str]) -> None:
    """As soon as somebody answers there: say so, and make ready what the first view needs.

    Not before: a browser that comes too early has to come again, and what is loaded beside the server's own start
    only makes that longer.
    """
    host = context.settings.ui_host
    while not _listens(host, port):
        time.sleep(_LOOK_SECONDS)
    print(f"http://{authority(host, port)}", flush=True)
    print(context.words.text("app.ready"), file=sys.stderr)
    print(context.words.text("serve.stop"), file=sys.stderr, flush=True)
    from sekisho.ui.warm import warm_up

    warm_up(arguments)


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((_HERE.get(host, host), port), timeout=1).close()
    except OSError:
        return False
    return True


def streamlit_options(host: str, port: int) -> Iterator[tuple[str, object]]:
    """How Streamlit is set: nothing goes to another host, nothing is watched, no error text is shown."""
    yield "server.address", host
    yield "server.port", port
    yield "server.headless", True
    yield "server.fileWatcherType", "none"
    yield "server.enableCORS", True
    yield "server.enableXsrfProtection", True
    yield "server.maxUploadSize", 1
    yield "browser.gatherUsageStats", False
    yield "browser.serverAddress", host
    yield "client.toolbarMode", "minimal"
    yield "client.showErrorDetails", "none"
    yield "logger.level", "error"
    yield "logger.hideWelcomeMessage", True
    yield "runner.magicEnabled", False
    yield "global.developmentMode", False


def _arguments(context: Context) -> Iterator[str]:
    """The options of this command as the app's script takes them."""
    for name, value in vars(context.options).items():
        if name != "command" and value is not None:
            yield f"--{name.removeprefix('ui_').replace('_', '-')}={value}"
