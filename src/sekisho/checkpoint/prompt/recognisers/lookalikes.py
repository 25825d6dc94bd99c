"""What the user typed in the form of a placeholder: it stands for itself, never for a value of ours."""

from __future__ import annotations

from collections.abc import Iterator

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.placeholder_form import PLACEHOLDER
from sekisho.checkpoint.prompt.spans import Span, Typed


def find(typed: Typed) -> Iterator[Span]:
    """Spans of look-alikes."""
    for found in PLACEHOLDER.finditer(typed.plain):
        yield Span(found.start(), found.end(), Kind.OTHER)
