"""Which module runs which command. Imported one at a time, so that `--help` stays fast."""

from __future__ import annotations

import argparse
from importlib import import_module

_MODULES = {
    "demo": "demo",
    "ask": "ask",
    "chat": "chat",
    "prompt": "prompt",
    "background": "background",
    "serve": "serve",
    "cases": "cases",
    "vocabulary": "vocabulary",
    "ledger": "ledger",
    "doctor": "doctor",
    "model": "model",
    "gateway": "gateway",
    "worker": "worker",
    "keys": "keys",
    "link": "link",
    "tunnel": "tunnel",
    "ui": "ui",
}


def run(options: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    from sekisho.cli.context import Context

    module = import_module(f"sekisho.cli.{_MODULES[options.command]}")
    status: int = module.run(Context(options))
    return status
