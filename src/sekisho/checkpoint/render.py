"""Statements -> the summary object, written by our own code from terms and templates (G1)."""

from __future__ import annotations

from collections.abc import Sequence

from sekisho.checkpoint.candidate import Statement
from sekisho.checkpoint.catalog import Catalog, Slot
from sekisho.errors import Code, Refused


def line_of(statement: Statement, catalog: Catalog, language: str) -> str:
    """The text of one statement."""
    return catalog.line(statement.template, statement.terms, language)


def render(statements: Sequence[Statement], catalog: Catalog, language: str) -> dict[str, object]:
    """The summary object with exactly the keys of the catalog's shape.

    The order of lines is ours (rank of the template, then codes), so that whoever chose the statements cannot say
    anything by their order.

    Raises:
        Refused: `too_large` when a key gets more lines than it takes.
    """
    summary: dict[str, object] = {}
    under: dict[str, list[tuple[int, str, tuple[str, ...]]]] = {slot.path: [] for slot in catalog.shape}
    for template, terms, _ in statements:
        known = catalog.templates[template]
        under[known.key].append((known.rank, template, terms))
    for slot in catalog.shape:
        here = sorted(under[slot.path])
        lines = list(dict.fromkeys([catalog.line(template, terms, language) for _, template, terms in here]))
        _place(summary, slot, _value(slot, lines, catalog, language))
    return summary


def _value(slot: Slot, lines: list[str], catalog: Catalog, language: str) -> object:
    if len(lines) > slot.most:
        raise Refused(Code.TOO_LARGE)
    if not slot.default:
        return lines
    return lines[0] if lines else catalog.templates[slot.default].wording(language)


def _place(summary: dict[str, object], slot: Slot, value: object) -> None:
    *parents, last = slot.path.split(".")
    place = summary
    for key in parents:
        inner = place.setdefault(key, {})
        if not isinstance(inner, dict):
            raise Refused(Code.BAD_SHAPE)
        place = inner
    place[last] = value
