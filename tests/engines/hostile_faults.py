"""What a local model's server can do wrong, each as one answer of the hostile runtime."""

from __future__ import annotations

import gzip
import json
from functools import cache

from tests.engines.hostile_runtime import Body, Play, Wire, completion, offered

#: One byte a second for ever, or nothing for ever: until the server is closed or the client goes.
_ENDLESS_SECONDS = 1.0
_HUGE = 10 * 1024 * 1024


def _drip(wire: Wire, _: Body) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n")
    while wire.pause(_ENDLESS_SECONDS):
        wire.send(b" ")


def _hang(wire: Wire, _: Body) -> None:
    while wire.pause(_ENDLESS_SECONDS):
        pass


def _reset_in_the_middle(wire: Wire, _: Body) -> None:
    wire.send(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"choices": [')
    wire.reset()


def _endless_head(wire: Wire, _: Body) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\n" + b"x-more: " + b"y" * _HUGE + b"\r\n\r\n{}")


def _nested(wire: Wire, _: Body) -> None:
    wire.say("[" * 200_000)


def _repeats_what_it_read(wire: Wire, question: Body) -> None:
    wire.say("\n".join(message["content"] for message in question["messages"]))


@cache
def _bomb() -> bytes:
    return gzip.compress(b"0" * _HUGE * 5, 1)


def _many_ids(wire: Wire, question: Body) -> None:
    ids = (offered(question) or ["F1"]) * 3
    wire.say(json.dumps({"history": ids, "risks": ids}))


#: What can go wrong, by name.
FAULTS: dict[str, Play] = {
    "a reset before the answer": lambda wire, _: wire.reset(),
    "a reset in the middle": _reset_in_the_middle,
    "an empty answer": lambda wire, _: wire.say(""),
    "an empty body": lambda wire, _: wire.answer(b""),
    "an empty choice": lambda wire, _: wire.say('{"history": [], "risks": []}'),
    "an endless header": _endless_head,
    "an error 500 with text": lambda wire, _: wire.answer(
        completion("患者は佐藤美咲さん"), "500 Internal Server Error"
    ),
    "another content type": lambda wire, _: wire.answer(b"<html>busy</html>", kind="text/html"),
    "another form of answer": lambda wire, _: wire.answer(b'{"message": {"content": "{}"}}'),
    "bad UTF-8": lambda wire, _: wire.answer(b'{"choices": [{"message": {"content": "\xff\xfe\xc3"}}]}'),
    "chunks that are no chunks": lambda wire, _: wire.send(
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\nff\r\n{"
    ),
    "cut by length": lambda wire, _: wire.say('{"history": ["F1"', finish="length"),
    "a length that lies: too long": lambda wire, _: wire.answer(completion("{}"), length=1_000_000),
    "a length that lies: too short": lambda wire, _: wire.answer(completion("{}"), length=10),
    "a null for a text": lambda wire, _: wire.answer(b'{"choices": [{"message": {"content": null}}]}'),
    "a refusal in prose": lambda wire, _: wire.say("I am sorry, I cannot help with medical questions."),
    "a zip bomb": lambda wire, _: wire.answer(_bomb(), more="content-encoding: gzip\r\n"),
    "every id three times": _many_ids,
    "hangs": _hang,
    "ids that were not offered": lambda wire, _: wire.say('{"history": ["F999"], "risks": ["佐藤美咲"]}'),
    "invalid JSON": lambda wire, _: wire.say('{"history": ["F1",'),
    "not HTTP": lambda wire, _: wire.send(b"220 ftp ready\r\n"),
    "one byte a second": _drip,
    "repeats the prompt": _repeats_what_it_read,
    "ten megabytes of text": lambda wire, _: wire.say("x" * _HUGE),
    "two answers in one": lambda wire, _: wire.say('{"history": ["F1"], "risks": []}{"history": [], "risks": []}'),
    "200,000 brackets": _nested,
}
#: These do no harm, so that the model's answer is used.
HARMLESS = frozenset({"every id three times"})
#: These hold their answer back until nobody waits for it any longer.
HELD = frozenset({"hangs", "one byte a second"})
