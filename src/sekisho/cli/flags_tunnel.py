"""Flags of `sekisho tunnel`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from sekisho.wording import Wording

Add = Callable[..., argparse.ArgumentParser]


def add_tunnel(commands: argparse._SubParsersAction[argparse.ArgumentParser], add: Add, words: Wording) -> None:
    """`sekisho tunnel start | stop | status`."""
    actions = add(commands, "tunnel", "help.tunnel", "help.tunnel_epilog").add_subparsers(
        dest="action", metavar="ACTION", required=True
    )
    start = add(actions, "start", "help.tunnel_start")
    start.add_argument("--port", metavar="PORT", help=words.text("help.tunnel_port"))
    start.add_argument("--anonymous", action="store_true", help=words.text("help.tunnel_anonymous"))
    add(actions, "stop", "help.tunnel_stop")
    add(actions, "status", "help.tunnel_status")
