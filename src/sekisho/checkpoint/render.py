"""Statements -> the summary object, written by our own code from terms and templates (G1)."""

from __future__ import annotations

from collections.abc import Sequence

from sekisho.checkpoint.candidate import Statement
from sekisho.checkpoint.catalog import Catalog, Slot
from sekisho.errors import Code, Refused


def line_of(statement: Statement, catalog: Catalog, language: str) -> str:
    """The text of one statement."""
    wording = catalog.templates[statement.template].wording(language)
    return wording.format(*(catalog.terms[code].display(language) for code in statement.terms))


def render(statements: Sequence[Statement], catalog: Catalog, language: str) -> dict[str, object]:
    """The summary object with exactly the keys of the catalog's shape.

    The order of lines is ours (rank of the template, then codes), so that whoever chose the statements cannot say
    anything by their order.

    Raises:
        Refused: `too_large` when a key gets more lines than it takes.
    """
    summary: dict[str, object] = {}
    for slot in catalog.shape:
        here = [s for s in statements if catalog.templates[s.template].key == slot.path]
        here.sort(key=lambda s: (catalog.templates[s.template].rank, s.template, s.terms))
        lines = list(dict.fromkeys(line_of(s, catalog, language) for s in here))
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
