"""Flags about the cloud model, and the command `sekisho chat`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from sekisho.cli.flags_link import agent_link_flags
from sekisho.wording import Wording

Add = Callable[..., argparse.ArgumentParser]


def cloud_flags(parser: argparse.ArgumentParser, words: Wording) -> None:
    """Which cloud model answers: for every command that asks one."""
    parser.add_argument("--cloud", metavar="KIND", help=words.text("help.cloud"))
    parser.add_argument("--cloud-endpoint", metavar="URL", help=words.text("help.cloud_endpoint"))
    parser.add_argument("--cloud-model", metavar="NAME", help=words.text("help.cloud_model"))


def add_chat(commands: argparse._SubParsersAction[argparse.ArgumentParser], add: Add, words: Wording) -> None:
    """`sekisho chat`."""
    chat = add(commands, "chat", "help.chat", "help.chat_epilog")
    chat.add_argument("--case", metavar="TOKEN|FILE", help=words.text("help.case"))
    chat.add_argument("--cases", metavar="DIR", help=words.text("help.cases"))
    chat.add_argument("--policy", metavar="FILE", help=words.text("help.policy"))
    cloud_flags(chat, words)
    agent_link_flags(chat, words)
