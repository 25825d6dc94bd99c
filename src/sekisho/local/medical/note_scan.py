"""The terms of a whole note, looked for once: whoever reads a sentence asks only for its kinds.

Of the kinds asked for the longest term at the leftmost place wins, as in `Lexicon.scan`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache
from string import ascii_lowercase

from sekisho.local.medical.fold import script
from sekisho.local.medical.lexicon import Hit, is_word
from sekisho.local.medical.short_forms import short_forms
from sekisho.local.medical.told_operations import told_operations
from sekisho.local.medical.treated_problems import treated_problems
from sekisho.local.medical.vocabulary import BEGINNING, NOTE_KINDS, Vocabulary

_LATIN = frozenset(ascii_lowercase)
_KATAKANA = frozenset(letter for letter in map(chr, range(0x30A0, 0x3100)) if script(letter) == "katakana")


class NoteScan:
    """Where terms stand in a folded text."""

    def __init__(self, folded: str, cased: str, vocabulary: Vocabulary, capitals: bool = True) -> None:
        """`capitals`: the note is written with capitals, so that a short form can be told from a word."""
        self._starts: list[int] = []
        self._found: list[dict[str, Hit]] = []
        self._kinds: dict[tuple[tuple[str, ...], int], tuple[list[int], list[list[Hit]]]] = {}
        self._folded, self._cased, self._vocabulary = folded, cased, vocabulary
        local = [(kind, vocabulary.lexicon(kind)) for kind in NOTE_KINDS if kind in vocabulary.local_kinds]
        begun = self._beginnings()
        starts = sorted(begun)
        if local:
            starts = sorted({*starts, *vocabulary.lexicon(*vocabulary.local_kinds).beginnings(folded)})
        forms = {hit.start: hit for hit in short_forms(folded, cased)} if capitals else {}
        for start in sorted({*starts, *forms}) if forms else starts:
            form = forms.get(start)
            here = self._shipped(start, begun.get(start, ()))
            if form is not None:
                states = {k: h for k, h in here.items() if vocabulary.course.get(h.code) == "state"}
                here = {**states, form.code.partition(":")[0]: form}
            for kind, lexicon in local:
                if (hit := lexicon.at(folded, cased, start, 1)) is not None:
                    here[kind] = hit
            if here:
                self._starts.append(start)
                self._found.append(here)
        treated = treated_problems(folded, self.hits(0, len(folded), ("medicine", "class")), vocabulary)
        self._add([*treated, *told_operations(folded)])

    def hits(self, start: int, end: int, kinds: tuple[str, ...], shortest: int = 2) -> list[Hit]:
        """Terms of these kinds between two places of the text; their own places count from `start`."""
        starts, found = self._kinds.get((kinds, shortest)) or self._of_kinds(kinds, shortest)
        hits: list[Hit] = []
        reached = start
        for at in range(bisect_left(starts, start), len(starts)):
            if starts[at] >= end:
                break
            if starts[at] < reached:
                continue
            hit = next((hit for hit in found[at] if hit.end <= end), None)
            if hit is not None:
                hits.append(Hit(hit.code, hit.start - start, hit.end - start))
                reached = hit.end
        return hits

    def kinds(self, start: int, end: int) -> frozenset[str]:
        """The kinds of the terms that begin between two places of the text."""
        first, beyond = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return frozenset().union(*self._found[first:beyond])

    def _add(self, told: Iterable[Hit]) -> None:
        """Put in terms that are told without their names, where none of their kind has a name."""
        named = [(hit.start, hit.end) for hit in self.hits(0, len(self._folded), ("condition",))]
        for hit in sorted(told, key=lambda hit: (hit.start, -hit.end)):
            beside = bisect_left(named, (hit.start, 0))
            if named[beside : beside + 1] and named[beside][0] < hit.end:
                continue
            if beside and named[beside - 1][1] > hit.start:
                continue
            named.insert(beside, (hit.start, hit.end))
            at = bisect_left(self._starts, hit.start)
            if at == len(self._starts) or self._starts[at] != hit.start:
                self._starts.insert(at, hit.start)
                self._found.insert(at, {})
            self._found[at]["condition"] = hit
        self._kinds.clear()

    def _of_kinds(self, kinds: tuple[str, ...], shortest: int) -> tuple[list[int], list[list[Hit]]]:
        """Where terms of these kinds begin, and the terms there, the longest first."""
        starts, found = [], []
        for start, here in zip(self._starts, self._found, strict=True):
            terms = [hit for kind in kinds if (hit := here.get(kind)) and hit.end - hit.start >= shortest]
            if terms:
                starts.append(start)
                found.append(sorted(terms, key=lambda hit: -hit.end) if len(terms) > 1 else terms)
        self._kinds[kinds, shortest] = (starts, found)
        return starts, found

    def _beginnings(self) -> dict[int, list[tuple[int, ...]]]:
        """Where a shipped name could begin, and what `Vocabulary.beginnings` tells there, the longest names first.

        Most places are passed over here.
        """
        folded, known = self._folded, self._vocabulary.beginnings
        heads = self._vocabulary.lexicon(*NOTE_KINDS).heads
        found: dict[int, list[tuple[int, ...]]] = {}
        pairs = [at for at in range(len(folded) - 1) if folded[at : at + 2] in heads]
        # Within a Latin word none begins.
        pairs = [at for at in pairs if folded[at] not in _LATIN or not at or folded[at - 1] not in _LATIN]
        # Nor within one in katakana.
        pairs = [at for at in pairs if folded[at] not in _KATAKANA or not at or folded[at - 1] not in _KATAKANA]
        for size in range(BEGINNING, 1, -1):
            for at in [at for at in pairs if folded[at : at + size] in known]:
                if at + size <= len(folded):
                    found.setdefault(at, []).append(known[folded[at : at + size]])
        letters = {letter: known[letter] for letter in set(folded) if letter in known}
        for at, letter in enumerate(folded) if letters else ():
            if letter in letters:
                found.setdefault(at, []).append(letters[letter])
        return found

    def _shipped(self, start: int, begun: Sequence[tuple[int, ...]]) -> dict[str, Hit]:
        """The longest shipped name of every kind that begins here. `begun`: what `_beginnings` tells of this place."""
        folded, names = self._folded, self._vocabulary.names
        room = len(folded) - start
        here: dict[str, Hit] = {}
        for sizes in begun:
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
