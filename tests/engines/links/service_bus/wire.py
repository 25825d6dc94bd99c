"""Messages as they stand on the wire: batches taken apart, the service's annotations put on."""

from __future__ import annotations

import struct

from proton import Message, int32, symbol, timestamp
from tests.engines.links.service_bus.entity import Stored

_SECTION = b"\x00\x53"
_DATA = 0x75


def messages_in(transfer: bytes) -> list[bytes]:
    """The messages of one transfer: a batch is an envelope whose data sections are whole messages each."""
    at = 0
    while transfer[at : at + 2] == _SECTION and 0x70 <= transfer[at + 2] <= 0x74:
        skipped = _skip(transfer, at + 3)
        if skipped is None:
            return [transfer]
        at = skipped
    found = []
    while transfer[at : at + 3] == _SECTION + bytes([_DATA]):
        start, length = _binary(transfer, at + 3)
        found.append(transfer[start : start + length])
        at = start + length
    whole = at == len(transfer) and bool(found)
    return found if whole and all(one[:2] == _SECTION and 0x70 <= one[2] <= 0x78 for one in found) else [transfer]


def _skip(transfer: bytes, at: int) -> int | None:
    """Past a list or map."""
    match transfer[at]:
        case 0x45:
            return at + 1
        case 0xC0 | 0xC1:
            return at + 2 + transfer[at + 1]
        case 0xD0 | 0xD1:
            return at + 5 + int(struct.unpack_from(">I", transfer, at + 1)[0])
    return None


def _binary(transfer: bytes, at: int) -> tuple[int, int]:
    if transfer[at] == 0xA0:
        return at + 2, transfer[at + 1]
    return at + 5, int(struct.unpack_from(">I", transfer, at + 1)[0])


def parsed(encoded: bytes) -> Message:
    """The message of these bytes."""
    message = Message()
    message.decode(encoded)
    return message


def scheduled_of(message: Message) -> float:
    """When it may be received from, as seconds since the epoch; 0 for at once."""
    at = (message.annotations or {}).get(symbol("x-opt-scheduled-enqueue-time"))
    return int(at) / 1000 if at else 0.0


def outgoing(stored: Stored, *, locked: bool) -> bytes:
    """The message with what the service adds to it."""
    message = parsed(stored.encoded)
    notes = dict(message.annotations or {})
    notes[symbol("x-opt-sequence-number")] = stored.sequence
    notes[symbol("x-opt-enqueue-sequence-number")] = stored.sequence
    notes[symbol("x-opt-enqueued-time")] = timestamp(int(stored.enqueued * 1000))
    if locked:
        notes[symbol("x-opt-locked-until")] = timestamp(int(stored.locked_until * 1000))
    if stored.dead_source:
        notes[symbol("x-opt-deadletter-source")] = stored.dead_source
        properties = dict(message.properties or {})
        properties |= {"DeadLetterReason": stored.reason, "DeadLetterErrorDescription": stored.description}
        message.properties = properties
    if stored.scheduled:
        notes[symbol("x-opt-message-state")] = int32(2)
    message.annotations = notes
    message.delivery_count = stored.deliveries
    return bytes(message.encode())
