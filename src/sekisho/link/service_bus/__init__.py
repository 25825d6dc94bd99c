"""`servicebus://NAMESPACE/NAME`: a link over Azure Service Bus queues; with `/SUBSCRIPTION` after it, over topics.

Tasks go through one entity, results through another one that has sessions: one session for each client, held by one
receiver for as long as the client reads. Dead letters are the service's own. docs/LINKS_BROKERS.md says how both
entities must be set.
"""

from __future__ import annotations

from sekisho.link.open import Access
from sekisho.link.service_bus.caller import ServiceBusCaller
from sekisho.link.service_bus.namespace import namespace_of
from sekisho.link.service_bus.worker import ServiceBusWorker


def open_caller(url: str, access: Access) -> ServiceBusCaller:
    """The caller's end. It connects when it is first used."""
    return ServiceBusCaller(namespace_of(url, access))


def open_worker(url: str, access: Access) -> ServiceBusWorker:
    """The worker's end. It connects when it is first used."""
    return ServiceBusWorker(namespace_of(url, access))
