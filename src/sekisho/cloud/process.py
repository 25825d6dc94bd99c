"""The cloud zone as a process of its own: `python -m sekisho.cloud.process`.

It reads one JSON object from standard input, `{"text", "language", "case", "url", "token"}` (`case` may be
null), writes each event as one line of JSON to standard output, and ends with

    0  answered            3  refused
    2  bad input           4  the private zone or this machine is not ready

The last line is the event `finished` or `failed`. The token comes by standard input and not as an argument,
because arguments can be read by every user of the machine; it is never written.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import warnings
from typing import BinaryIO, Final

from sekisho.errors import Code, InputError, Refused, SekishoError, SetupError

#: The most bytes that are read from standard input.
MAX_INPUT_BYTES: Final = 64 * 1024

_FIELDS: Final = {"text", "language", "case", "url", "token"}


def main(source: BinaryIO, sink: BinaryIO) -> int:
    """Answer the question read from `source`, write the events to `sink`, give back the exit status."""
    _say_nothing_else()
    try:
        request = read_request(source.read(MAX_INPUT_BYTES + 1))
        return _answer(request, sink)
    except SekishoError as error:
        failure = error
    except ImportError:
        failure = SetupError(Code.EXTRA_MISSING, "agent")
    except Exception:  # noqa: BLE001 - a traceback would show what was asked
        failure = Refused(Code.INTERNAL)
    _write(sink, {"event": "failed", "at_ms": 0.0, "code": failure.code.value})
    return failure.exit_status


def read_request(data: bytes) -> dict[str, str | None]:
    """Read the one JSON object.

    Raises:
        InputError: `too_large`, `bad_json` or `bad_arguments`.
    """
    if len(data) > MAX_INPUT_BYTES:
        raise InputError(Code.TOO_LARGE)
    try:
        request = json.loads(data)
    except (ValueError, RecursionError):
        raise InputError(Code.BAD_JSON) from None
    if not isinstance(request, dict) or set(request) != _FIELDS:
        raise InputError(Code.BAD_ARGUMENTS)
    if not all(isinstance(value, str) or (name == "case" and value is None) for name, value in request.items()):
        raise InputError(Code.BAD_ARGUMENTS)
    return request


def _answer(request: dict[str, str | None], sink: BinaryIO) -> int:
    # Imported late, so that a missing package is an answer in our own way and not a traceback.
    from sekisho.cloud.agent import answer
    from sekisho.cloud.connection import PrivateZone
    from sekisho.cloud.events import Event, as_plain
    from sekisho.cloud.question import Question
    from sekisho.cloud.stand_in import StandIn

    # The other types were checked by `read_request`, the language is checked by `Question`.
    question = Question(request["text"], request["language"], request["case"])  # type: ignore[arg-type]
    zone = PrivateZone(str(request["url"]), str(request["token"]))

    def emit(event: Event) -> None:
        _write(sink, as_plain(event))

    try:
        asyncio.run(answer(question, zone, StandIn(), emit))
    except SekishoError as error:  # its event `failed` has been written
        return error.exit_status
    return 0


def _write(sink: BinaryIO, event: dict[str, object]) -> None:
    # Escaped to ASCII: what is read on the other side does not depend on a locale.
    sink.write(json.dumps(event).encode() + b"\n")
    sink.flush()


def _say_nothing_else() -> None:
    """Whatever a library would print on standard error could hold what was asked."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    sys.excepthook = lambda *_: None
    sys.unraisablehook = lambda _: None
    os.environ["AGENT_FRAMEWORK_USER_AGENT_DISABLED"] = "true"


if __name__ == "__main__":
    try:
        status = main(sys.stdin.buffer, sys.stdout.buffer)
    except BaseException:  # noqa: BLE001 - the reader went away, or somebody pressed Ctrl-C
        status = SetupError.exit_status
    # Not sys.exit: at a normal exit Python would flush again and complain about a closed pipe.
    os._exit(status)
