"""What is said between a hub and its clients: small binary requests and answers, over a WebSocket or by HTTP.

Request:  operation 1 | number 4 | arguments          A request of number 0 wants no answer.
Answer:   status 1    | number 4 | result, or a code

Every operation may be repeated: a client whose connection broke asks again and changes nothing by it.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterable, Iterator
from enum import IntEnum

from sekisho.errors import Code, Refused
from sekisho.link.protocol import Cancel, DeadLetter, Lease, Presence
from sekisho.link.wire import pack_task, unpack_task

HEAD = struct.Struct(">BI")
_LENGTH = struct.Struct(">I")
_LEASE = struct.Struct(">II8s")
_WAIT = struct.Struct(">HI")

#: The largest message: the largest body, and room for what is around it.
MAX_MESSAGE = 1024 * 1024 + 64 * 1024
#: How many results or cancellations one answer holds at most, and about how many bytes.
BATCH = 64
BATCH_BYTES = 512 * 1024


class Op(IntEnum):
    """What is asked of the hub."""

    # callers
    SUBMIT = 1
    TAKE = 2
    CONFIRM = 3
    CANCEL = 4
    # workers
    RECEIVE = 10
    EXTEND = 11
    PUBLISH = 12
    ABANDON = 13
    DEAD_LETTER = 14
    CANCELS = 15
    # both
    PRESENCE = 20
    DEAD = 21
    REDRIVE = 22
    BYE = 23


CALLER_OPS = frozenset((Op.SUBMIT, Op.TAKE, Op.CONFIRM, Op.CANCEL))
WORKER_OPS = frozenset((Op.RECEIVE, Op.EXTEND, Op.PUBLISH, Op.ABANDON, Op.DEAD_LETTER, Op.CANCELS))


class Status(IntEnum):
    """How it went."""

    DONE = 0
    REFUSED = 1
    LEASE_LOST = 2


def pack_list(items: Iterable[bytes]) -> bytes:
    """Several byte strings as one."""
    return b"".join(_LENGTH.pack(len(item)) + item for item in items)


def unpack_list(data: bytes) -> Iterator[bytes]:
    """Several byte strings from one.

    Raises:
        Refused: `bad_frame`.
    """
    at = 0
    while at < len(data):
        if at + _LENGTH.size > len(data):
            raise Refused(Code.BAD_FRAME)
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        if at + length > len(data):
            raise Refused(Code.BAD_FRAME)
        yield data[at : at + length]
        at += length


def pack_lease(lease: Lease) -> bytes:
    """A lease of a hub; its receipt is 8 bytes."""
    assert isinstance(lease.receipt, bytes)
    return _LEASE.pack(lease.attempt, round(lease.seconds * 1000), lease.receipt) + pack_task(lease.task)


def unpack_lease(data: bytes) -> Lease:
    """A lease.

    Raises:
        Refused: `bad_frame`.
    """
    if len(data) < _LEASE.size:
        raise Refused(Code.BAD_FRAME)
    attempt, seconds, receipt = _LEASE.unpack_from(data)
    return Lease(unpack_task(data[_LEASE.size :]), attempt, seconds / 1000, receipt)


def pack_cancel(cancel: Cancel) -> bytes:
    """A cancellation."""
    return cancel.id + cancel.body


def unpack_cancel(data: bytes) -> Cancel:
    """A cancellation."""
    return Cancel(bytes(data[:16]), bytes(data[16:]))


def pack_wait(limit: int, seconds: float) -> bytes:
    """How many, and how long to wait for the first."""
    return _WAIT.pack(limit, round(seconds * 1000))


def unpack_wait(data: bytes) -> tuple[int, float, bytes]:
    """How many, how long, and what follows.

    Raises:
        Refused: `bad_frame`.
    """
    if len(data) < _WAIT.size:
        raise Refused(Code.BAD_FRAME)
    limit, wait = _WAIT.unpack_from(data)
    return limit, min(wait / 1000, 60.0), bytes(data[_WAIT.size :])


def pack_presence(presence: Presence) -> bytes:
    """Who is there."""
    return json.dumps([presence.workers, presence.waiting]).encode()


def unpack_presence(data: bytes) -> Presence:
    """Who is there.

    Raises:
        Refused: `bad_frame`.
    """
    try:
        workers, waiting = json.loads(data)
    except (ValueError, TypeError, RecursionError):
        raise Refused(Code.BAD_FRAME) from None
    if any(type(number) not in (int, type(None)) for number in (workers, waiting)):
        raise Refused(Code.BAD_FRAME)
    return Presence(workers, waiting)


def pack_dead(letters: Iterable[DeadLetter]) -> bytes:
    """Dead letters, as facts."""
    rows = [[x.id.hex(), x.client.hex(), x.reason, x.attempts, x.size, x.age] for x in letters]
    return json.dumps(rows).encode()


def unpack_dead(data: bytes) -> list[DeadLetter]:
    """Dead letters, as facts.

    Raises:
        Refused: `bad_frame`.
    """
    try:
        return [_dead_letter(*row) for row in json.loads(data)]
    except (ValueError, TypeError, RecursionError):
        raise Refused(Code.BAD_FRAME) from None


def _dead_letter(task: str, client: str, reason: object, attempts: object, size: object, age: object) -> DeadLetter:
    if type(reason) is not str or type(attempts) is not int or type(size) is not int:
        raise ValueError
    if not isinstance(age, int | float) or not math.isfinite(age):
        raise ValueError
    return DeadLetter(bytes.fromhex(task), bytes.fromhex(client), reason, attempts, size, age)
