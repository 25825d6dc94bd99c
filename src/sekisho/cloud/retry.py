"""When a request is sent once more: only where the service says that it did nothing with the first, or never got it.

A time-out and an answer that breaks off are not repeated: the service may have done the work, and a disclosure is
sent no more often than it must. Every further sending passes the guard again.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

#: Sendings in all.
ATTEMPTS: Final = 3
#: The service turned the request away before it did anything.
TURNED_AWAY: Final = frozenset({429, 503})

_FIRST_SECONDS: Final = 0.5
_MOST_SECONDS: Final = 20.0


def seconds_before(attempt: int, retry_after: str | None, chance: Callable[[], float] = random.random) -> float | None:
    """How long to wait before sending number `attempt` (2, 3 ...), or None where it is not worth the wait.

    Args:
        attempt: The number of the next sending.
        retry_after: What the service asks for, in seconds; a date is not read.
        chance: From 0 to 1; callers that were turned away together must not come back together.
    """
    if attempt > ATTEMPTS:
        return None
    own: float = _FIRST_SECONDS * 2.0 ** (attempt - 2) * (0.5 + chance())
    try:
        asked = float(retry_after or 0)
    except ValueError:
        asked = 0.0
    if not asked <= _MOST_SECONDS:  # also where it is no number
        return None
    return max(asked, own) if asked > 0 else own
