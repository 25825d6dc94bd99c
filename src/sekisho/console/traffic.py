"""What went through the zone while the app was open: facts of the envelope, in memory only, the newest last."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any

#: Calls that are remembered.
KEPT = 1000


@dataclass(frozen=True, slots=True)
class Passed:
    """One request that has ended.

    Attributes:
        when: UTC.
        way: How it came: `mcp` (the server itself) or `link`.
        method: The protocol's word (`tools/call`), or `canary`.
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
    _passed: deque[Passed] = field(default_factory=lambda: deque(maxlen=KEPT))
    _lock: Lock = field(default_factory=Lock)

    def call(self, event: Mapping[str, Any], way: str) -> None:
        """A `call` event of the desk."""
        self._add(
            Passed(
                self._now(),
                way,
                "tools/call",
                "get_patient_background",
                event["case"],
                event["verdict"],
                event["model"],
                event["size"],
                event["sequence"],
                event["seconds"] * 1000,
                event["steps"],
                event["withheld"],
            )
        )

    def canary(self, way: str, verdict: str, ms: float) -> None:
        """A canary came back, or did not."""
        self._add(Passed(self._now(), way, "canary", "", "", verdict, "", 0, 0, ms))

    def all(self, case: str = "", verdict: str = "", method: str = "") -> list[Passed]:
        """What was seen, newest first; an empty filter lets everything through."""
        with self._lock:
            seen = list(self._passed)
        wanted = [p for p in seen if case in ("", p.case) and verdict in ("", p.verdict) and method in ("", p.method)]
        return wanted[::-1]

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

    def _add(self, passed: Passed) -> None:
        with self._lock:
            self._passed.append(passed)
