"""What a client of the gateway's link may do, and what becomes of it: requests in, answers out, on one exchange.

A session is one client process. It may come over several connections, one after the other.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from enum import Enum

from sekisho.errors import Code, Refused, SekishoError
from sekisho.link import rpc
from sekisho.link.exchange import Exchange
from sekisho.link.feed import Feed, Item
from sekisho.link.protocol import Cancel, LeaseLost, Result
from sekisho.link.rpc import HEAD, Op, Status
from sekisho.link.wire import pack_result, unpack_result, unpack_task

_HELD = struct.Struct(">16s8s")
_DELAY = struct.Struct(">I")
_SECONDS = struct.Struct(">I")


class Role(Enum):
    """What a client came as; its token says it."""

    CALLER = "caller"
    WORKER = "worker"


class Session:
    """One client of the hub."""

    def __init__(self, exchange: Exchange, name: bytes, role: Role) -> None:
        self._exchange = exchange
        self._name = name
        self._role = role
        self._results: dict[bytes, Feed[Result]] = {}
        self._cancels: Feed[Cancel] | None = None

    async def answer(self, request: bytes) -> bytes | None:
        """The answer to a request; None where none is wanted."""
        if len(request) < HEAD.size:
            return None
        op, number = HEAD.unpack_from(request)
        try:
            status, result = Status.DONE, await self._do(op, request[HEAD.size :])
        except SekishoError as error:
            status, result = Status.REFUSED, error.code.value.encode()
        except LeaseLost:
            status, result = Status.LEASE_LOST, b""
        except (struct.error, ValueError, KeyError):
            status, result = Status.REFUSED, Code.BAD_FRAME.value.encode()
        return HEAD.pack(status, number) + result if number else None

    def connected(self) -> None:
        """The client has a connection again: what was handed out on the last one may not have arrived."""
        self._leave_readers()

    def lost(self) -> None:
        """The connection broke."""
        if self._role is Role.WORKER:
            self._exchange.worker_went(self._name, goodbye=False)

    def end(self) -> None:
        """The client is gone for good."""
        self._leave_readers()
        if self._role is Role.WORKER:
            self._exchange.worker_went(self._name, goodbye=True)

    def _leave_readers(self) -> None:
        for reader in self._results.values():
            self._exchange.leave(reader)
        self._results.clear()
        if self._cancels is not None:
            self._exchange.leave(self._cancels)
            self._cancels = None

    async def _do(self, op: int, data: bytes) -> bytes:
        allowed = rpc.CALLER_OPS if self._role is Role.CALLER else rpc.WORKER_OPS
        if op == Op.RECEIVE and op in allowed:
            limit, wait, _ = rpc.unpack_wait(data)
            leases = await self._exchange.receive(self._name, min(limit, rpc.BATCH), wait)
            return rpc.pack_list(map(rpc.pack_lease, leases))
        if op == Op.TAKE and op in allowed:
            return await self._take(data)
        if op == Op.CANCELS and op in allowed:
            fresh, wait, _ = rpc.unpack_wait(data)
            if fresh or self._cancels is None:
                if self._cancels is not None:
                    self._exchange.leave(self._cancels)
                self._cancels = self._exchange.read_cancels()
            return rpc.pack_list(await _gather(self._cancels, wait, rpc.pack_cancel))
        if op == Op.PRESENCE:
            return rpc.pack_presence(self._exchange.presence())
        if op == Op.DEAD:
            limit, _, _ = rpc.unpack_wait(data)
            return rpc.pack_dead(self._exchange.dead(limit))
        if op == Op.REDRIVE:
            return b"\1" if self._exchange.redrive(data) else b"\0"
        if op == Op.BYE:
            self.end()
            return b""
        if op not in allowed:
            raise Refused(Code.POLICY)
        return self._at_once(op, data)

    def _at_once(self, op: int, data: bytes) -> bytes:
        """What needs no waiting."""
        if op == Op.SUBMIT:
            self._exchange.submit(unpack_task(data))
        elif op == Op.PUBLISH:
            self._exchange.publish(unpack_result(data))
        elif op == Op.CONFIRM:
            self._exchange.confirm(data[:16], data[16:])
        elif op == Op.CANCEL:
            self._exchange.cancel(rpc.unpack_cancel(data))
        elif op == Op.EXTEND:
            return _SECONDS.pack(round(self._exchange.extend(*_HELD.unpack(data)) * 1000))
        elif op == Op.ABANDON:
            task_id, receipt = _HELD.unpack_from(data)
            self._exchange.abandon(task_id, receipt, _DELAY.unpack_from(data, _HELD.size)[0] / 1000)
        elif op == Op.DEAD_LETTER:
            task_id, receipt = _HELD.unpack_from(data)
            self._exchange.dead_letter(task_id, receipt, data[_HELD.size :].decode("ascii"))
        return b""

    async def _take(self, data: bytes) -> bytes:
        fresh, wait, client = rpc.unpack_wait(data)
        reader = self._results.get(client)
        if fresh or reader is None:
            if reader is not None:
                self._exchange.leave(reader)
            if len(client) != 16 or len(self._results) > 64:
                raise Refused(Code.BAD_FRAME)
            reader = self._results[client] = self._exchange.read_results(client)
        return rpc.pack_list(await _gather(reader, wait, pack_result))


async def _gather(reader: Feed[Item], wait: float, pack: Callable[[Item], bytes]) -> list[bytes]:
    """What the reader has, waiting for the first."""
    items: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(wait):
            items.append(pack(await anext(reader)))
            size = len(items[0])
        while reader.behind and len(items) < rpc.BATCH and size < rpc.BATCH_BYTES:
            items.append(pack(await anext(reader)))
            size += len(items[-1])
    except (TimeoutError, StopAsyncIteration):
        pass
    return items


def held(task_id: bytes, receipt: object) -> bytes:
    """A held task as a request names it."""
    assert isinstance(receipt, bytes)
    return _HELD.pack(task_id, receipt)


def pack_delay(seconds: float) -> bytes:
    """A delay as a request names it."""
    return _DELAY.pack(round(seconds * 1000))


def seconds_of(answer: bytes) -> float:
    """The length of a lease in an answer.

    Raises:
        Refused: `bad_frame`.
    """
    if len(answer) != _SECONDS.size:
        raise Refused(Code.BAD_FRAME)
    return float(_SECONDS.unpack(answer)[0]) / 1000
