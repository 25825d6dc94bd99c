"""A record as a language model may read it: words of the vocabulary as the record writes them, and closed words about
them, in the record's own order. Everything else is taken out, whether or not anybody would call it an identifier (G5).

This is not masking: masking takes out what was recognised. Here what was recognised is what stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sekisho.checkpoint.wall import Wall
from sekisho.local.facts import FactSheet
from sekisho.local.medical.cues import cue
from sekisho.local.medical.fold import fold_keeping_case
from sekisho.local.medical.meaning import sentences
from sekisho.local.medical.prompts import labels
from sekisho.local.medical.vocabulary import Vocabulary
from sekisho.local.model.protocol import Reduced
from sekisho.local.records.record import Item, Record, Section

GAP = "…"
_KINDS = ("condition", "medicine", "class", "allergen", "lab", "vital", "lifestyle", "symptom")
#: Words about a term that a reader needs. Each is a word of `closed/cues.toml`.
_CUES = (
    ("negated", "after"), ("negated", "before"), ("family", "words"), ("suspected", "words"), ("past", "words"),
    ("remission", "words"), ("active", "words"), ("stopped", "words"), ("allergy", "words"), ("someone_else", "words"),
)  # fmt: skip
#: A result: a few digits, or a blood pressure. A longer number could be somebody's.
_RESULT = re.compile(r"[<>≤≥]?\s?\d{1,3}(?:\.\d{1,3})?|\d{2,3}\s?/\s?\d{2,3}|\([-+±]\)|[-+±]{1,3}")
_MOST_LINES = 400
#: Characters of a record that are read for a prompt, which holds far fewer: a caller waits meanwhile.
_MOST_READ = 300_000


@dataclass(frozen=True, slots=True)
class Reducer:
    """Reduces records. Keep one a vocabulary."""

    vocabulary: Vocabulary

    def reduce(self, record: Record, sheet: FactSheet, wall: Wall, language: str) -> Reduced:
        """The lines that a model may read. One in which the wall still finds something is left out."""
        told = {
            f"{labels(language)[label]}: {' '.join(pieces)}": [piece for piece in pieces if piece != GAP]
            for label, pieces in self._lines(record, sheet, language)
        }
        kept = list(told)[:_MOST_LINES]
        if wall.find("\n".join(kept), [word for line in kept for word in told[line]]) is not None:
            kept = [line for line in kept if wall.find(line, told[line]) is None]
        words = dict.fromkeys(word for line in kept for word in told[line])
        unread = sum(len(item.text) for item in record.items) > _MOST_READ
        return Reduced(tuple(kept), tuple(words), left_out=len(told) - len(kept) + unread)

    def _lines(self, record: Record, sheet: FactSheet, language: str) -> Iterator[tuple[str, list[str]]]:
        for kind in ("age", "sex"):
            for fact in sheet.of(kind):
                yield kind, [self.vocabulary.terms[fact.code].display(language)]
        room = _MOST_READ
        for item in record.items:
            text, room = item.text[:room], max(0, room - len(item.text))
            if item.section in (Section.LAB, Section.VITAL):
                name = self._known(text)
                if name and (value := item.value.strip()) and _RESULT.fullmatch(value):
                    yield item.section.value, [*name, value]
            elif item.section is Section.NOTE:
                for sentence in sentences(fold_keeping_case(text)):
                    if pieces := self._known(sentence.text):
                        yield item.section.value, pieces
            elif item.section is not Section.PROCEDURE and (pieces := self._known(text)):
                yield item.section.value, [*pieces, *self._cues_alone(item)]

    def _known(self, text: str) -> list[str]:
        """The known words of a text in their order, a gap for what stood between; empty where no term is in it."""
        cased = fold_keeping_case(text)
        folded = cased.lower()
        if len(folded) != len(cased):
            cased = folded
        hits = self.vocabulary.lexicon(*_KINDS).scan(cased)
        if not hits:
            return []
        taken = [(hit.start, hit.end) for hit in hits]
        taken += [
            span for span in _cues_in(folded) if not any(span[0] < hit.end and hit.start < span[1] for hit in hits)
        ]
        return _with_gaps(cased, taken)

    def _cues_alone(self, item: Item) -> list[str]:
        """What the entry's own status says, in closed words."""
        folded = fold_keeping_case(item.status).lower()
        return _with_gaps(folded, _cues_in(folded))


def _cues_in(folded: str) -> list[tuple[int, int]]:
    """Places of closed words, the longest of those that overlap."""
    found = sorted(
        {match.span() for group, name in _CUES for match in cue(group, name).finditer(folded) if match.group()},
        key=lambda span: (span[0], -span[1]),
    )
    kept: list[tuple[int, int]] = []
    for span in found:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _with_gaps(text: str, spans: list[tuple[int, int]]) -> list[str]:
    pieces: list[str] = []
    reached = 0
    for start, end in sorted(spans):
        if text[reached:start].strip(" 、,。.・()（）:：;/") and (not pieces or pieces[-1] != GAP):
            pieces.append(GAP)
        pieces.append(text[start:end])
        reached = end
    if spans and text[reached:].strip(" 、,。.・()（）:：;/"):
        pieces.append(GAP)
    return pieces
