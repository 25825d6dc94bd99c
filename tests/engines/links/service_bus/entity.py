"""One queue or subscription as Service Bus keeps it: locks, sessions, expiry, duplicates, dead letters.

Pure state and time, no AMQP: the broker tells what arrived and asks what may go where.
"""

from __future__ import annotations

import itertools
import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

DEAD_LETTERS = "/$DeadLetterQueue"

_sequence = itertools.count(1)


@dataclass(frozen=True)
class Options:
    """What is set on a queue or subscription in Azure, by the same meaning; times in seconds."""

    lock: float = 30.0
    max_deliveries: int = 10
    sessions: bool = False
    time_to_live: float = 0.0  # 0: for ever
    dead_letter_expired: bool = False
    duplicate_window: float = 0.0  # 0: duplicates are not detected
    max_messages: int = 0  # 0: no end. Stands for the size quota of the real service


@dataclass(eq=False)
class Stored:
    """One message, encoded, with what the service knows about it."""

    encoded: bytes
    message_id: str
    session: str
    enqueued: float
    expires: float
    sequence: int = field(default_factory=lambda: next(_sequence))
    deliveries: int = 0
    scheduled: float = 0.0
    token: uuid.UUID | None = None
    locked_until: float = 0.0
    delivery: Any = None  # the broker's handle of the delivery in flight
    dead_source: str = ""
    reason: str = ""
    description: str = ""


@dataclass
class SessionLock:
    """A session that a receiver holds."""

    holder: Any
    until: float


class QuotaError(Exception):
    """The entity is full."""


class Entity:
    """A queue, a subscription or a dead-letter queue."""

    def __init__(self, name: str, options: Options, now: Callable[[], float], dead_letters_of: str = "") -> None:
        self.name = name
        self.options = options
        self._now = now
        self.dead_letters_of = dead_letters_of
        self.messages: OrderedDict[int, Stored] = OrderedDict()
        self.locked: dict[uuid.UUID, Stored] = {}
        self.sessions: dict[str, SessionLock] = {}
        self._seen: OrderedDict[str, float] = OrderedDict()
        dead = Options(lock=options.lock, max_deliveries=10**9)
        self.dead = None if dead_letters_of else Entity(name + DEAD_LETTERS, dead, now, dead_letters_of=name)

    def put(
        self, encoded: bytes, message_id: str, session: str, time_to_live: float, scheduled: float
    ) -> Stored | None:
        """Keep a message; None for a duplicate.

        Raises:
            QuotaError: The entity is full.
        """
        now = self._now()
        if self.options.duplicate_window:
            while self._seen and next(iter(self._seen.values())) <= now - self.options.duplicate_window:
                self._seen.popitem(last=False)
            if message_id and message_id in self._seen:
                return None
        if self.options.max_messages and len(self.messages) >= self.options.max_messages:
            raise QuotaError
        if self.options.duplicate_window and message_id:
            self._seen[message_id] = now
        lives = min([life for life in (time_to_live, self.options.time_to_live) if life], default=0.0)
        stored = Stored(encoded, message_id, session, now, now + lives if lives else 0.0, scheduled=scheduled)
        self.messages[stored.sequence] = stored
        return stored

    def ready(self, session: str | None) -> Stored | None:
        """The oldest message that a receiver may have now."""
        now = self._now()
        for stored in self.messages.values():
            if stored.token is None and stored.scheduled <= now and (session is None or stored.session == session):
                return stored
        return None

    def free_session(self) -> str | None:
        """A session with something to receive that nobody holds."""
        return next((s.session for s in self.messages.values() if s.session and s.session not in self.sessions), None)

    def lock(self, stored: Stored) -> uuid.UUID:
        """Lock a message for a receiver."""
        stored.token = uuid.uuid4()
        held = self.sessions.get(stored.session) if self.options.sessions else None
        stored.locked_until = held.until if held else self._now() + self.options.lock
        self.locked[stored.token] = stored
        return stored.token

    def renew(self, token: uuid.UUID) -> float | None:
        """Lock it for the whole time again; None if the lock is lost."""
        stored = self.locked.get(token)
        if stored is None or stored.locked_until <= self._now():
            return None
        stored.locked_until = self._now() + self.options.lock
        return stored.locked_until

    def remove(self, stored: Stored) -> None:
        """It is settled, or gone."""
        self.messages.pop(stored.sequence, None)
        if stored.token is not None:
            self.locked.pop(stored.token, None)

    def unlock(self, stored: Stored, *, counts: bool) -> None:
        """Give it back. A delivery that counts may be the last."""
        if stored.token is not None:
            self.locked.pop(stored.token, None)
        stored.token, stored.delivery = None, None
        if counts:
            stored.deliveries += 1
            if stored.deliveries >= self.options.max_deliveries:
                text = f"Message could not be consumed after {stored.deliveries} delivery attempts."
                self.dead_letter(stored, "MaxDeliveryCountExceeded", text)

    def dead_letter(self, stored: Stored, reason: str, description: str) -> None:
        """Move it to the dead-letter queue."""
        self.remove(stored)
        if self.dead is None:
            return
        moved = self.dead.put(stored.encoded, stored.message_id, stored.session, 0.0, 0.0)
        assert moved is not None
        moved.dead_source, moved.reason, moved.description = self.name, reason, description

    def release_session(self, session: str, *, counts: bool) -> None:
        """Nobody holds the session any more."""
        self.sessions.pop(session, None)
        for stored in [stored for stored in self.locked.values() if stored.session == session]:
            self.unlock(stored, counts=counts)

    def tick(self) -> list[Any]:
        """What time does: locks end, messages expire. Gives the holders of sessions whose lock has ended."""
        now = self._now()
        if not self.options.sessions:
            for stored in [stored for stored in self.locked.values() if stored.locked_until <= now]:
                self.unlock(stored, counts=True)
        for stored in [s for s in self.messages.values() if s.expires and s.expires <= now and s.token is None]:
            if self.options.dead_letter_expired:
                self.dead_letter(stored, "TTLExpiredException", "The message expired and was dead lettered.")
            else:
                self.remove(stored)
        ended = [(session, lock.holder) for session, lock in self.sessions.items() if lock.until <= now]
        for session, _ in ended:
            self.release_session(session, counts=True)
        return [holder for _, holder in ended] + (self.dead.tick() if self.dead else [])
