"""Reading free text: terms of the vocabulary with what headings and the words around them make of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sekisho.local.facts import Fact, Span
from sekisho.local.medical.cues import cue, traps
from sekisho.local.medical.fold import fold_keeping_case
from sekisho.local.medical.headings import Part, parts_of
from sekisho.local.medical.lexicon import Hit
from sekisho.local.medical.meaning import Around, Sentence, around, sentences, status_of_condition
from sekisho.local.medical.note_medicines import medicine_status, medicines_in
from sekisho.local.medical.vocabulary import Vocabulary

_ALLERGY_HEADING = re.compile(r"(?:アレルギー歴?|allerg(?:y|ies))\s*[::はが]")
#: Between a substance and what it did: 「ペニシリンで全身に」, "amoxicillin caused".
_CAUSED = (
    r"(?:系|系薬|系抗菌薬|系抗生物質|薬|剤|製剤|錠|テープ|軟膏|注)?(?:で|は|にて|により|による|後に?|内服後|服用後|投与後|使用後|-|→|:|\()"
    r"[^。\n]{0,16}?"
)
_CAUSED_EN = (
    r"(?:\s*[-:→(]"
    r"|\s+(?:caused|causes|makes?|made|gave|gives|leaves|leads? to|led to|->|resulted in|had to be stopped))"
    r"[^.\n]{0,40}?"
)
#: Conditions whose names are ordinary words in running text.
_GENERIC = frozenset({"condition:past_disease", "condition:allergic_disease", "condition:postoperative_state"})


@dataclass(frozen=True, slots=True)
class NoteReader:
    """Reads notes into facts. Keep one a vocabulary."""

    vocabulary: Vocabulary

    def read(self, text: str, path: str) -> Iterator[Fact]:
        """Facts of a note, each with its span. What is negated, planned or somebody else's gives nothing.

        Of a medicine the last thing said holds, unless it stands in a list of what is taken.
        """
        cased = fold_keeping_case(text)
        folded = cased.lower()
        for trap in traps().finditer(folded):
            blank = " " * (trap.end() - trap.start())
            folded = folded[: trap.start()] + blank + folded[trap.end() :]
            cased = cased[: trap.start()] + blank + cased[trap.end() :]
        if len(folded) != len(cased) or folded == cased:
            cased = folded.upper()  # a note all in small letters tells nothing of capitals
        last_said: dict[str, Fact] = {}
        listed: set[str] = set()
        for part in parts_of(folded):
            written = cased[part.start : part.start + len(part.text)]
            for sentence in sentences(part.text, written, part.start):
                for fact in self._sentence(sentence, part, path):
                    if fact.kind != "medicine":
                        yield fact
                    elif fact.code not in listed:
                        last_said[fact.code] = fact
                        if part.topic == "medicines" and fact.status == "active":
                            listed.add(fact.code)
        yield from last_said.values()

    def _sentence(self, sentence: Sentence, part: Part, path: str) -> Iterator[Fact]:
        if part.topic == "allergy":
            yield from self._allergies(sentence, path, listed=True)
            return
        reacted = cue("allergy").search(sentence.text) or cue("reaction").search(sentence.text)
        allergens: set[int] = set()
        if reacted and part.topic != "family":
            for fact in self._allergies(sentence, path, listed=False):
                allergens.add(fact.spans[0].start - sentence.start)
                yield fact
        hits = self.vocabulary.lexicon("condition", "medicine", "class").scan(sentence.cased)
        if part.topic != "family":
            for hit, status in self._medicines(sentence, part.topic, hits):
                if hit.start not in allergens:
                    yield _fact("medicine", hit, status, sentence, path)
        yield from self._conditions(sentence, part.topic, path, hits, reacted=bool(allergens))
        if part.topic in ("", "social", "history", "course"):
            yield from self._lifestyle(sentence, path)

    def _conditions(self, sentence: Sentence, topic: str, path: str, hits: list[Hit], reacted: bool) -> Iterator[Fact]:
        """Conditions of a sentence. `reacted`: it tells of an allergy; then a rash in it is what happened that day."""
        for hit in hits:
            if self.vocabulary.terms[hit.code].kind != "condition":
                continue
            near = around(sentence.text, hit, hits)
            if near.is_negated() or near.is_someone_else() or near.says("not_said") or near.later_says("denied_later"):
                continue
            if reacted and cue("reaction").search(sentence.text[hit.start : hit.end]):
                continue
            status = self._condition_status(hit, near, topic)
            if status:
                yield _fact("condition", hit, status, sentence, path)

    def _condition_status(self, hit: Hit, near: Around, topic: str) -> str:
        """The status, or empty for what the text does not say of this person as a condition."""
        if topic == "family" or near.is_family():
            return "family"
        acute = self.vocabulary.course_of(hit.code) == "acute"
        if hit.code in _GENERIC or not self.vocabulary.terms[hit.code].parents:
            return ""
        told = topic in ("problems", "history") or near.is_listed() or near.is_in_brackets()
        if not told and self.vocabulary.is_complaint(hit.code):
            return ""
        if near.is_over():
            return "past"
        if near.is_suspected():
            return "suspected"
        if topic == "history" and near.later_says("remission", within=80):
            return "remission"
        if topic == "medicines" and not told:
            return ""
        default = "active"
        if topic == "history" and (acute or cue("operated").search(near.clause)):
            default = "past"
        status = status_of_condition(f"{near.clause} {near.next_words()}", default)
        if topic == "history" and status == "active" and near.later_says("past", within=16):
            return "past"
        if status == "active" and acute and not told and not near.says("active"):
            return ""  # an infection or a rash in the telling of what happened: over by now, or soon
        return status

    def _medicines(self, sentence: Sentence, topic: str, found: list[Hit]) -> Iterator[tuple[Hit, str]]:
        hits = medicines_in(sentence.text, found, self.vocabulary, abbreviated=topic == "medicines")
        for i, hit in enumerate(hits):
            near = around(sentence.text, hit, hits)
            following = hits[i + 1] if i + 1 < len(hits) else None
            if near.is_negated() or near.is_someone_else():
                continue
            status = medicine_status(near, following, topic)
            if status:
                yield hit, status

    def _allergies(self, sentence: Sentence, path: str, listed: bool) -> Iterator[Fact]:
        """Allergies of a sentence; `listed`: it stands under a heading for allergies, so a bare word is enough."""
        hits = self.vocabulary.lexicon("allergen", "medicine", "class").scan(sentence.cased, shortest=1)
        found = any(not self._is_root(hit) for hit in hits)
        for hit in hits:
            near = around(sentence.text, hit, hits)
            if self._is_root(hit) or near.is_family() or near.is_someone_else() or not (listed or _is_allergen(near)):
                continue
            if near.is_negated() or near.later_says("outgrown") or _is_tolerated(near):
                continue
            yield _fact("allergy", hit, "suspected" if near.is_suspected() else "active", sentence, path)
        if not found and (_denies_allergies(sentence.text) or (listed and _denies(sentence.text))):
            span = Span(path, sentence.start, sentence.start + len(sentence.text))
            yield Fact("allergy_status", "allergy_status:none_known", "active", (span,))

    def _is_root(self, hit: Hit) -> bool:
        """「薬剤」, 「食物」: the name of a whole field says nothing."""
        return not self.vocabulary.terms[hit.code].parents and hit.code.startswith("allergen:")

    def _lifestyle(self, sentence: Sentence, path: str) -> Iterator[Fact]:
        hits = self.vocabulary.lexicon("lifestyle").scan(sentence.cased)
        # Of one habit the last thing said holds: 「喫煙は20年前に禁煙」.
        last = {self.vocabulary.ancestors(hit.code)[-1]: hit for hit in hits}
        for hit in last.values():
            near = around(sentence.text, hit, hits)
            if not (near.is_negated() or near.is_family() or near.is_someone_else() or near.says("not_said")):
                yield _fact("lifestyle", hit, "active", sentence, path)


def _fact(kind: str, hit: Hit, status: str, sentence: Sentence, path: str) -> Fact:
    return Fact(kind, hit.code, status, (Span(path, sentence.start + hit.start, sentence.start + hit.end),))


def _is_allergen(near: Around) -> bool:
    """An allergy word close behind (「卵アレルギー」), a heading or "allergic to" before, or a reaction to it."""
    reaction = cue("reaction").pattern
    return bool(
        cue("allergy").search(near.after[:14])
        or _ALLERGY_HEADING.search(near.before)
        or re.search(rf"(?:{cue('allergy').pattern})\s*(?:to|:)?\s*(?:\x00|[\s,、]|and|or)*$", near.before[-30:])
        or re.match(rf"(?:{_CAUSED}|{_CAUSED_EN})(?:{reaction})", near.after)
        or re.match(r"\s?(?:発疹|薬疹|皮疹|アナフィラキシー|ショック|rash|hives|anaphylaxis)", near.after)
        or re.search(rf"(?:{reaction})\s+(?:with|to|after|from|on)\s*$", near.before)
    )


def _is_tolerated(near: Around) -> bool:
    """「えびOK」, "tolerates egg"; not where a reaction is told first (「生エビで蕁麻疹(加熱は可)」)."""
    said = near.own_after()[:14]
    reaction = cue("reaction").search(said)
    return bool(cue("tolerated").search(said[: reaction.start()] if reaction else said))


def _denies_allergies(text: str) -> bool:
    return bool(re.search(rf"(?:アレルギー|allerg(?:y|ies)).{{0,6}}?(?:{cue('none_known').pattern})", text)) or bool(
        re.search(r"no known (?:drug |food )?allerg|nkda", text)
    )


def _denies(text: str) -> bool:
    return bool(
        re.match(
            rf"\s*(?:薬剤|薬|食物|食べ物)?(?:・(?:薬剤|薬|食物|食べ物))?[はも::]?\s*(?:{cue('none_known').pattern})",
            text,
        )
    )
