"""Whether a link works: a question that a worker answers by itself goes there and comes back. A socket says nothing."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass

from sekisho.errors import Code, Refused, SekishoError
from sekisho.link.call import Caller
from sekisho.link.envelope import Kind
from sekisho.link.protocol import Presence

#: Seconds that a canary may take.
CANARY_SECONDS = 10.0
#: Seconds that it is believed.
_REMEMBERED = 2.0


@dataclass(frozen=True, slots=True)
class Canary:
    """How a canary fared, leg by leg. A leg that was not reached is None."""

    #: What the link says of who is there.
    presence: Presence | None
    #: Milliseconds until the answer was back.
    there_and_back_ms: float | None
    #: The worker's version, calls at work, and how many it does at once.
    worker: dict[str, object] | None
    #: Why it did not come back.
    code: Code | None


async def send_canary(caller: Caller, seconds: float = CANARY_SECONDS) -> Canary:
    """Send one and wait for it."""
    presence: Presence | None = None
    began = time.monotonic()
    try:
        async with asyncio.timeout(seconds):
            presence = await caller.link.presence()
        began = time.monotonic()
        answer = json.loads(await caller.call(b"", seconds, kind=Kind.CANARY))
        if not isinstance(answer, dict):
            raise Refused(Code.BAD_FRAME)
    except TimeoutError:
        return Canary(presence, None, None, Code.LINK_DOWN)
    except SekishoError as error:
        return Canary(presence, None, None, error.code)
    except ValueError:
        return Canary(presence, None, None, Code.BAD_FRAME)
    return Canary(presence, (time.monotonic() - began) * 1000, answer, None)


class Health:
    """The newest canary; a new one is sent when it is old, and one at a time, however many ask."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._lock = asyncio.Lock()
        self._newest: Canary | None = None
        self._sent = 0.0

    async def check(self) -> Canary:
        """How the link is now, or was a few seconds ago."""
        async with self._lock:
            if self._newest is None or time.monotonic() - self._sent > _REMEMBERED:
                self._newest = await send_canary(self._caller)
                self._sent = time.monotonic()
            return self._newest
