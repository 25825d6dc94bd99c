"""The terms of a whole note, looked for once: whoever reads a sentence asks only for its kinds.

Of the kinds asked for the longest term at the leftmost place wins, as in `Lexicon.scan`.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cache

from sekisho.local.medical.lexicon import Hit, is_word
from sekisho.local.medical.short_forms import short_forms
from sekisho.local.medical.vocabulary import BEGINNING, NOTE_KINDS, Vocabulary


class NoteScan:
    """Where terms stand in a folded text."""

    def __init__(self, folded: str, cased: str, vocabulary: Vocabulary, capitals: bool = True) -> None:
        """`capitals`: the note is written with capitals, so that a short form can be told from a word."""
        self._starts: list[int] = []
        self._found: list[dict[str, Hit]] = []
        self._kinds: dict[tuple[tuple[str, ...], int], tuple[list[int], list[list[Hit]]]] = {}
        self._folded, self._cased, self._vocabulary = folded, cased, vocabulary
        local = [(kind, vocabulary.lexicon(kind)) for kind in NOTE_KINDS if kind in vocabulary.local_kinds]
        starts = self._starts_of_shipped()
        if local:
            starts = sorted({*starts, *vocabulary.lexicon(*vocabulary.local_kinds).beginnings(folded)})
        forms = {hit.start: hit for hit in short_forms(folded, cased)} if capitals else {}
        for start in sorted({*starts, *forms}) if forms else starts:
            form = forms.get(start)
            here = self._shipped(start)
            if form is not None:
                states = {k: h for k, h in here.items() if vocabulary.course.get(h.code) == "state"}
                here = {**states, form.code.partition(":")[0]: form}
            for kind, lexicon in local:
                if (hit := lexicon.at(folded, cased, start, 1)) is not None:
                    here[kind] = hit
            if here:
                self._starts.append(start)
                self._found.append(here)

    def hits(self, start: int, end: int, kinds: tuple[str, ...], shortest: int = 2) -> list[Hit]:
        """Terms of these kinds between two places of the text; their own places count from `start`."""
        starts, found = self._of_kinds(kinds, shortest)
        hits: list[Hit] = []
        reached = start
        for at in range(bisect_left(starts, start), bisect_left(starts, end)):
            if starts[at] < reached:
                continue
            hit = next((hit for hit in found[at] if hit.end <= end), None)
            if hit is not None:
                hits.append(Hit(hit.code, hit.start - start, hit.end - start))
                reached = hit.end
        return hits

    def holds(self, start: int, end: int) -> bool:
        """Whether a term of any kind begins between two places of the text."""
        at = bisect_left(self._starts, start)
        return at < len(self._starts) and self._starts[at] < end

    def _of_kinds(self, kinds: tuple[str, ...], shortest: int) -> tuple[list[int], list[list[Hit]]]:
        """Where terms of these kinds begin, and the terms there, the longest first."""
        known = self._kinds.get((kinds, shortest))
        if known is None:
            starts, found = [], []
            for start, here in zip(self._starts, self._found, strict=True):
                terms = [hit for kind in kinds if (hit := here.get(kind)) and hit.end - hit.start >= shortest]
                if terms:
                    starts.append(start)
                    found.append(sorted(terms, key=lambda hit: -hit.end))
            known = self._kinds[kinds, shortest] = (starts, found)
        return known

    def _starts_of_shipped(self) -> list[int]:
        """Where a shipped name could begin: most places are passed over here."""
        folded, known = self._folded, self._vocabulary.beginnings
        heads = self._vocabulary.lexicon(*NOTE_KINDS).heads
        pairs = [at for at in range(len(folded)) if folded[at : at + 2] in heads]
        found = {at for at, letter in enumerate(folded) if letter in known}
        for size in range(2, BEGINNING + 1):
            found.update([at for at in pairs if folded[at : at + size] in known])
        return sorted(found)

    def _shipped(self, start: int) -> dict[str, Hit]:
        """The longest shipped name of every kind that begins here."""
        folded, names, known = self._folded, self._vocabulary.names, self._vocabulary.beginnings
        room = len(folded) - start
        here: dict[str, Hit] = {}
        for first in range(min(BEGINNING, room), 0, -1):
            sizes = known.get(folded[start : start + first])
            if sizes is None:
                continue
            for size, bits in zip(sizes[::2], sizes[1::2], strict=True):
                if size > room:
                    continue
                name = folded[start : start + size]
                for kind in _kinds(bits):
                    code = names[kind].get(name)
                    if code is None or kind in here:
                        continue
                    if not is_word(folded, self._cased, start, name, self._vocabulary.abbreviations):
                        break
                    here[kind] = Hit(code, start, start + size)
        return here


@cache
def _kinds(bits: int) -> tuple[str, ...]:
    return tuple(kind for bit, kind in enumerate(NOTE_KINDS) if bits & 1 << bit)
