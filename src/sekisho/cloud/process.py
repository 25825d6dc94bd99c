"""The cloud zone as a process of its own: `python -m sekisho.cloud.process`.

It reads one line of JSON from standard input (`request`), writes each event as one line of JSON to standard output,
and ends with

    0  answered            3  refused
    2  bad input           4  the private zone, the cloud model or this machine is not ready

The last line is the event `finished` or `failed`. With `"more": true` it goes on with the next question (`inbox`)
until the input ends, unless `failed` says `"over": true`: then there was no conversation to go on with. The token comes
by standard input and not as an argument, because arguments can be read by every user of the machine; it is never
written. The key of a cloud model comes from the environment or the keyring.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from sekisho import garbage
from sekisho.cloud.events import Event, Failed, as_plain
from sekisho.cloud.request import MAX_INPUT_BYTES, Request, read_request
from sekisho.errors import Code, InputError, Refused, SekishoError, SetupError

if TYPE_CHECKING:
    from sekisho.cloud.connection import Zone
    from sekisho.cloud.conversation import Conversation
    from sekisho.cloud.inbox import Inbox


def main(source: BinaryIO, sink: BinaryIO) -> int:
    """Answer what is asked in `source`, write the events to `sink`, give back the exit status."""
    _say_nothing_else()
    try:
        request = read_request(source.readline(MAX_INPUT_BYTES + 1))
        return asyncio.run(_converse(request, source, sink))
    except SekishoError as error:
        failure = error
    except ImportError:
        failure = SetupError(Code.EXTRA_MISSING, "agent")
    except Exception:  # noqa: BLE001 - a traceback would show what was asked
        failure = Refused(Code.INTERNAL)
    last = as_plain(Failed(0.0, failure.code, failure.place, failure.exit_status))
    _write(sink, {**last, "over": True})
    return failure.exit_status


async def _converse(request: Request, source: BinaryIO, sink: BinaryIO) -> int:
    # Imported late, so that a missing package is an answer in our own way and not a traceback.
    from sekisho.cloud.conversation import open_conversation
    from sekisho.cloud.inbox import Inbox

    def emit(event: Event) -> None:
        _write(sink, as_plain(event))

    zone = _zone(request)
    inbox = Inbox(source, lambda event: _write(sink, event)) if request.is_watched or request.has_more else None
    look = inbox.look if inbox is not None and request.is_watched else None
    conversation = open_conversation(request.language, zone, request.cloud, os.environ, look)
    try:
        text: str | None = request.text
        status = 0
        while text is not None:
            status = await _turn(conversation, request, text, emit, inbox)
            text = await inbox.next_question() if inbox is not None and request.has_more else None
        return status
    finally:
        await conversation.close()


def _zone(request: Request) -> Zone:
    """Where the private zone is: at an address, or on a link."""
    if request.link is None:
        from sekisho.cloud.connection import PrivateZone

        return PrivateZone(request.url, request.token, request.key)
    from sekisho.cloud.link_client import ZoneOnLink

    return ZoneOnLink.of(request.link, request.key)


async def _turn(
    conversation: Conversation, request: Request, text: str, emit: Callable[[Event], None], inbox: Inbox | None
) -> int:
    """One question; its exit status. The last event has been written when this returns."""
    from sekisho.cloud.question import Question

    try:
        question = Question(text, request.language, request.case)
    except InputError as error:
        emit(Failed(0.0, error.code, error.place, error.exit_status))
        return error.exit_status
    task = asyncio.ensure_future(conversation.answer(question, emit))
    if inbox is not None:
        inbox.on_cancel = task.cancel
    try:
        await task
    except SekishoError as error:  # its event `failed` has been written
        return error.exit_status
    except asyncio.CancelledError:
        emit(Failed(0.0, Code.CANCELLED))
        return Refused.exit_status
    finally:
        if inbox is not None:
            inbox.on_cancel = lambda: None
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
    threading.excepthook = lambda _: None
    # No telemetry: the framework's marks in the user agent, OpenTelemetry, and the Azure libraries' own tracing.
    os.environ["AGENT_FRAMEWORK_USER_AGENT_DISABLED"] = "true"
    os.environ["OTEL_SDK_DISABLED"] = "true"
    os.environ["AZURE_TRACING_ENABLED"] = "false"


if __name__ == "__main__":
    garbage.look_for_it_rarely()
    try:
        status = main(sys.stdin.buffer, sys.stdout.buffer)
    except BaseException:  # noqa: BLE001 - the reader went away, or somebody pressed Ctrl-C
        status = SetupError.exit_status
    # Not sys.exit: at a normal exit Python would flush again and complain about a closed pipe.
    os._exit(status)
