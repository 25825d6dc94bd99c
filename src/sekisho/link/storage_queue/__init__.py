"""`azurequeue://ACCOUNT/NAME`: a link over Azure Storage queues, by polling. For few calls, and where nothing else is.

A queue of tasks, a queue of dead letters, and a queue of results for each client. No presence, no events, no
cancellations, bodies of up to 47 KiB. docs/LINKS_BROKERS.md says what polling costs.
"""

from __future__ import annotations

from sekisho.link.open import Access
from sekisho.link.storage_queue.account import account_of
from sekisho.link.storage_queue.caller import StorageQueueCaller
from sekisho.link.storage_queue.worker import StorageQueueWorker


def open_caller(url: str, access: Access) -> StorageQueueCaller:
    """The caller's end. It connects when it is first used."""
    return StorageQueueCaller(account_of(url, access))


def open_worker(url: str, access: Access) -> StorageQueueWorker:
    """The worker's end. It connects when it is first used."""
    return StorageQueueWorker(account_of(url, access))
