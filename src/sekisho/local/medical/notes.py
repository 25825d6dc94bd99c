"""Reading free text: terms of the vocabulary with what headings and the words around them make of them.

Sentences are read one by one; what a note says of the same thing in several places is weighed at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sekisho.local.facts import Fact
from sekisho.local.medical.cues import traps
from sekisho.local.medical.fold import fold_keeping_case
from sekisho.local.medical.headings import parts_of
from sekisho.local.medical.meaning import sentences
from sekisho.local.medical.note_scan import NoteScan
from sekisho.local.medical.note_sentences import SentenceReader
from sekisho.local.medical.note_statements import Statements
from sekisho.local.medical.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class NoteReader:
    """Reads notes into facts. Keep one a vocabulary."""

    vocabulary: Vocabulary

    def read(self, text: str, path: str) -> Iterator[Fact]:
        """Facts of a note, each with its span. What is negated, planned or somebody else's gives nothing."""
        yield from self.statements(text, path).facts()

    def statements(self, text: str, path: str) -> Statements:
        """All that a note says, weighed."""
        return self.reading(text, path).said

    def reading(self, text: str, path: str) -> SentenceReader:
        """The reader of one note when it has read it: what is said, and the results that stand in it."""
        folded, cased = _folded(text)
        scan = NoteScan(folded, cased, self.vocabulary, capitals=text != text.lower())
        reader = SentenceReader(self.vocabulary, path, folded, scan)
        for part in parts_of(folded):
            written = cased[part.start : part.start + len(part.text)]
            for sentence in sentences(part.text, written, part.start):
                reader.read(sentence, part.topic)
        return reader


def _folded(text: str) -> tuple[str, str]:
    """The folded text in small letters and as written, with what only looks like a term blotted out."""
    cased = fold_keeping_case(text)
    folded = cased.lower()
    for trap in traps().finditer(folded):
        blank = " " * (trap.end() - trap.start())
        folded = folded[: trap.start()] + blank + folded[trap.end() :]
        cased = cased[: trap.start()] + blank + cased[trap.end() :]
    if len(folded) != len(cased) or folded == cased:
        cased = folded.upper()  # a note all in small letters tells nothing of capitals
    return folded, cased
