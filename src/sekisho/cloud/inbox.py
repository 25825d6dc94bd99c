"""What the command line tells a cloud zone at work: answers to its looks, the next question, or to give a turn up.

Each message is one line of JSON on standard input:

    {"look": 3, "passes": true}    the private side has looked at request 3
    {"text": "..."}                the next question, inspected
    {"cancel": true}               give up the present question

The end of the input means that nobody is there any more: every look that waits is answered with no.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any, BinaryIO, Final

#: The most bytes of one line.
MAX_LINE_BYTES: Final = 64 * 1024

Tell = Callable[[dict[str, object]], None]


class Inbox:
    """Reads the lines in a thread of its own, and hands them over to the event loop."""

    def __init__(self, source: BinaryIO, tell: Tell) -> None:
        """`tell` writes an event to the command line."""
        self._source = source
        self._tell = tell
        self._looks: dict[int, asyncio.Future[bool]] = {}
        self._asked = 0
        self._is_over = False
        self._questions: asyncio.Queue[str | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        #: Called when the present question shall be given up.
        self.on_cancel: Callable[[], object] = lambda: None
        threading.Thread(target=self._read, name="inbox", daemon=True).start()

    async def look(self, body: str) -> bool:
        """Ask the private side about the exact text of a request. No answer is a no."""
        if self._is_over:
            return False
        self._asked += 1
        answer: asyncio.Future[bool] = self._loop.create_future()
        self._looks[self._asked] = answer
        self._tell({"event": "look", "number": self._asked, "body": body})
        return await answer

    async def next_question(self) -> str | None:
        """The next question, or None when there will be none."""
        return await self._questions.get()

    def _read(self) -> None:
        while line := self._source.readline(MAX_LINE_BYTES + 1):
            if len(line) > MAX_LINE_BYTES:
                break
            self._loop.call_soon_threadsafe(self._take, line)
        self._loop.call_soon_threadsafe(self._end)

    def _take(self, line: bytes) -> None:
        try:
            message: Any = json.loads(line)
        except (ValueError, RecursionError):
            return
        match message:
            case {"look": int(number), "passes": bool(passes)} if number in self._looks:
                answer = self._looks.pop(number)
                if not answer.done():
                    answer.set_result(passes)
            case {"text": str(text)}:
                self._questions.put_nowait(text)
            case {"cancel": True}:
                self.on_cancel()

    def _end(self) -> None:
        self._is_over = True
        for answer in self._looks.values():
            if not answer.done():
                answer.set_result(False)
        self._questions.put_nowait(None)
