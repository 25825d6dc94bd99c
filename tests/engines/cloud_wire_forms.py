"""The two wire forms themselves: one turn of a model as Chat Completions and as Responses, whole and as events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

TOOL = "get_patient_background"
#: Tokens that every turn says it used: in, of these from the cache, out.
USED = (1000, 200, 50)


@dataclass(frozen=True)
class Turn:
    """One answer: a call of the tool or pieces of text, perhaps with a thought before."""

    number: int
    call: str = ""
    pieces: tuple[str, ...] = ()
    thought: str = ""
    filtered: bool = False
    #: The same call twice at once, each with a number of its own.
    twice: bool = False

    @property
    def marks(self) -> tuple[str, ...]:
        """What the numbers of its calls end in; none where it calls nothing."""
        return () if not self.call else ("", "b") if self.twice else ("",)


# Chat Completions


def _finish(turn: Turn) -> str:
    return "content_filter" if turn.filtered else "tool_calls" if turn.call else "stop"


def _chat_usage() -> dict[str, Any]:
    given, cached, made = USED
    return {
        "prompt_tokens": given,
        "completion_tokens": made,
        "total_tokens": given + made,
        "prompt_tokens_details": {"cached_tokens": cached},
    }


def answer_chat(turn: Turn, model: str) -> dict[str, Any]:
    """A whole chat completion."""
    message: dict[str, Any] = {"role": "assistant", "content": "".join(turn.pieces) or None}
    if turn.call:
        message["tool_calls"] = [_chat_call(turn, mark, turn.call) for mark in turn.marks]
    return {
        "id": f"chatcmpl-{turn.number}",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": _finish(turn)}],
        "usage": _chat_usage(),
    }


def _chat_call(turn: Turn, mark: str, arguments: str) -> dict[str, Any]:
    return {"id": f"call_{turn.number}{mark}", "type": "function", "function": {"name": TOOL, "arguments": arguments}}


def stream_chat(turn: Turn, model: str) -> Iterator[str]:
    """The same as events; the arguments come in two halves, as they do from a model."""

    def chunk(delta: dict[str, Any], finish: str | None = None, usage: Any = None) -> str:
        choices = [] if usage else [{"index": 0, "delta": delta, "finish_reason": finish}]
        whole = {
            "id": f"chatcmpl-{turn.number}",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": model,
            "choices": choices,
            **({"usage": usage} if usage else {}),
        }
        return f"data: {json.dumps(whole, ensure_ascii=False)}\n\n"

    yield chunk({"role": "assistant", "content": ""})
    for piece in turn.pieces:
        yield chunk({"content": piece})
    for index, mark in enumerate(turn.marks):
        middle = len(turn.call) // 2
        yield chunk({"tool_calls": [{"index": index, **_chat_call(turn, mark, turn.call[:middle])}]})
        yield chunk({"tool_calls": [{"index": index, "function": {"arguments": turn.call[middle:]}}]})
    yield chunk({}, _finish(turn))
    yield chunk({}, usage=_chat_usage())
    yield "data: [DONE]\n\n"


# Responses


def _items(turn: Turn) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    if turn.thought:
        items.append(
            {
                "id": f"rs_{turn.number}",
                "type": "reasoning",
                "summary": [{"type": "summary_text", "text": turn.thought}],
                "content": [],
                "encrypted_content": f"Z0FBQUFB-{turn.number}",
            }
        )
    if turn.pieces:
        items.append(
            {
                "id": f"msg_{turn.number}",
                "type": "message",
                "status": "completed",
                "role": "assistant",
                "content": [{"type": "output_text", "text": "".join(turn.pieces), "annotations": []}],
            }
        )
    items += [
        {
            "id": f"fc_{turn.number}{mark}",
            "type": "function_call",
            "status": "completed",
            "call_id": f"call_{turn.number}{mark}",
            "name": TOOL,
            "arguments": turn.call,
        }
        for mark in turn.marks
    ]
    return items


def answer_responses(turn: Turn, model: str, status: str = "completed") -> dict[str, Any]:
    """A whole response."""
    given, cached, made = USED
    status = "incomplete" if turn.filtered and status == "completed" else status
    return {
        "id": f"resp_{turn.number}",
        "object": "response",
        "created_at": 1,
        "status": status,
        "model": model,
        "output": _items(turn) if status != "in_progress" else [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "error": None,
        "incomplete_details": {"reason": "content_filter"} if turn.filtered else None,
        "usage": {
            "input_tokens": given,
            "input_tokens_details": {"cached_tokens": cached, "cache_write_tokens": 0},
            "output_tokens": made,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": given + made,
        },
    }


def stream_responses(turn: Turn, model: str) -> Iterator[str]:
    """The same as events, in the order of the documentation."""
    count = 0

    def event(kind: str, **content: Any) -> str:
        nonlocal count
        whole = {"type": kind, "sequence_number": count, **content}
        count += 1
        return f"event: {kind}\ndata: {json.dumps(whole, ensure_ascii=False)}\n\n"

    started = answer_responses(turn, model, "in_progress")
    yield event("response.created", response=started)
    yield event("response.in_progress", response=started)
    for index, item in enumerate(_items(turn)):
        where = {"item_id": item["id"], "output_index": index}
        if item["type"] == "reasoning":
            yield event("response.output_item.added", output_index=index, item={**item, "summary": []})
            yield event("response.reasoning_summary_text.delta", **where, summary_index=0, delta=turn.thought)
            yield event("response.reasoning_summary_text.done", **where, summary_index=0, text=turn.thought)
        elif item["type"] == "message":
            yield event("response.output_item.added", output_index=index, item={**item, "content": []})
            part = {"type": "output_text", "text": "", "annotations": []}
            yield event("response.content_part.added", **where, content_index=0, part=part)
            for piece in turn.pieces:
                yield event("response.output_text.delta", **where, content_index=0, delta=piece, logprobs=[])
            text = "".join(turn.pieces)
            yield event("response.output_text.done", **where, content_index=0, text=text, logprobs=[])
            yield event("response.content_part.done", **where, content_index=0, part={**part, "text": text})
        else:
            yield event("response.output_item.added", output_index=index, item={**item, "arguments": ""})
            middle = len(turn.call) // 2
            for half in (turn.call[:middle], turn.call[middle:]):
                yield event("response.function_call_arguments.delta", **where, delta=half)
            yield event("response.function_call_arguments.done", **where, arguments=turn.call, name=TOOL)
        yield event("response.output_item.done", output_index=index, item=item)
    kind = "response.incomplete" if turn.filtered else "response.completed"
    yield event(kind, response=answer_responses(turn, model))
