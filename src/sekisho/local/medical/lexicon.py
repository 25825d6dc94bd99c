"""Finding terms of the vocabulary in text, as whole words.

Japanese has no spaces, so a term counts only where a word can begin and end: 「結核」 is not found in
「非結核性」, 「アスピリン」 not in 「バイアスピリン」. The longest term wins. What does not end cleanly is not found: a
wrong statement is worse than a missing one.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sekisho.local.medical.cues import edges
from sekisho.local.medical.fold import fold_keeping_case, script


@dataclass(frozen=True, slots=True)
class Hit:
    """A term at a place in the folded text."""

    code: str
    start: int
    end: int


class NamesOfKind(NamedTuple):
    """The names of one kind of term: folded name -> code, and first characters -> lengths of names, longest first."""

    codes: Mapping[str, str]
    heads: Mapping[str, tuple[int, ...]]


def heads_of(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The lengths of names by their first two characters (one, for names of one character)."""
    lengths: dict[str, set[int]] = {}
    for name in names:
        lengths.setdefault(name[:2], set()).add(len(name))
    return {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}


class Lexicon:
    """Names -> codes for one or more kinds of term; where two kinds share a name, the first kind has it."""

    def __init__(self, parts: Sequence[NamesOfKind], abbreviations: Container[str] = frozenset()) -> None:
        """`abbreviations` are names that count in capitals only."""
        self._parts = parts
        self._heads = frozenset[str]().union(*(part.heads for part in parts))
        self._abbreviations = abbreviations

    def exact(self, key: str) -> str | None:
        """The code of exactly this folded name."""
        return next((part.codes[key] for part in self._parts if key in part.codes), None)

    def scan(self, text: str, shortest: int = 2) -> list[Hit]:
        """Terms in a text, leftmost and longest first, not overlapping. Places are those of `fold(text)`."""
        cased = fold_keeping_case(text)
        folded = cased.lower()
        found: list[Hit] = []
        reached, heads = 0, self._heads
        for start in range(len(folded)):
            # Most places are passed over here: no name begins with these two characters.
            if start < reached or (
                folded[start : start + 2] not in heads and (shortest > 1 or folded[start] not in heads)
            ):
                continue
            hit = self._at(folded, cased, start, shortest)
            if hit is not None:
                found.append(hit)
                reached = hit.end
        return found

    def _at(self, folded: str, cased: str, start: int, shortest: int) -> Hit | None:
        """The longest term that begins here."""
        head, room = folded[start : start + 2], len(folded) - start
        best: Hit | None = None
        for part in self._parts:
            lengths = part.heads.get(head, ())
            if shortest == 1:
                lengths += part.heads.get(head[0], ())
            for size in lengths:
                if size < shortest or (best is not None and size <= best.end - start):
                    break
                name = folded[start : start + size]
                code = part.codes.get(name) if size <= room else None
                if code is not None and self._is_word(folded, cased, start, name):
                    best = Hit(code, start, start + size)
                    break
        return best

    def _is_word(self, folded: str, cased: str, start: int, name: str) -> bool:
        end = start + len(name)
        if name in self._abbreviations and not cased[start:end].isupper():
            return False
        return _begins(folded, start, len(name)) and _ends(folded, end, start)


def _begins(text: str, start: int, size: int) -> bool:
    """Whether a word can begin here."""
    if start == 0:
        return True
    before, first = script(text[start - 1]), script(text[start])
    if first == "latin":
        if text[start - 1] == "-" and start > 1 and script(text[start - 2]) == "latin":
            return False  # C1-INH is not isoniazid
        return before != "latin" or (text[start - 1].isdigit() != text[start].isdigit())
    if first == "katakana":
        return before != "katakana"
    if first == "hiragana" and before == "hiragana":
        # A short word in hiragana is found inside any verb: 「なったこと」 holds no octopus (たこ).
        return size > 2
    if first == "kanji" and before == "kanji":
        return text.endswith(edges("kanji_before"), max(0, start - 6), start)
    return True


def _ends(text: str, end: int, start: int) -> bool:
    """Whether a word can end here."""
    if end == len(text):
        return True
    last, after = script(text[end - 1]), script(text[end])
    if last == "latin":
        return after != "latin" or _is_plural(text, end) or (text[end - 1].isalpha() and text[end].isdigit())
    if last == "katakana" and after == "katakana":
        return text.startswith(edges("katakana_after"), end)
    if last in ("kanji", "katakana") and after == "kanji":
        return text.startswith(edges("kanji_after"), end)
    if last == "hiragana" and end - start < 3 and after == "hiragana":
        return text[end] in "がのはをにでともやへなだ"
    return True


def _is_plural(text: str, end: int) -> bool:
    return text[end] == "s" and (end + 1 == len(text) or script(text[end + 1]) != "latin")
