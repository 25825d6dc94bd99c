"""The record as text in which identifiers and facts are marked. Local only: this is the record itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sekisho.checkpoint.identifier import Identifier
from sekisho.console.fact_words import FactWords
from sekisho.errors import Code, InputError
from sekisho.local.records.json_file import read_json_file

#: A longer record is not shown as text: its facts are listed all the same.
MAX_SHOWN = 200_000
#: A shorter identifier is marked only where it is a whole value.
_LEAST = 2


@dataclass(frozen=True, slots=True, repr=False)
class Piece:
    """A stretch of the shown text. `identifier`: of which kind, `facts`: those that were read here; or empty."""

    text: str
    identifier: str = ""
    facts: tuple[str, ...] = ()


def marked_record(path: Path, identifiers: Iterable[Identifier], facts: FactWords) -> list[Piece] | None:
    """The file in readable form, cut into pieces; None where it is too long to be shown.

    Raises:
        InputError: It cannot be read.
    """
    try:
        if path.stat().st_size > MAX_SHOWN:
            return None
    except OSError:
        raise InputError(Code.FILE_MISSING, path.name) from None
    known = {form: i.kind.value for i in identifiers for form in _forms(i)}
    pieces: list[Piece] = []
    for text, place, is_value in _tokens(read_json_file(path).content):
        pieces += _marked(text, known if is_value else {}, facts.at(place, text)) if place else [Piece(text)]
    return pieces


def _forms(identifier: Identifier) -> Iterator[str]:
    for form in (identifier.value, *identifier.readings):
        yield form
        if identifier.kind.value == "name":
            yield from (part for part in form.split() if len(part) >= _LEAST)


def _tokens(value: object, place: tuple[str, ...] = (), indent: int = 0) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """The text of a JSON value in pieces: text, where it stands, whether it is a value. Punctuation has no place."""
    pad = "  " * (indent + 1)
    if isinstance(value, dict) and value:
        yield "{\n", (), False
        for number, (key, inner) in enumerate(value.items()):
            yield f'{pad}"', (), False
            yield _escaped(key), (*place, key), False
            yield '": ', (), False
            yield from _tokens(inner, (*place, key), indent + 1)
            yield (",\n" if number + 1 < len(value) else "\n"), (), False
        yield "  " * indent + "}", (), False
    elif isinstance(value, list) and value:
        yield "[\n", (), False
        for number, inner in enumerate(value):
            yield pad, (), False
            yield from _tokens(inner, (*place, f"[{number}]"), indent + 1)
            yield (",\n" if number + 1 < len(value) else "\n"), (), False
        yield "  " * indent + "]", (), False
    elif isinstance(value, str):
        yield '"', (), False
        yield _escaped(value), place, True
        yield '"', (), False
    else:
        yield json.dumps(value), place, True


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _marked(text: str, known: dict[str, str], facts: list[tuple[str, str]]) -> list[Piece]:
    """Cut a text where something is to be marked. An identifier goes before a fact, a longer mark before a shorter."""
    marks: list[tuple[int, int, int, str, str]] = []
    for form, kind in known.items():
        shown = _escaped(form)
        if len(form) < _LEAST:
            marks += [(0, 0, len(text), kind, "")] if text == shown else []
            continue
        marks += [(0, at, at + len(shown), kind, "") for at in _places(text, shown)]
    for fact, word in facts:
        marks += [(1, at, at + len(word), "", fact) for at in list(_places(text, word))[:1]]
    marks.sort(key=lambda mark: (mark[0], mark[1] - mark[2]))
    taken: list[tuple[int, int, str, list[str]]] = []
    for _, start, end, kind, fact in marks:
        same = next((t for t in taken if t[:2] == (start, end)), None)
        if same is not None and fact:
            same[3].append(fact)
        elif all(end <= t[0] or start >= t[1] for t in taken):
            taken.append((start, end, kind, [fact] if fact else []))
    pieces, at = [], 0
    for start, end, kind, named in sorted(taken):
        pieces += [Piece(text[at:start])] if start > at else []
        pieces.append(Piece(text[start:end], kind, tuple(dict.fromkeys(named))))
        at = end
    return [*pieces, Piece(text[at:])] if at < len(text) else pieces


def _places(text: str, form: str) -> Iterator[int]:
    at = text.find(form) if form else -1
    while at >= 0:
        yield at
        at = text.find(form, at + len(form))
