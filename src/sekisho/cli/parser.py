"""Commands and flags, with their help in Japanese and English."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from sekisho import __version__
from sekisho.cli.flags_cloud import add_chat, cloud_flags
from sekisho.cli.flags_desk import desk_flag
from sekisho.cli.flags_link import add_links, agent_link_flags, link_flags
from sekisho.cli.flags_model import add_model, explain_flag, model_flags
from sekisho.cli.flags_prompt import add_prompt
from sekisho.cli.flags_tunnel import add_tunnel
from sekisho.cli.flags_ui import add_ui
from sekisho.errors import InputError
from sekisho.settings import LANGUAGES, Settings, language_of
from sekisho.wording import Wording, wording


def language_from(arguments: Sequence[str]) -> str:
    """The language, before anything is parsed: `--lang`, then as every setting."""
    for flag, value in zip(arguments, [*arguments[1:], ""], strict=False):
        given = value if flag == "--lang" else flag.removeprefix("--lang=") if flag.startswith("--lang=") else ""
        if given in LANGUAGES:
            return given
    try:
        return Settings({}, os.environ, Path()).lang
    except InputError:  # it is told when the command itself reads the settings
        return language_of(os.environ)


def build_parser(language: str) -> argparse.ArgumentParser:
    """The whole parser."""
    words = wording(language)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", choices=LANGUAGES, help=words.text("help.lang"))
    common.add_argument("--state", metavar="DIR", help=words.text("help.state"))
    parser = argparse.ArgumentParser(
        prog="sekisho",
        parents=[common],
        description=words.text("help.about"),
        epilog=words.text("help.epilog"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"sekisho {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    # A flag given before the command must not be undone by its default after it.
    after = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    after.add_argument("--lang", choices=LANGUAGES, help=words.text("help.lang"))
    after.add_argument("--state", metavar="DIR", help=words.text("help.state"))

    def add(
        group: argparse._SubParsersAction[argparse.ArgumentParser], name: str, help_key: str, epilog: str = ""
    ) -> argparse.ArgumentParser:
        return group.add_parser(
            name,
            parents=[after],
            help=words.text(help_key),
            description=words.text(help_key),
            epilog=words.text(epilog) if epilog else None,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    demo = add(commands, "demo", "help.demo")
    demo.add_argument("--direct", action="store_true", help=words.text("help.demo_direct"))
    demo.add_argument("--link", metavar="URL", help=words.text("help.demo_link"))
    link_flags(demo, words)
    _ask(add(commands, "ask", "help.ask", "help.ask_epilog"), words)
    add_chat(commands, add, words)
    add_prompt(commands, add, words)
    _background(add(commands, "background", "help.background", "help.background_epilog"), words)
    _serve(add(commands, "serve", "help.serve", "help.serve_epilog"), words)
    _cases(add(commands, "cases", "help.cases_cmd"), words, add)
    _vocabulary(add(commands, "vocabulary", "help.vocabulary"), words, add)
    _ledger(add(commands, "ledger", "help.ledger"), words, add)
    add_model(commands, add, words)
    add_links(commands, add, words)
    add_tunnel(commands, add, words)
    add_ui(commands, add, words)
    doctor = add(commands, "doctor", "help.doctor")
    _zone_flags(doctor, words)
    model_flags(doctor, words)
    doctor.add_argument("--port", help=words.text("help.port"))
    doctor.add_argument("--token-file", metavar="FILE", help=words.text("help.token_file"))
    return parser


Add = Callable[..., argparse.ArgumentParser]


def _zone_flags(parser: argparse.ArgumentParser, words: Wording) -> None:
    parser.add_argument("--cases", metavar="DIR", help=words.text("help.cases"))
    parser.add_argument("--policy", metavar="FILE", help=words.text("help.policy"))


def _ask(parser: argparse.ArgumentParser, words: Wording) -> None:
    parser.add_argument("text", metavar="TEXT", help=words.text("help.text"))
    parser.add_argument("--case", metavar="TOKEN|FILE", help=words.text("help.case"))
    parser.add_argument("--json", action="store_true", help=words.text("help.json"))
    _zone_flags(parser, words)
    cloud_flags(parser, words)
    model_flags(parser, words)
    agent_link_flags(parser, words)


def _background(parser: argparse.ArgumentParser, words: Wording) -> None:
    parser.add_argument("--case", metavar="TOKEN|FILE", help=words.text("help.case"))
    parser.add_argument("--symptoms", metavar="TEXT", required=True, help=words.text("help.symptoms"))
    explain_flag(parser, words)
    _zone_flags(parser, words)
    model_flags(parser, words)


def _serve(parser: argparse.ArgumentParser, words: Wording) -> None:
    parser.add_argument("--port", help=words.text("help.port"))
    parser.add_argument("--token-file", metavar="FILE", help=words.text("help.token_file"))
    _zone_flags(parser, words)
    model_flags(parser, words)
    desk_flag(parser, words)


def _cases(parser: argparse.ArgumentParser, words: Wording, add: Add) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name in ("list", "rotate"):
        action = add(actions, name, f"help.cases_{name}")
        action.add_argument("--cases", metavar="DIR", help=words.text("help.cases"))
        if name == "list":
            action.add_argument("--json", action="store_true", help=words.text("help.json"))


def _vocabulary(parser: argparse.ArgumentParser, words: Wording, add: Add) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    lookup = add(actions, "lookup", "help.vocabulary_lookup")
    lookup.add_argument("term", metavar="TERM", help=words.text("help.term"))
    taken = add(actions, "import", "help.vocabulary_import", "help.import_epilog")
    taken.add_argument("file", metavar="FILE", help=words.text("help.import_file"))
    kinds = ("condition", "medicine", "allergen", "lab")
    taken.add_argument("--kind", choices=kinds, required=True, help=words.text("help.import_kind"))
    taken.add_argument("--map", metavar="FIELD=COLUMN,...", required=True, help=words.text("help.import_map"))
    encodings = ("auto", "utf-8", "cp932")
    taken.add_argument("--encoding", choices=encodings, default="auto", help=words.text("help.import_encoding"))
    taken.add_argument("--dry-run", action="store_true", help=words.text("help.dry_run"))
    taken.add_argument("--yes", action="store_true", help=words.text("help.yes"))
    add(actions, "imports", "help.vocabulary_imports")
    undo = add(actions, "undo", "help.vocabulary_undo")
    undo.add_argument("id", metavar="ID", help=words.text("help.import_id"))
    unlisted = add(actions, "unlisted", "help.vocabulary_unlisted")
    unlisted.add_argument("--case", metavar="TOKEN|FILE", help=words.text("help.case"))
    _zone_flags(unlisted, words)
    stats = add(actions, "stats", "help.vocabulary_stats")
    stats.add_argument("--json", action="store_true", help=words.text("help.json"))
    stats.add_argument("--markdown", action="store_true", help=words.text("help.markdown"))


def _ledger(parser: argparse.ArgumentParser, words: Wording, add: Add) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = add(actions, "show", "help.ledger_show")
    show.add_argument("--last", type=int, default=20, metavar="N", help=words.text("help.last"))
    verify = add(actions, "verify", "help.ledger_verify")
    verify.add_argument("--head", default="", metavar="HASH", help=words.text("help.head"))
    add(actions, "export", "help.ledger_export")
