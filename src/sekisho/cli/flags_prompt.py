"""The command `sekisho prompt`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from sekisho.wording import Wording

Add = Callable[..., argparse.ArgumentParser]


def add_prompt(commands: argparse._SubParsersAction[argparse.ArgumentParser], add: Add, words: Wording) -> None:
    """`sekisho prompt TEXT`."""
    prompt = add(commands, "prompt", "help.prompt", "help.prompt_epilog")
    prompt.add_argument("text", metavar="TEXT", help=words.text("help.prompt_text"))
    prompt.add_argument("--case", metavar="TOKEN|FILE", help=words.text("help.prompt_case"))
    prompt.add_argument("--cases", metavar="DIR", help=words.text("help.cases"))
    prompt.add_argument("--json", action="store_true", help=words.text("help.json"))
