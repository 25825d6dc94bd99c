"""What an adapter keeps of a delivery whose lease it must watch itself, because the engine does not tell its end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sekisho.link.protocol import Lease, LeaseLost

Message = TypeVar("Message")


@dataclass(slots=True)
class Receipt(Generic[Message]):
    """A delivery, and until when it is ours by our own clock (`now`)."""

    message: Message
    ends: float


def held(lease: Lease) -> Receipt[Any]:
    """The receipt of a lease that is still ours.

    Raises:
        LeaseLost: It has run out.
    """
    assert isinstance(lease.receipt, Receipt)
    if now() >= lease.receipt.ends:
        raise LeaseLost
    return lease.receipt


def now() -> float:
    """The loop's clock, in seconds."""
    return asyncio.get_running_loop().time()
