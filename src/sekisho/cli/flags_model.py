"""Flags about the local model, and the command `sekisho model`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from sekisho.model_setting import KINDS, MODES
from sekisho.wording import Wording

Add = Callable[..., argparse.ArgumentParser]


def model_flags(parser: argparse.ArgumentParser, words: Wording) -> None:
    """`--model`, `--mode` and where the model is: for every command that chooses facts."""
    parser.add_argument("--model", choices=KINDS, help=words.text("help.model"))
    parser.add_argument("--model-name", metavar="NAME", help=words.text("help.model_name"))
    parser.add_argument("--model-url", metavar="URL", help=words.text("help.model_url"))
    parser.add_argument("--mode", choices=MODES, help=words.text("help.mode"))


def explain_flag(parser: argparse.ArgumentParser, words: Wording) -> None:
    """`--explain`."""
    parser.add_argument("--explain", action="store_true", help=words.text("help.explain"))


def add_model(commands: argparse._SubParsersAction[argparse.ArgumentParser], add: Add, words: Wording) -> None:
    """`sekisho model list | probe | use | download`."""
    model = add(commands, "model", "help.model_cmd")
    actions = model.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = add(actions, "list", "help.model_list")
    listing.add_argument("--json", action="store_true", help=words.text("help.json"))
    probe = add(actions, "probe", "help.model_probe")
    model_flags(probe, words)
    probe.add_argument("--json", action="store_true", help=words.text("help.json"))
    use = add(actions, "use", "help.model_use", "help.model_use_epilog")
    use.add_argument("wanted", metavar="NAME", help=words.text("help.wanted"))
    use.add_argument("--model-url", metavar="URL", help=words.text("help.model_url"))
    use.add_argument("--mode", choices=MODES, help=words.text("help.mode"))
    fetch = add(actions, "download", "help.model_download")
    fetch.add_argument("wanted", metavar="NAME", help=words.text("help.wanted_download"))
