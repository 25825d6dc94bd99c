"""Flags about links, and the commands `sekisho gateway | worker | keys | link`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from sekisho.cli.flags_desk import desk_flag
from sekisho.cli.flags_model import model_flags
from sekisho.wording import Wording

Add = Callable[..., argparse.ArgumentParser]
Commands = argparse._SubParsersAction


def link_flags(parser: argparse.ArgumentParser, words: Wording) -> None:
    """How to get to a link: for every command that uses one."""
    parser.add_argument("--link-token-file", metavar="FILE", help=words.text("help.link_token_file"))
    parser.add_argument("--link-ca", metavar="FILE", help=words.text("help.link_ca"))
    parser.add_argument("--link-proxy", metavar="URL", help=words.text("help.link_proxy"))


def agent_link_flags(parser: argparse.ArgumentParser, words: Wording) -> None:
    """An agent that asks the workers on a link itself, without a gateway."""
    parser.add_argument("--link", metavar="URL", help=words.text("help.agent_link"))
    _ring(parser, words)
    link_flags(parser, words)


def add_links(commands: Commands[argparse.ArgumentParser], add: Add, words: Wording) -> None:
    """All four commands."""
    _gateway(add(commands, "gateway", "help.gateway", "help.gateway_epilog"), words)
    _worker(add(commands, "worker", "help.worker", "help.worker_epilog"), words)
    _keys(add(commands, "keys", "help.keys_cmd", "help.keys_epilog"), words, add)
    _link(add(commands, "link", "help.link_cmd"), words, add)


def _ring(parser: argparse.ArgumentParser, words: Wording) -> None:
    parser.add_argument("--keyring", metavar="FILE", help=words.text("help.keyring"))


def _gateway(parser: argparse.ArgumentParser, words: Wording) -> None:
    parser.add_argument("--host", dest="gateway_host", metavar="ADDRESS", help=words.text("help.gateway_host"))
    parser.add_argument("--port", dest="gateway_port", help=words.text("help.gateway_port"))
    parser.add_argument("--names", dest="gateway_names", metavar="NAME,...", help=words.text("help.gateway_names"))
    parser.add_argument("--token-file", metavar="FILE", help=words.text("help.token_file"))
    parser.add_argument("--worker-token-file", metavar="FILE", help=words.text("help.worker_token_file"))
    parser.add_argument("--link", metavar="URL", help=words.text("help.gateway_link"))
    parser.add_argument("--tls-certificate", metavar="FILE", help=words.text("help.tls_certificate"))
    parser.add_argument("--tls-key", metavar="FILE", help=words.text("help.tls_key"))
    _ring(parser, words)
    link_flags(parser, words)


def _worker(parser: argparse.ArgumentParser, words: Wording) -> None:
    parser.add_argument("--link", metavar="URL", help=words.text("help.worker_link"))
    parser.add_argument("--cases", metavar="DIR", help=words.text("help.cases"))
    parser.add_argument("--policy", metavar="FILE", help=words.text("help.policy"))
    _ring(parser, words)
    link_flags(parser, words)
    model_flags(parser, words)
    desk_flag(parser, words)


def _keys(parser: argparse.ArgumentParser, words: Wording, add: Add) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name in ("init", "show", "rotate", "trust", "distrust"):
        action = add(actions, name, f"help.keys_{name}")
        _ring(action, words)
        if name == "rotate":
            step = action.add_mutually_exclusive_group()
            step.add_argument("--switch", action="store_true", help=words.text("help.keys_switch"))
            step.add_argument("--retire", action="store_true", help=words.text("help.keys_retire"))
        elif name == "trust":
            action.add_argument("key", metavar="KEY", help=words.text("help.keys_key"))
        elif name == "distrust":
            action.add_argument("fingerprint", metavar="FINGERPRINT", help=words.text("help.keys_fingerprint"))


def _link(parser: argparse.ArgumentParser, words: Wording, add: Add) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name in ("status", "dead", "redrive"):
        action = add(actions, name, f"help.link_{name}")
        action.add_argument("url", metavar="URL", help=words.text("help.link_url"))
        link_flags(action, words)
        if name == "status":
            _ring(action, words)
            action.add_argument("--json", action="store_true", help=words.text("help.json"))
        elif name == "dead":
            action.add_argument("--last", type=int, default=20, metavar="N", help=words.text("help.last"))
        else:
            action.add_argument("id", metavar="ID", help=words.text("help.link_id"))
