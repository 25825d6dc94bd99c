"""Reading free text: terms of the vocabulary with what the words around them make of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sekisho.local.facts import Fact, Span
from sekisho.local.medical.cues import cue
from sekisho.local.medical.fold import fold
from sekisho.local.medical.lexicon import Hit
from sekisho.local.medical.meaning import Around, Sentence, around, sentences, status_of_condition
from sekisho.local.medical.vocabulary import Vocabulary

_TAKEN = re.compile(
    r"\d\s*(?:mg|μg|mcg|g|ml|錠|カプセル|cap|tab|単位|包|吸入|滴)|1日|分[1-4]|内服|服用|処方|頓用"
    r"|daily|twice|bid|tid|qd|every \d+ hours"
)
_ALLERGY_HEADING = re.compile(r"(?:アレルギー歴?|allerg(?:y|ies))\s*[:：はが]")


@dataclass(frozen=True, slots=True)
class NoteReader:
    """Reads notes into facts. Keep one a vocabulary."""

    vocabulary: Vocabulary

    def read(self, text: str, path: str) -> Iterator[Fact]:
        """Facts of a note, each with its span. What is negated, planned or somebody else's gives nothing."""
        for sentence in sentences(fold(text)):
            allergy = cue("allergy").search(sentence.text) is not None
            if allergy:
                yield from self._allergies(sentence, path)
            yield from self._history(sentence, path, allergy)
            yield from self._lifestyle(sentence, path)

    def _history(self, sentence: Sentence, path: str, allergy: bool) -> Iterator[Fact]:
        hits = self.vocabulary.lexicon("condition", "medicine", "class").scan(sentence.text)
        for i, hit in enumerate(hits):
            near = around(sentence.text, hit, hits)
            if near.is_negated() or near.is_someone_else() or near.says("not_said"):
                continue
            kind = self.vocabulary.terms[hit.code].kind
            if kind == "condition":
                yield _fact("condition", hit, self._condition_status(hit, near), sentence, path)
            elif not near.is_family() and not (allergy and _is_allergen(near)):
                following = hits[i + 1] if i + 1 < len(hits) else None
                status = _medicine_status(near, following)
                if status:
                    yield _fact("medicine", hit, status, sentence, path)

    def _condition_status(self, hit: Hit, near: Around) -> str:
        if near.is_family():
            return "family"
        if near.is_suspected():
            return "suspected"
        default = "past" if self.vocabulary.course.get(hit.code) == "acute" and near.says("past") else "active"
        return status_of_condition(near.clause, default)

    def _allergies(self, sentence: Sentence, path: str) -> Iterator[Fact]:
        hits = self.vocabulary.lexicon("allergen", "medicine", "class").scan(sentence.text, shortest=1)
        found = False
        for hit in hits:
            near = around(sentence.text, hit, hits)
            if near.is_negated() or near.is_family() or near.is_someone_else() or not _is_allergen(near):
                continue
            found = True
            status = "suspected" if near.is_suspected() else "active"
            yield _fact("allergy", hit, status, sentence, path)
        if not found and _denies_allergies(sentence.text):
            span = Span(path, sentence.start, sentence.start + len(sentence.text))
            yield Fact("allergy_status", "allergy_status:none_known", "active", (span,))

    def _lifestyle(self, sentence: Sentence, path: str) -> Iterator[Fact]:
        hits = self.vocabulary.lexicon("lifestyle").scan(sentence.text)
        for hit in hits:
            near = around(sentence.text, hit, hits)
            if not (near.is_negated() or near.is_family() or near.is_someone_else() or near.says("not_said")):
                yield _fact("lifestyle", hit, "active", sentence, path)


def _fact(kind: str, hit: Hit, status: str, sentence: Sentence, path: str) -> Fact:
    return Fact(kind, hit.code, status, (Span(path, sentence.start + hit.start, sentence.start + hit.end),))


def _is_allergen(near: Around) -> bool:
    """An allergy word close behind (「卵アレルギー」), or a heading or "allergic to" before."""
    behind = cue("allergy").search(near.after[:14])
    before = _ALLERGY_HEADING.search(near.before) or cue("allergy").search(near.before[-24:])
    return bool(behind or before)


def _denies_allergies(text: str) -> bool:
    return bool(re.search(rf"(?:アレルギー|allerg(?:y|ies)).{{0,6}}?(?:{cue('none_known').pattern})", text)) or bool(
        re.search(r"no known (?:drug |food )?allerg|nkda", text)
    )


def _medicine_status(near: Around, following: Hit | None) -> str:
    """`active`, `stopped`, or empty where the text does not say that it is or was taken."""
    replaced = rf"[^\x00]{{0,12}}(?:{cue('changed_from').pattern})[^\x00]{{0,6}}\x00"
    if following is not None and re.match(replaced, near.after):
        return "stopped"
    if cue("stopped").search(near.clause_after):
        return "stopped"
    return "active" if near.says("started") or _TAKEN.search(near.clause) else ""
