"""`nats://HOST[:PORT][,HOST...][/NAME]`: a link over NATS JetStream, for many workers. `tls://`, `nats+ws://` and
`nats+wss://` are the same over TLS and over WebSockets.

A work queue of tasks, a stream of results, a stream of dead letters; events, cancellations and presence go over core
NATS. docs/LINKS_BROKERS.md says which permissions each role needs.
"""

from __future__ import annotations

from sekisho.link.nats.address import address_of
from sekisho.link.nats.caller import NatsCaller
from sekisho.link.nats.worker import NatsWorker
from sekisho.link.open import Access


def open_caller(url: str, access: Access) -> NatsCaller:
    """The caller's end. It connects when it is first used."""
    return NatsCaller(address_of(url, access))


def open_worker(url: str, access: Access) -> NatsWorker:
    """The worker's end. It connects when it is first used."""
    return NatsWorker(address_of(url, access))
