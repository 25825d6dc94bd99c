"""Stands between the cloud's tool calls and our tool: pins the case, caps the calls, registers the results.

It turns every failure of a call into a fixed code. A summary must carry the checkpoint's signature. What is neither a
signed summary nor a code it leaves unregistered, and the guard stops the run. (A code is from a closed list and may be
ours: it needs no signature.)
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from agent_framework import Content, FunctionInvocationContext, FunctionMiddleware
from agent_framework.exceptions import MiddlewareException

from sekisho.cloud.approvals import Approvals
from sekisho.cloud.connection import PROGRESS_TOKEN, Contact
from sekisho.cloud.events import Emit, Stopwatch, ToolRequested, ToolResult
from sekisho.cloud.seals import Seals
from sekisho.cloud.summary import is_releasable, read_error, read_summary, write_error
from sekisho.errors import Code
from sekisho.offered_tool import TOOL

#: One is enough; a second is a model's slip. More would only probe the private zone.
MAX_CALLS: Final = 2


class ToolWatch(FunctionMiddleware):
    """Watches the calls of one run."""

    def __init__(
        self, case: str | None, approvals: Approvals, seals: Seals, contact: Contact, emit: Emit, clock: Stopwatch
    ) -> None:
        self._case = case
        self._approvals = approvals
        self._seals = seals
        #: Whether a summary came without the signature that it must carry.
        self.saw_unsigned = False
        self._contact = contact
        self._emit = emit
        self._clock = clock
        self._calls = 0
        self._disclosed: list[bytes] = []

    @property
    def disclosed(self) -> tuple[bytes, ...]:
        """The exact bytes of each summary that the tool has answered with, in order."""
        return tuple(self._disclosed)

    async def process(self, context: FunctionInvocationContext, call_next: Callable[[], Awaitable[None]]) -> None:
        self._calls += 1
        self._emit(ToolRequested(self._clock.ms(), _plain(context.arguments)))
        carried: dict[str, str] = {}
        if self._calls > MAX_CALLS:
            context.result = write_error(Code.POLICY)
        else:
            carried = self._seals.fresh()
            await self._call(context, call_next, carried)
        text = _only_text(context.result)
        if context.function.name == TOOL and text is not None and is_releasable(text):
            # The framework's own list is replaced, so that nothing rides along with the text.
            context.result = text
            if read_error(text) is not None or self._seals.holds(text, carried):
                self._register(str(context.metadata["call_id"]), text)
            else:
                self.saw_unsigned = True

    async def _call(
        self, context: FunctionInvocationContext, call_next: Callable[[], Awaitable[None]], carried: Mapping[str, str]
    ) -> None:
        # The case is ours to say, not the model's: one question is about one case.
        arguments = _plain(context.arguments)
        arguments.pop("case", None)
        context.arguments = arguments if self._case is None else {**arguments, "case": self._case}
        context.kwargs["_meta"] = {"progressToken": PROGRESS_TOKEN, **carried}
        try:
            await call_next()
        except MiddlewareException:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it says may not reach the cloud
            context.result = write_error(self._code_of(error))

    def _code_of(self, error: Exception) -> Code:
        if isinstance(error, TypeError):  # the arguments do not fit the schema
            return Code.BAD_ARGUMENTS
        return read_error(str(error)) or self._contact.code()

    def _register(self, call_id: str, text: str) -> None:
        data = text.encode()
        if read_summary(text) is not None:
            self._disclosed.append(data)
        self._approvals.tool_answered(call_id, text)
        self._emit(ToolResult(self._clock.ms(), len(data), hashlib.sha256(data).hexdigest(), text))


def _plain(arguments: object) -> dict[str, object]:
    return dict(arguments) if isinstance(arguments, Mapping) else {}


def _only_text(result: object) -> str | None:
    """The text of a result that is one text and nothing else."""
    if isinstance(result, str):
        return result
    if isinstance(result, list) and len(result) == 1 and type(result[0]) is Content and result[0].type == "text":
        return result[0].text
    return None
