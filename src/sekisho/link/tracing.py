"""Spans across the link, where OpenTelemetry is set up. They hold names, times and ids; never content."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from sekisho.link.envelope import NO_TRACE

Trace = tuple[bytes, bytes]


def _api() -> ModuleType | None:
    try:
        return importlib.import_module("opentelemetry.trace")
    except ImportError:
        return None


@contextmanager
def span(name: str, parent: Trace = NO_TRACE) -> Iterator[Trace]:
    """A span, under the one that came in a frame if there is one; its ids, to send along."""
    api = _api()
    if api is None:
        yield NO_TRACE
        return
    tracer = api.get_tracer("sekisho")
    # An exception's text, and so its status, would be content.
    silent = {"record_exception": False, "set_status_on_exception": False}
    with tracer.start_as_current_span(name, context=_context(api, parent), **silent) as current:
        ids = current.get_span_context()
        yield (ids.trace_id.to_bytes(16, "big"), ids.span_id.to_bytes(8, "big")) if ids.is_valid else NO_TRACE


def _context(api: ModuleType, parent: Trace) -> Any:
    """The context of a parent elsewhere; None for the context that is current here."""
    trace_id, span_id = (int.from_bytes(part, "big") for part in parent)
    if not trace_id or not span_id:
        return None
    ids = api.SpanContext(trace_id, span_id, is_remote=True, trace_flags=api.TraceFlags(api.TraceFlags.SAMPLED))
    return api.set_span_in_context(api.NonRecordingSpan(ids))
