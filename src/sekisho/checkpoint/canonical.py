"""The one serialisation: sorted keys, UTF-8, no insignificant space. What is approved is these bytes (G3)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sekisho.errors import Code, Refused


def canonical_bytes(value: object) -> bytes:
    """Serialise plain JSON data in the canonical form.

    Raises:
        Refused: `not_canonical` for what JSON or UTF-8 cannot hold (NaN, lone surrogates, other types).
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
        return text.encode("utf-8")
    except (TypeError, ValueError, RecursionError):
        raise Refused(Code.NOT_CANONICAL) from None


def read_canonical(data: bytes) -> object:
    """Read bytes back, and insist that they are canonical: writing the value again gives the same bytes.

    That also refuses duplicate keys, other encodings, escapes and trailing text.

    Raises:
        Refused: `not_canonical`.
    """
    try:
        value = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused(Code.NOT_CANONICAL) from None
    if canonical_bytes(value) != data:
        raise Refused(Code.NOT_CANONICAL)
    return value


def texts_in(value: object) -> Iterator[str]:
    """Every string of plain JSON data, however deep; names of keys are none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
