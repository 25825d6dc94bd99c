"""Finding terms of the vocabulary in text, as whole words.

Japanese has no spaces, so a term counts only where a word can begin and end: 「結核」 is not found in
「非結核性」, 「アスピリン」 not in 「バイアスピリン」. The longest term wins. What does not end cleanly is not found: a
wrong statement is worse than a missing one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

import ahocorasick

from sekisho.local.medical.cues import edges
from sekisho.local.medical.fold import fold_keeping_case, script


@dataclass(frozen=True, slots=True)
class Hit:
    """A term at a place in the folded text."""

    code: str
    start: int
    end: int


class Lexicon:
    """Names -> codes for one or more kinds of term."""

    def __init__(self, names: Mapping[str, str], abbreviations: Set[str] = frozenset()) -> None:
        """`names` maps folded names to codes; those that are abbreviations count in capitals only."""
        self._names = names
        self._abbreviations = abbreviations
        self._automaton = ahocorasick.Automaton()
        for name, code in names.items():
            self._automaton.add_word(name, (len(name), code))
        self._automaton.make_automaton()

    def exact(self, key: str) -> str | None:
        """The code of exactly this folded name."""
        return self._names.get(key)

    def scan(self, text: str, shortest: int = 2) -> list[Hit]:
        """Terms in a text, leftmost and longest first, not overlapping. Places are those of `fold(text)`."""
        if not self._names:
            return []
        cased = fold_keeping_case(text)
        folded = cased.lower()
        found = [
            Hit(code, end + 1 - size, end + 1)
            for end, (size, code) in self._automaton.iter(folded)
            if size >= shortest and _begins(folded, end + 1 - size, size) and _ends(folded, end + 1, end + 1 - size)
            and self._is_cased(cased[end + 1 - size : end + 1], folded[end + 1 - size : end + 1])
        ]
        return list(_longest(found))

    def _is_cased(self, written: str, name: str) -> bool:
        return name not in self._abbreviations or written.isupper()


def _longest(found: Iterable[Hit]) -> Iterator[Hit]:
    reached = 0
    for hit in sorted(found, key=lambda h: (h.start, -h.end)):
        if hit.start >= reached:
            yield hit
            reached = hit.end


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
