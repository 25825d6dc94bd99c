"""The command `sekisho ui` and its flags."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from sekisho.cli.flags_cloud import cloud_flags
from sekisho.cli.flags_model import model_flags
from sekisho.wording import Wording

Add = Callable[..., argparse.ArgumentParser]


def add_ui(commands: argparse._SubParsersAction[argparse.ArgumentParser], add: Add, words: Wording) -> None:
    """`sekisho ui`."""
    ui = add(commands, "ui", "help.ui", "help.ui_epilog")
    ui.add_argument("--port", dest="ui_port", metavar="PORT", help=words.text("help.ui_port"))
    ui.add_argument("--host", dest="ui_host", metavar="ADDRESS", help=words.text("help.ui_host"))
    ui.add_argument(
        "--password-file", dest="ui_password_file", metavar="FILE", help=words.text("help.ui_password_file")
    )
    ui.add_argument(
        "--identity-header", dest="ui_identity_header", metavar="NAME", help=words.text("help.ui_identity_header")
    )
    ui.add_argument("--cases", metavar="DIR", help=words.text("help.cases"))
    ui.add_argument("--policy", metavar="FILE", help=words.text("help.policy"))
    cloud_flags(ui, words)
    model_flags(ui, words)
