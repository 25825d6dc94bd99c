"""How a task and a result look as bytes, for adapters whose engine carries one body. Nothing here is sealed.

Task:    version 1 | id 16 | client 16 | ttl in ms 4 | body
Result:  version 1 | id 16 | client 16 | kind 1     | body
"""

from __future__ import annotations

import struct

from sekisho.errors import Code, Refused
from sekisho.link.protocol import Result, ResultKind, Task

VERSION = 1
_TASK = struct.Struct(">B16s16sI")
_RESULT = struct.Struct(">B16s16sB")
_KINDS = (ResultKind.ANSWER, ResultKind.EVENT, ResultKind.FAILED)
#: Bytes that packing adds to a body.
OVERHEAD = max(_TASK.size, _RESULT.size)


def pack_task(task: Task) -> bytes:
    """A task as bytes."""
    ttl = min(max(round(task.ttl * 1000), 0), 0xFFFFFFFF)
    return _TASK.pack(VERSION, task.id, task.client, ttl) + task.body


def unpack_task(data: bytes) -> Task:
    """A task from bytes.

    Raises:
        Refused: `bad_frame`.
    """
    if len(data) < _TASK.size or data[0] != VERSION:
        raise Refused(Code.BAD_FRAME)
    _, task_id, client, ttl = _TASK.unpack_from(data)
    return Task(task_id, client, ttl / 1000, bytes(data[_TASK.size :]))


def pack_result(result: Result) -> bytes:
    """A result as bytes."""
    return _RESULT.pack(VERSION, result.id, result.client, _KINDS.index(result.kind)) + result.body


def unpack_result(data: bytes, receipt: object = None) -> Result:
    """A result from bytes.

    Raises:
        Refused: `bad_frame`.
    """
    if len(data) < _RESULT.size or data[0] != VERSION:
        raise Refused(Code.BAD_FRAME)
    _, task_id, client, kind = _RESULT.unpack_from(data)
    if kind >= len(_KINDS):
        raise Refused(Code.BAD_FRAME)
    return Result(task_id, client, _KINDS[kind], bytes(data[_RESULT.size :]), receipt)
