"""Reading one sentence of a note after the other: its allergies, medicines, conditions and habits."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import InitVar, dataclass, field
from itertools import pairwise

from sekisho.local.facts import Span
from sekisho.local.medical.allergy_signs import signs_of_allergy
from sekisho.local.medical.condition_signs import signs_of_condition
from sekisho.local.medical.cues import cue
from sekisho.local.medical.lexicon import Hit
from sekisho.local.medical.meaning import Around, Sentence, around, masked
from sekisho.local.medical.medicine_signs import signs_of_medicine
from sekisho.local.medical.note_allergies import AllergyReader, denies_allergies, is_field
from sekisho.local.medical.note_conditions import GENERIC, ConditionReader, Said, Setting
from sekisho.local.medical.note_medicines import (
    BESIDE,
    PRESCRIPTION,
    SHORT_WITH_DOSE,
    answers_a_question,
    is_given_for,
    medicines_in,
    names_its_use,
    said_of_medicine,
)
from sekisho.local.medical.note_mentions import Mention
from sekisho.local.medical.note_results import Result, results_in
from sekisho.local.medical.note_scan import NoteScan
from sekisho.local.medical.note_statements import DENIED, Statement, Statements
from sekisho.local.medical.vocabulary import Vocabulary

_MAIN = ("condition", "medicine", "class")
_ALLERGENS = ("allergen", "medicine", "class")
_BESIDE = ("symptom", "lifestyle")
_TESTS = ("lab", "vital")
_OF_REACTIONS = ("allergy", "reaction", "sensitised", "tested", "may_react")
#: What a sentence about allergies holds that names no substance.
_ASKED_FOR = re.compile(r"アレルギー|allerg|nkd?a|禁忌|薬疹")
#: What a sentence may hold that says something without a term: that, and a medicine that is cut short.
_MAY_NAME_NONE = re.compile(rf"{_ASKED_FOR.pattern}|[ァ-ヶー]{{3}}|なし|無|ない|[a-z]{{4}}")
#: What was given last is the allergen: 「本剤はアレルギーとして登録」.
_THIS_DRUG = re.compile(
    r"(?:本剤|同剤|同薬|本薬|当該薬)(?:は|を|に対する|による)?(?:薬剤)?(?:アレルギー|禁忌|薬疹)(?!で?(?:は)?な|なし|を?否定)"
)
#: Beside an allergen a bare name means the allergic kind: 「犬で結膜炎」.
_ALLERGIC = {
    "condition:rhinitis": "condition:allergic_rhinitis",
    "condition:conjunctivitis": "condition:allergic_conjunctivitis",
}
#: A relative tells of the person.
_TELLS = re.compile(
    r"(?:より|から|曰く|いわく|の話では?|談|によると|によれば)[::、]?\s?「"
    r"|reports? that (?:he|she|the patient)|says (?:he|she)"
)
#: A lasting condition at its worst.
_ATTACK = re.compile(r"増悪|発作|exacerbation|attack|flare")
_STAY = re.compile(
    r"退院(?:時|サマリ|抄録|要約|総括|報告|記録|\s?[:]?\s?[rh]?\d)"
    r"|d/c summary|dc summary|退院日|退院とな|退院した|軽快退院|入院期間|入院経過|discharge (?:summary|medication"
    r"|diagnos)|discharged|hospital course"
)


@dataclass(slots=True)
class SentenceReader:
    """One note while it is read, sentence by sentence."""

    vocabulary: Vocabulary
    path: str
    folded: InitVar[str]
    scan: NoteScan
    said: Statements = field(init=False)
    mentions: list[Mention] = field(default_factory=list)
    results: list[tuple[Result, Span]] = field(default_factory=list)
    stay_is_over: bool = field(init=False)
    _doses: list[int] = field(init=False)
    _renamed: dict[str, str] = field(default_factory=dict)
    _last_medicine: Hit | None = None
    _topic: str = ""

    def __post_init__(self, folded: str) -> None:
        self.said = Statements(self.vocabulary)
        self.stay_is_over = _STAY.search(folded) is not None
        doses = (PRESCRIPTION, SHORT_WITH_DOSE)
        self._doses = sorted(found.start() for pattern in doses for found in pattern.finditer(folded))

    def read(self, sentence: Sentence, topic: str) -> None:
        """Take what one sentence says; `topic` is what its part of the note is about."""
        end = sentence.start + len(sentence.text)
        kinds = self.scan.kinds(sentence.start, end)
        if not kinds and not _MAY_NAME_NONE.search(sentence.text):
            return
        if topic in ("family", "other_person") and _TELLS.search(sentence.text):
            topic = ""  # 「長男より「モルヒネで蕁麻疹が出た」」 under 「家族」
        self._topic = topic
        hits = self._as_defined(sentence, self.scan.hits(sentence.start, end, _MAIN)) if kinds else []
        allergens: set[int] = set()
        listed = topic in ("allergy", "side_effects")
        if listed or (topic not in ("family", "other_person") and self._may_tell_of_allergies(sentence, kinds)):
            allergens = self._allergies(sentence, end, listed, topic == "side_effects")
        prescribed = topic == "medicines" or _any_in(self._doses, sentence.start, end)
        beside = self._beside(sentence, hits) if not kinds.isdisjoint(_BESIDE) else []
        if topic != "family" and (prescribed or any(map(self._may_hold_a_medicine, hits))):
            self._medicines(sentence, topic, hits, beside, allergens)
        hits = [told for hit in hits for told in self._treated_by(hit, sentence.start)]
        if any(map(_is_condition, hits)):
            self._conditions(sentence, topic, hits, beside, reacted=bool(allergens))
        if "lifestyle" in kinds and topic in ("", "social", "history", "course", "problems"):
            self._lifestyle(sentence, end)
        if kinds.isdisjoint(_TESTS):
            return
        tests = self.scan.hits(sentence.start, end, _TESTS)
        for result in results_in(sentence.text, tests, topic, self.stay_is_over):
            span = Span(self.path, sentence.start + result.start, sentence.start + result.end)
            self.results.append((result, span))

    def _may_tell_of_allergies(self, sentence: Sentence, kinds: frozenset[str]) -> bool:
        """Whether an allergen stands in it that is no medicine, or a medicine and a word that may tell of a reaction.

        Without a substance: whether one is asked for.
        """
        if kinds.isdisjoint(_ALLERGENS):
            return _ASKED_FOR.search(sentence.text) is not None
        if "allergen" in kinds:
            return True
        return any(cue(group).search(sentence.text) for group in _OF_REACTIONS)

    def _may_hold_a_medicine(self, hit: Hit) -> bool:
        return not _is_condition(hit) or self.vocabulary.course.get(hit.code) == "state"

    def _as_defined(self, sentence: Sentence, hits: list[Hit]) -> list[Hit]:
        """Hits with abbreviations that the note itself explains: 「DM (dermatomyositis)」 is no diabetes."""
        for hit, following in pairwise(hits):
            word = sentence.cased[hit.start : hit.end]
            same = hit.code.partition(":")[0] == following.code.partition(":")[0]
            if (
                same and len(word) <= 5 and word.isupper() and word.isascii()
                and sentence.text[hit.end : following.start] in ("(", " (")
                and self.vocabulary.course.get(following.code) != "state"
                and not sentence.cased[following.start : following.end].isupper()
                and hit.code not in self.vocabulary.ancestors(following.code)
                and following.code not in self.vocabulary.ancestors(hit.code)
            ):  # fmt: skip
                self._renamed[word] = following.code
        if not self._renamed:
            return hits
        return [
            Hit(self._renamed.get(sentence.cased[hit.start : hit.end], hit.code), hit.start, hit.end) for hit in hits
        ]

    def _allergies(self, sentence: Sentence, end: int, listed: bool, of_side_effects: bool) -> set[int]:
        """Take allergies; gives where they stand in the sentence."""
        reader = AllergyReader(self.vocabulary)
        hits = self._substances(sentence, end)
        found: set[int] = set()
        if (this := _THIS_DRUG.search(sentence.text)) and self._last_medicine is not None:
            told = Hit(self._last_medicine.code, this.start(), this.end())
            self._take("allergy", told, "active", sentence, firmly=True)
            self._mention("allergy", told, Said("active", told=True), sentence)
        judged = {allergy.hit: allergy for allergy in reader.read(sentence.text, hits, listed, of_side_effects)}
        for allergy in judged.values():
            if allergy.status:
                found.add(allergy.hit.start)
            self._take("allergy", allergy.hit, allergy.status or DENIED, sentence, allergy.firmly)
        for hit in hits:
            if not is_field(hit):
                known = judged.get(hit)
                said = Said(known.status or DENIED, known.firmly) if known else Said("")
                near = around(sentence.text, hit, hits)
                self._mention("allergy", hit, said, sentence, _signs(near) + signs_of_allergy(near))
        if all(is_field(hit) for hit in hits) and denies_allergies(sentence.text, listed):
            self.said.take(
                Statement("allergy_status", "allergy_status:none_known", "active", Span(self.path, sentence.start, end))
            )
        return found

    def _substances(self, sentence: Sentence, end: int) -> list[Hit]:
        """What may be an allergen; not a letter of another word: 「鼻茸」 holds no mushroom (茸)."""
        hits = self.scan.hits(sentence.start, end, _ALLERGENS, shortest=1)
        if all(hit.end - hit.start > 1 for hit in hits):
            return hits
        words = self.scan.hits(sentence.start, end, ("condition", "symptom"))
        words = [word for word in words if "アレルギー" not in sentence.text[word.start : word.end]]
        return [
            hit
            for hit in hits
            if hit.end - hit.start > 1 or not any(word.start <= hit.start < word.end for word in words)
        ]

    def _medicines(
        self, sentence: Sentence, topic: str, found: list[Hit], beside: list[Hit], allergens: set[int]
    ) -> None:
        found = sorted([*found, *self._within_states(sentence, found)], key=lambda hit: hit.start)
        hits = medicines_in(sentence.text, found, self.vocabulary, abbreviated=topic == "medicines")
        blotted = masked(sentence.text, hits)
        reasons = [*found, *beside]
        taken: int | None = None
        for i, hit in enumerate(hits):
            near = around(sentence.text, hit, hits, blotted)
            # 「ペンタサ→リアルダ」: the same medicine under another name takes no other's place.
            following = next((other for other in hits[i + 1 : i + 2] if other.code != hit.code), None)
            signs = _signs(near) + signs_of_medicine(near, self.stay_is_over)
            # 「ロピオンで蕁麻疹(フルルビプロフェン)」: another name of what it came of
            renamed = bool(allergens) and "in_brackets" in signs and not near.clause_after.strip(" )")
            apart = {"negated", "someone_else", "family"}.intersection(signs) and not answers_a_question(near)
            if renamed or hit.start in allergens or apart:
                self._mention("medicine", hit, Said("apart"), sentence, signs)
                continue
            treats = is_given_for(sentence.text, hit.start, reasons) or names_its_use(sentence.text, hit.end, reasons)
            listed = taken is not None and BESIDE.fullmatch(sentence.text[taken : hit.start]) is not None
            said = said_of_medicine(near, following, topic, treats, listed, self.stay_is_over)
            taken = hit.end if said.status == "active" else None
            self._last_medicine = hit
            signs += tuple(sign for sign, so in (("treats", treats), ("beside_taken", listed)) if so)
            self._mention("medicine", hit, Said(said.status, said.firmly), sentence, signs)
            if said.status:
                self._take("medicine", hit, said.status, sentence, said.firmly)

    def _within_states(self, sentence: Sentence, found: list[Hit]) -> list[Hit]:
        """「ミレーナ挿入中」, "home oxygen": a state whose name holds the medicine."""
        states = [hit for hit in found if self.vocabulary.course.get(hit.code) == "state"]
        if not states:
            return []
        hits = self.scan.hits(sentence.start, sentence.start + len(sentence.text), ("medicine", "class"))
        return [m for m in hits if any(s.start <= m.start and m.end <= s.end for s in states)]

    def _treated_by(self, hit: Hit, offset: int) -> list[Hit]:
        """The illness within the name of a class, where it has one: 「高血圧の薬」; otherwise the hit itself."""
        if not hit.code.startswith("class:"):
            return [hit]
        found = self.scan.hits(offset + hit.start, offset + hit.end, ("condition",))
        return [Hit(told.code, hit.start + told.start, hit.start + told.end) for told in found] or [hit]

    def _beside(self, sentence: Sentence, hits: list[Hit]) -> list[Hit]:
        """Symptoms and habits that are named between the terms."""
        found = self.scan.hits(sentence.start, sentence.start + len(sentence.text), _BESIDE)
        return [s for s in found if not any(h.start < s.end and s.start < h.end for h in hits)]

    def _conditions(self, sentence: Sentence, topic: str, hits: list[Hit], beside: list[Hit], reacted: bool) -> None:
        reader = ConditionReader(self.vocabulary)
        blotted = masked(sentence.text, [*hits, *beside])
        medicines = [hit for hit in hits if not _is_condition(hit)]
        for hit in filter(_is_condition, hits):
            if reacted or topic == "allergy":
                hit = Hit(_ALLERGIC.get(hit.code, hit.code), hit.start, hit.end)
            if hit.code in GENERIC or _is_label(sentence.text, hit, hits, self.vocabulary):
                continue
            near = around(sentence.text, hit, hits, blotted)
            treated = any(m.start >= hit.end and is_given_for(sentence.text, m.start, [hit]) for m in medicines)
            ends = [m.end for m in medicines if m.end <= hit.start]
            between = blotted[ends[-1] : hit.start] if ends else None
            ahead = [h.start for h in hits if h.start >= hit.end and _is_condition(h)]
            rest = sentence.text[hit.end : min(ahead, default=len(sentence.text))]
            setting = Setting(topic, treated, between, rest, reacted, self.stay_is_over)
            said = reader.said(hit, near, setting)
            also = (("treated", treated), ("reacted", reacted), ("denied", reader.is_denied(near)))
            signs = _signs(near) + tuple(sign for sign, so in also if so)
            signs += signs_of_condition(near, rest)
            self._mention("condition", hit, said, sentence, signs)
            if said.status:
                self._take("condition", hit, said.status, sentence, said.told)
            there = said.status in ("past", "active") and not near.is_negated()
            if there and (lasting := self._worsened(hit, sentence)):
                attacked = Hit(lasting, hit.start, hit.end)
                self._take("condition", attacked, "active", sentence, firmly=False)
                self._mention("condition", attacked, Said("active"), sentence, (*signs, "attack"))

    def _worsened(self, hit: Hit, sentence: Sentence) -> str:
        """The lasting condition of which a hit names an attack: 「喘息発作」, "exacerbation of COPD"; empty if none."""
        if not _ATTACK.search(sentence.text[hit.start : hit.end]):
            return ""
        parents = self.vocabulary.terms[hit.code].parents
        return next((code for code in parents if self.vocabulary.course.get(code) == "chronic"), "")

    def _lifestyle(self, sentence: Sentence, end: int) -> None:
        hits = self.scan.hits(sentence.start, end, ("lifestyle",))
        # Of one habit the last thing said holds: 「喫煙は20年前に禁煙」.
        last = {self.vocabulary.ancestors(hit.code)[-1]: hit for hit in hits}
        for hit in last.values():
            near = around(sentence.text, hit, hits)
            if not (near.is_negated() or near.is_family() or near.is_someone_else() or near.says("not_said")):
                self._take("lifestyle", hit, "active", sentence, firmly=False)

    def _mention(self, kind: str, hit: Hit, said: Said, sentence: Sentence, signs: tuple[str, ...] = ()) -> None:
        start, end = sentence.start + hit.start, sentence.start + hit.end
        self.mentions.append(Mention(kind, hit.code, start, end, self._topic, said.status, said.told, signs))

    def _take(self, kind: str, hit: Hit, status: str, sentence: Sentence, firmly: bool) -> None:
        span = Span(self.path, sentence.start + hit.start, sentence.start + hit.end)
        self.said.take(Statement(kind, hit.code, status, span, firmly))


def _signs(near: Around) -> tuple[str, ...]:
    """What the words around a term are looked through for, whatever it is."""
    looked_for = (
        ("negated", near.is_negated()),
        ("family", near.is_family()),
        ("someone_else", near.is_someone_else()),
        ("suspected", near.is_suspected()),
        ("over", near.is_over()),
        ("listed", near.is_listed()),
        ("in_brackets", near.is_in_brackets()),
    )
    return tuple(name for name, found in looked_for if found)


#: Names under which a note tells of something closer.
_FIELDS = frozenset({"condition:hepatitis", "condition:fracture", "condition:injury"})


def _is_label(text: str, hit: Hit, hits: list[Hit], vocabulary: Vocabulary) -> bool:
    """「肝炎:B型既往感染」: the word before the colon only says what is spoken of."""
    if text[hit.end : hit.end + 1] == ":" and hit.code in _FIELDS:
        return True
    return text[hit.end : hit.end + 1] == ":" and any(
        other.start > hit.end and other.code != hit.code and hit.code in vocabulary.ancestors(other.code)
        for other in hits
    )


def _is_condition(hit: Hit) -> bool:
    return hit.code.startswith("condition:")


def _any_in(places: list[int], start: int, end: int) -> bool:
    """Whether one of the sorted places lies between two others."""
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end
