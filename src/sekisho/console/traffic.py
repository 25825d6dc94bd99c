"""What went through the zone while the app was open: requests, and frames of the link. Facts of the envelope, in
memory only, the newest last."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from sekisho.offered_tool import TOOL

#: Requests that are remembered, and frames: many frames push no request out.
KEPT = 1000
#: How something came or went.
WAYS = ("mcp", "link", "tunnel", "in", "out")


@dataclass(frozen=True, slots=True)
class Passed:
    """One request that has ended, or one frame of the link.

    Attributes:
        when: UTC.
        way: How a request came: `mcp` (the server itself) `link` or `tunnel`; which way a frame went: `in` or `out`.
        method: The protocol's word (`tools/call`), `canary`, or the kind of a frame.
        verdict: `disclosure`, a refusal's code, or `ok`.
        steps: Milliseconds since its beginning at which each step of the private zone began.
        withheld: How many statements were kept back, by reason.
    """

    when: datetime
    way: str
    method: str
    tool: str
    case: str
    verdict: str
    model: str
    size: int
    sequence: int
    ms: float
    steps: Mapping[str, float] = field(default_factory=dict)
    withheld: Mapping[str, int] = field(default_factory=dict)

    def durations(self) -> dict[str, float]:
        """Milliseconds that each step took."""
        begun = list(self.steps.items())
        ends = [at for _, at in begun[1:]] + [self.ms]
        return {name: max(0.0, end - at) for (name, at), end in zip(begun, ends, strict=True)}


@dataclass
class Traffic:
    """The log."""

    clock: Callable[[], float] = time.time
    _requests: deque[Passed] = field(default_factory=lambda: deque(maxlen=KEPT))
    _frames: deque[Passed] = field(default_factory=lambda: deque(maxlen=KEPT))
    _count: int = 0
    _lock: Lock = field(default_factory=Lock)

    def call(self, event: Mapping[str, Any], way: str) -> None:
        """A `call` event of the desk."""
        self._add(
            self._requests,
            Passed(
                self._now(),
                way,
                "tools/call",
                TOOL,
                event["case"],
                event["verdict"],
                event["model"],
                event["size"],
                event["sequence"],
                event["seconds"] * 1000,
                event["steps"],
                event["withheld"],
            ),
        )

    def frame(self, event: Mapping[str, Any]) -> None:
        """A `frame` event of the desk."""
        size, ms = event["size"], event["ms"]
        passed = Passed(self._now(), event["direction"], event["kind"], "", "", event["verdict"], "", size, 0, ms)
        self._add(self._frames, passed)

    def canary(self, way: str, verdict: str, ms: float) -> None:
        """A canary came back, or did not."""
        self._add(self._requests, Passed(self._now(), way, "canary", "", "", verdict, "", 0, 0, ms))

    def all(self, case: str = "", verdict: str = "", method: str = "", way: str = "") -> list[Passed]:
        """What was seen, newest first; an empty filter lets everything through."""
        with self._lock:
            seen = sorted((*self._requests, *self._frames), key=lambda passed: passed.when)
        given = (case, verdict, method, way)
        return [
            passed
            for passed in reversed(seen)
            if all(
                wanted in ("", has)
                for wanted, has in zip(given, (passed.case, passed.verdict, passed.method, passed.way), strict=True)
            )
        ]

    @property
    def count(self) -> int:
        """How much was seen since the app was opened: whoever shows it sees by it that there is more."""
        return self._count

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

    def _add(self, kept: deque[Passed], passed: Passed) -> None:
        with self._lock:
            kept.append(passed)
            self._count += 1
