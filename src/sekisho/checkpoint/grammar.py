"""Reads released bytes back with suspicion: is every string a template filled with terms, under the right key? (G1)

It shares no code with the renderer on purpose: a mistake there does not pass here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from string import Formatter

from sekisho.checkpoint.canonical import read_canonical
from sekisho.checkpoint.catalog import EFFECT, STATUS, Catalog, LargeTerms, Template
from sekisho.errors import Code, Refused

#: A template cut up: literal text and slot kinds, in order.
Pieces = tuple[tuple[str, str], ...]


class Grammar:
    """The closed language of one catalog in one language. Building it takes milliseconds: keep it."""

    def __init__(self, catalog: Catalog, language: str) -> None:
        self._keys = {slot.path: slot for slot in catalog.shape}
        self._tree = _tree(catalog)
        self._max_bytes = catalog.max_bytes
        self._kinds = catalog.kinds
        self._displays: dict[str, set[str]] = {}
        large = catalog.terms if isinstance(catalog.terms, LargeTerms) else None
        for term in (large.at_hand() if large else catalog.terms).values():
            self._displays.setdefault(term.display(language), set()).add(term.kind)
        self._others = partial(large.kinds_displayed, language=language) if large else _no_others
        self._templates: dict[str, list[Pieces]] = {path: [] for path in self._keys}
        for template in catalog.templates.values():
            self._templates[template.key].append(_pieces(template, language))
        self._read_line = lru_cache(maxsize=4096)(self._match_line)

    def check(self, data: bytes) -> frozenset[str]:
        """Check the exact bytes; give back the segments (terms and literals) that they are made of.

        Raises:
            Refused: `too_large`, `not_canonical` or `not_in_grammar`.
        """
        if len(data) > self._max_bytes:
            raise Refused(Code.TOO_LARGE)
        segments: set[str] = set()
        for path, value in _leaves(read_canonical(data), self._tree):
            for line in self._lines(path, value):
                segments.update(self._read_line(path, line))
        return frozenset(segments)

    def read(self, line: str) -> tuple[str, ...]:
        """The segments of a line of whichever key; none where it is no line of this catalog."""
        for path in self._keys:
            try:
                return self._read_line(path, line)
            except Refused:
                continue
        return ()

    def _lines(self, path: str, value: object) -> list[str]:
        slot = self._keys[path]
        lines = [value] if slot.default else value
        if not isinstance(lines, list) or len(lines) > slot.most or not all(isinstance(x, str) for x in lines):
            raise Refused(Code.NOT_IN_GRAMMAR)
        return lines

    def _match_line(self, path: str, line: str) -> tuple[str, ...]:
        for pieces in self._templates[path]:
            segments = next(self._match(pieces, line), None)
            if segments is not None:
                return segments
        raise Refused(Code.NOT_IN_GRAMMAR)

    def _match(self, pieces: Pieces, rest: str) -> Iterator[tuple[str, ...]]:
        """Every way to read `rest` as these pieces. A term may itself hold a bracket, so all splits are tried."""
        if not pieces:
            if not rest:
                yield ()
            return
        (literal, slot), *following = pieces
        if literal:
            if rest.startswith(literal):
                for tail in self._match(tuple(following), rest[len(literal) :]):
                    yield (literal, *tail)
            return
        allowed = {slot} if slot in (STATUS, EFFECT) else self._kinds.get(slot, frozenset())
        ends = range(1, len(rest) + 1) if following else (len(rest),)
        for end in ends:
            if self._displays.get(rest[:end], _NOTHING) & allowed or self._others(rest[:end]) & allowed:
                for tail in self._match(tuple(following), rest[end:]):
                    yield (rest[:end], *tail)


_NOTHING: frozenset[str] = frozenset()


def _no_others(_: str) -> frozenset[str]:
    return _NOTHING


def _pieces(template: Template, language: str) -> Pieces:
    pieces: list[tuple[str, str]] = []
    for literal, number, _, _ in Formatter().parse(template.wording(language)):
        if literal:
            pieces.append((literal, ""))
        if number is not None:
            pieces.append(("", template.slots[int(number)]))
    return tuple(pieces)


#: The keys of a summary, nested as they must be; a string is the path of a place for lines.
Tree = dict[str, "Tree | str"]


def _tree(catalog: Catalog) -> Tree:
    tree: Tree = {}
    for slot in catalog.shape:
        *parents, last = slot.path.split(".")
        place = tree
        for key in parents:
            inner = place.setdefault(key, {})
            assert isinstance(inner, dict), "a place for lines holds no keys"
            place = inner
        place[last] = slot.path
    return tree


def _leaves(value: object, tree: Tree) -> Iterator[tuple[str, object]]:
    """What stands at each place. Exactly these keys, nested exactly so: a key is a place to write, too."""
    if not isinstance(value, dict) or value.keys() != tree.keys():
        raise Refused(Code.NOT_IN_GRAMMAR)
    for key, below in tree.items():
        if isinstance(below, str):
            yield below, value[key]
        else:
            yield from _leaves(value[key], below)
