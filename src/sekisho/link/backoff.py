"""How long to wait before trying again: full jitter, so that many who lost one server do not come back at once."""

from __future__ import annotations

import secrets

_RANDOM = secrets.SystemRandom()


class Backoff:
    """Waits that grow from attempt to attempt up to a ceiling; each is drawn from zero to its bound."""

    def __init__(self, first: float = 0.05, most: float = 5.0) -> None:
        self._first = first
        self._most = most
        self._bound = first

    def next(self) -> float:
        """Seconds to wait now."""
        bound = self._bound
        self._bound = min(bound * 2, self._most)
        return _RANDOM.uniform(0, bound)

    def reset(self) -> None:
        """It worked: start small again."""
        self._bound = self._first
