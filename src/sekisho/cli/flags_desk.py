"""The flag of the operator's desk, for the commands that answer about cases."""

from __future__ import annotations

import argparse

from sekisho.local.desk import ASKING
from sekisho.wording import Wording


def desk_flag(parser: argparse.ArgumentParser, words: Wording) -> None:
    """`--desk never|first|always`."""
    parser.add_argument("--desk", choices=ASKING, help=words.text("help.desk"))
