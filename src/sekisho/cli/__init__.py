"""The command line. It only parses, calls and prints; every command imports what it needs when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from sekisho import garbage
from sekisho.errors import Code, Refused, SekishoError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Exit status: 0 done, 1 a check failed, 2 bad input, 3 refused, 4 not ready, 130 interrupted."""
    from sekisho.cli.parser import build_parser, language_from

    if argv is None:  # this process is ours
        garbage.look_for_it_rarely()
    arguments = list(sys.argv[1:] if argv is None else argv)
    _use_utf8()
    language = language_from(arguments)
    options = build_parser(language).parse_args(arguments)
    try:
        status = _run(options)
        sys.stdout.flush()  # here, where a reader that has gone is no error
        return status
    except SekishoError as error:
        return _tell(error, language)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has gone. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:  # noqa: BLE001 - a traceback could show what is in a record (G4)
        return _tell(Refused(Code.INTERNAL), language)


def _run(options: argparse.Namespace) -> int:
    from sekisho.cli.commands import run

    return run(options)


def _tell(error: SekishoError, language: str) -> int:
    from sekisho.wording import wording

    print(f"sekisho: {wording(language).told(error)}", file=sys.stderr)
    return error.exit_status


def _use_utf8() -> None:
    """Japanese output must not depend on the terminal's code page."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
