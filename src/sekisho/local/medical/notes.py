"""Reading free text: terms of the vocabulary with what headings and the words around them make of them.

Sentences are read one by one; what a note says of the same thing in several places is weighed at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from sekisho.local.facts import Fact, Span
from sekisho.local.medical.cues import traps
from sekisho.local.medical.fold import fold_keeping_case
from sekisho.local.medical.headings import parts_of
from sekisho.local.medical.lexicon import Lexicon
from sekisho.local.medical.line_wraps import without_wraps
from sekisho.local.medical.meaning import sentences
from sekisho.local.medical.note_conditions import REACTIONS
from sekisho.local.medical.note_features import SIGNED, NoteFeatures, SignedText
from sekisho.local.medical.note_judge import UNKNOWN, Judged, facts_of, is_left_out, judge
from sekisho.local.medical.note_results import Result
from sekisho.local.medical.note_scan import NoteScan
from sekisho.local.medical.note_sentences import SentenceReader
from sekisho.local.medical.note_weights import OUTCOMES, Weights, thresholds, weights_for
from sekisho.local.medical.vocabulary import Vocabulary

#: With these statuses a note overrules a list that was not yet brought up to date.
_OVERRULES = frozenset({"stopped", "remission"})
#: From this chance on that something is over a note contradicts a list that holds it.
_CONTRADICTS_FROM = 0.5


class NoteReading:
    """One note when it has been read: what the rules found in it, and what is judged of each term."""

    def __init__(self, reader: SentenceReader, folded: str, weights: Callable[[str], Weights] = weights_for) -> None:
        """`weights` gives the learned weights for a kind of fact."""
        self.rules, self._weights = reader, weights
        self.mentions = sorted(reader.mentions, key=lambda mention: (mention.start, mention.kind))
        self.folded = folded
        self.is_judged = len(folded) >= _JUDGED_FROM

    @property
    def results(self) -> list[tuple[Result, Span]]:
        """The results of tests that stand in the note."""
        return self.rules.results

    @cached_property
    def features(self) -> NoteFeatures:
        """What the mentions of the note look like."""
        rules = self.rules
        signed = SignedText(self.folded, rules.scan.hits(0, len(self.folded), SIGNED), self.mentions)
        return NoteFeatures(
            rules.vocabulary, signed, self.folded, self.mentions, rules.said.weighed(), rules.stay_is_over
        )

    @cached_property
    def terms(self) -> list[Judged]:
        """What is judged of each condition, medicine and allergy."""
        return judge(self.mentions, self.features, self._weights) if self.is_judged else []

    def facts(self) -> Iterator[Fact]:
        """One fact a term, where enough is sure; and what only the rules tell: habits, and that no allergy is known."""
        yield from facts_of([t for t in self.terms if not self._was_only_a_reaction(t)], self.rules.path)
        yield from self.rules.said.facts(OUTCOMES if self.is_judged else ())

    def _was_only_a_reaction(self, term: Judged) -> bool:
        """A complaint told only as what a substance did, 「ロキソプロフェンで蕁麻疹」: no illness that is past."""
        if term.kind != "condition" or term.status(thresholds("condition")) != "past":
            return False
        is_complaint = term.code in REACTIONS or self.rules.vocabulary.is_complaint(term.code)
        return is_complaint and all("reacted" in mention.signs and not mention.status for mention in term.mentions)

    def taken_back(self) -> Iterator[Fact]:
        """What the note says to be over, for entries that a list of the record still holds. Never an allergy."""
        for term in self.terms:
            status = term.status(thresholds(term.kind))
            if status in _OVERRULES and term.over >= thresholds(term.kind).overrule:
                yield Fact(term.kind, term.code, status, term.spans(self.rules.path))
        yield from self.rules.said.taken_back(OUTCOMES if self.is_judged else ())

    def contradicted(self) -> Iterator[Fact]:
        """What the note rather says to be over, not surely enough to overrule a list: then the state is not known."""
        for term in self.terms:
            if term.over >= _CONTRADICTS_FROM:
                yield Fact(term.kind, term.code, UNKNOWN, term.spans(self.rules.path))

    @property
    def unsure(self) -> int:
        """How many terms were left out because too little is sure of them."""
        return sum(is_left_out(term) for term in self.terms)


#: Kinds of term that are found although a line break cuts them.
_NAMES = ("condition", "medicine", "class", "allergen")
#: Characters of the shortest note that is judged. The weights were learned from notes of 300 characters and more; what
#: is much shorter (the remark of an entry, one sentence) shows too little of itself, and is read by the rules alone.
_JUDGED_FROM = 120


@dataclass(frozen=True, slots=True)
class NoteReader:
    """Reads notes into facts. Keep one a vocabulary. `weights` gives the learned weights for a kind of fact."""

    vocabulary: Vocabulary
    weights: Callable[[str], Weights] = weights_for

    def read(self, text: str, path: str) -> Iterator[Fact]:
        """Facts of a note, each with its span. What is negated, planned or somebody else's gives nothing."""
        yield from self.reading(text, path).facts()

    def reading(self, text: str, path: str) -> NoteReading:
        """One note, read."""
        folded, cased = _folded(text, self.vocabulary.lexicon(*_NAMES))
        scan = NoteScan(folded, cased, self.vocabulary, capitals=text != text.lower())
        reader = SentenceReader(self.vocabulary, path, folded, scan)
        for part in parts_of(folded):
            written = cased[part.start : part.start + len(part.text)]
            for sentence in sentences(part.text, written, part.start):
                reader.read(sentence, part.topic)
        return NoteReading(reader, folded, self.weights)


def _folded(text: str, names: Lexicon) -> tuple[str, str]:
    """The folded text in small letters and as written, with what only looks like a term blotted out."""
    cased = without_wraps(fold_keeping_case(text), names)
    folded = cased.lower()
    for trap in traps().finditer(folded):
        blank = " " * (trap.end() - trap.start())
        folded = folded[: trap.start()] + blank + folded[trap.end() :]
        cased = cased[: trap.start()] + blank + cased[trap.end() :]
    if len(folded) != len(cased) or folded == cased:
        cased = folded.upper()  # a note all in small letters tells nothing of capitals
    return folded, cased
