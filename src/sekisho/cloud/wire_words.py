"""Hears what the cloud says, from the bytes of its answers, and remembers it: these words may go back to it.

It reads two wire forms (Chat Completions, Responses), whole or as events. It judges nothing; what it cannot read it
does not remember, and then it may not go back.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

#: The most bytes of one answer.
MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024

_LAST_RESPONSES: Final = {"response.completed", "response.incomplete", "response.failed", "error"}


@dataclass(slots=True)
class Tokens:
    """Tokens of one answer, as the service counts them."""

    given: int = 0
    cached: int = 0
    made: int = 0


@dataclass(slots=True)
class Words:
    """Everything that the cloud has said in one conversation: whole values only, never parts of them."""

    _said: set[str] = field(default_factory=set)

    def add(self, value: str) -> None:
        """Remember one value."""
        self._said.add(value)

    def hold(self, value: object) -> bool:
        """Whether the cloud has said exactly this."""
        return isinstance(value, str) and (value == "" or value in self._said)


class Hearing:
    """Listens to one answer."""

    def __init__(self, words: Words, *, is_stream: bool) -> None:
        self.tokens = Tokens()
        #: Whether the answer has come to its end in the way of its form; a broken-off stream has not.
        self.is_complete = False
        #: Whether the service's content filter ended it, and the service's own word for a failure.
        self.is_filtered = False
        self.failed = ""
        self._words = words
        self._is_stream = is_stream
        self._rest = bytearray()
        self._pieces: defaultdict[tuple[object, ...], list[str]] = defaultdict(list)

    def hear(self, data: bytes) -> None:
        """The next bytes, cut anywhere."""
        self._rest += data
        if self._is_stream and b"\n" in data:  # looked for in what is new: an answer may come a byte at a time
            *lines, rest = bytes(self._rest).split(b"\n")
            self._rest = bytearray(rest)
            for line in lines:
                self._line(line.rstrip(b"\r"))

    def end(self) -> None:
        """There is no more."""
        if not self._is_stream:
            self._event(_read(bytes(self._rest)))
        elif self._rest:
            self._line(bytes(self._rest))
        for pieces in self._pieces.values():
            self._words.add("".join(pieces))

    def _line(self, line: bytes) -> None:
        if not line.startswith(b"data:"):
            return
        data = line[5:].strip()
        if data == b"[DONE]":
            self.is_complete = True
        else:
            self._event(_read(data))

    def _event(self, event: Any) -> None:
        if not isinstance(event, dict):
            return
        with suppress(AttributeError, TypeError, RecursionError):  # of another form: what can be read was read
            for value in _strings(event):
                self._words.add(value)
            if "choices" in event:
                self._chat(event)
            else:
                self._responses(event)

    def _chat(self, event: dict[str, Any]) -> None:
        self._count(event.get("usage"), "prompt_tokens", "completion_tokens")
        for choice in event["choices"]:
            at = choice.get("index", 0)
            delta = choice.get("delta") or {}
            for name in ("content", "refusal"):
                self._piece(("chat", at, name), delta.get(name))
            for call in delta.get("tool_calls") or ():
                function = call.get("function") or {}
                for name in ("name", "arguments"):
                    self._piece(("call", at, call.get("index", 0), name), function.get(name))
            if reason := choice.get("finish_reason"):
                self.is_complete = True
                self.is_filtered = self.is_filtered or reason == "content_filter"

    def _responses(self, event: dict[str, Any]) -> None:
        kind = event.get("type", "")
        if isinstance(kind, str) and kind.endswith(".delta"):
            place = tuple(event.get(name) for name in ("item_id", "output_index", "content_index", "summary_index"))
            self._piece((kind, *place), event.get("delta"))
        if kind in _LAST_RESPONSES or event.get("object") == "response":
            self._last(event.get("response") or event)

    def _last(self, response: dict[str, Any]) -> None:
        self.is_complete = True
        self._count(response.get("usage"), "input_tokens", "output_tokens")
        reason = (response.get("incomplete_details") or {}).get("reason")
        error = response.get("error") or (response if response.get("type") == "error" else {})
        self.failed = str(error.get("code") or error.get("type") or "") if isinstance(error, dict) else ""
        self.is_filtered = self.is_filtered or "content_filter" in (reason, self.failed)

    def _piece(self, place: tuple[object, ...], text: object) -> None:
        if isinstance(text, str):
            self._pieces[place].append(text)

    def _count(self, usage: object, given: str, made: str) -> None:
        if not isinstance(usage, dict):
            return
        details = usage.get(f"{given}_details") or {}
        self.tokens = Tokens(_number(usage.get(given)), _number(details.get("cached_tokens")), _number(usage.get(made)))


def _read(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
