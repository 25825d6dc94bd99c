"""Record -> facts. What is not in the vocabulary is counted, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache

from sekisho.local.facts import Fact, FactSheet, SheetBuilder, Span
from sekisho.local.medical.bands import band_of
from sekisho.local.medical.cues import cue
from sekisho.local.medical.fallback import fall_back
from sekisho.local.medical.fold import Places, fold, key_of, places_of
from sekisho.local.medical.lexicon import Hit
from sekisho.local.medical.meaning import around, status_of_condition, status_of_medicine
from sekisho.local.medical.note_judge import UNKNOWN
from sekisho.local.medical.note_results import Result
from sekisho.local.medical.note_weights import Weights, weights_for
from sekisho.local.medical.notes import NoteReader
from sekisho.local.medical.procedures import state_left
from sekisho.local.medical.tables import rows
from sekisho.local.medical.vocabulary import Vocabulary
from sekisho.local.records.record import Item, Record, Section

_PRESSURE = re.compile(r"(\d{2,3})\s*/\s*(\d{2,3})")
_SAYS_NONE = (
    r"アレルギーなし|アレルギー無し|アレルギーはなし|no allerg\w+"
    r"|なし|無し|無|特になし|ない|ありません|該当なし|none|nil|no|nkda|nka"
)
_NONE = re.compile(rf"^(?:{_SAYS_NONE}|n/a|-|no known.*|not known.*|未聴取|不明|unknown)[。.]?$")
_ASKED_NONE = re.compile(rf"^(?:{_SAYS_NONE}|no known.*allerg.*|no allerg.*|アレルギーなし)[。.]?$")


@dataclass(frozen=True, slots=True)
class Extractor:
    """Turns records into fact sheets. Keep one a vocabulary. `weights`: see `NoteReader`."""

    vocabulary: Vocabulary
    weights: Callable[[str], Weights] = weights_for

    def facts_of(self, record: Record) -> FactSheet:
        """All facts of a record, numbered."""
        sheet = SheetBuilder(FACT_KINDS, _PRECEDENCE, apart=frozenset({"family"}), vague=frozenset({UNKNOWN}))
        if record.age is not None and (age := age_band(record.age)):
            sheet.add(Fact("age", age, "active", (Span(record.age_at, 0, 0),)))
        if record.sex:
            sheet.add(Fact("sex", f"sex:{record.sex}", "active", (Span(record.sex_at, 0, 0),)))
        results = _newest(i for i in record.items if i.section in (Section.LAB, Section.VITAL))
        for item in [i for i in record.items if i.section in _FACT_KIND]:
            self._entry(item, sheet)
        done = [i for i in record.items if i.section is Section.PROCEDURE]
        without_state = sum(not self._procedure(item, sheet) for item in done)
        for item in results:
            self._result(item, record, sheet)
        notes = NoteReader(self.vocabulary, self.weights)
        for item in [i for i in record.items if i.section is Section.NOTE]:
            reading = notes.reading(item.text, item.path)
            places = places_of(item.text, reading.folded)
            for result, span in reading.results:
                self._result_of_note(result, _as_written(span, places), record, sheet)
            for fact in reading.facts():
                if fact.kind != "allergy_status" or not sheet.of("allergy"):
                    sheet.add_from_note(_placed(fact, places))
            sheet.not_sure(reading.unsure)
            for fact in reading.taken_back():
                sheet.overrule(_placed(fact, places))
            for fact in reading.contradicted():
                sheet.doubt(_placed(fact, places), _PRESENT)
        for fact in sheet.of("condition"):
            allergen = self.vocabulary.implied_allergies.get(fact.code)
            if allergen and fact.status in ("active", UNKNOWN):
                sheet.add_from_note(Fact("allergy", allergen, fact.status, fact.spans))
        return sheet.sheet(self.vocabulary.ancestors, record.unread + without_state)

    def _entry(self, item: Item, sheet: SheetBuilder) -> None:
        lines = _lines_of(item.text)
        if lines and all(_NONE.match(fold(line).strip()) for line, _ in lines):
            if item.section is Section.ALLERGY and _ASKED_NONE.match(fold(lines[0][0]).strip()):
                sheet.add(Fact("allergy_status", "allergy_status:none_known", "active", (Span(item.path, 0, 0),)))
            return
        if item.section is Section.ALLERGY and re.search(r"no known .*allerg", fold(item.text)):
            sheet.add(Fact("allergy_status", "allergy_status:none_known", "active", (Span(item.path, 0, 0),)))
            return
        found = next((facts for line in lines if (facts := self._terms(item, *line))), [])
        if not found and (coded := self._by_code(item)):
            found = [self._judged(item, coded, fold(item.text), Span(item.path, 0, 0))]
        if not found:
            found = [fact for line in lines for fact in self._broader(item, *line)]
        for fact in found:
            if fact.status:
                sheet.add(fact)
        if not found:
            sheet.not_listed(item.section.value, item.path)

    def _procedure(self, item: Item, sheet: SheetBuilder) -> bool:
        """The state that a procedure or a device leaves; most leave none, and are nothing that a row could be for."""
        for line, at in _lines_of(item.text):
            if code := state_left(line, item.status, self.vocabulary):
                sheet.add_from_note(Fact("condition", code, "active", (Span(item.path, at, at + len(line)),)))
                return True
        return False

    def _terms(self, item: Item, line: str, at: int) -> list[Fact]:
        """Facts of one line of an entry, which begins at a place of its text.

        Empty: nothing known. A fact with an empty status: known, but not so.
        """
        lexicon = self.vocabulary.lexicon(*_KINDS[item.section])
        folded = fold(line)
        if whole := lexicon.exact(key_of(line)):
            return [self._judged(item, whole, "", Span(item.path, at, at + len(line)))]
        shortest = 1 if item.section is Section.ALLERGY else 2
        hits = lexicon.scan(line, shortest=shortest)
        places = places_of(line)
        return [_placed(self._with_words_around(item, hit, folded, hits), places, at) for hit in hits]

    def _broader(self, item: Item, line: str, at: int) -> list[Fact]:
        """Facts of one line in which nothing is listed: classes and groups, with the same look at what is said."""
        folded = fold(line)
        facts = []
        for hit in fall_back(_KINDS[item.section], folded, item.section is Section.FAMILY):
            told = Hit(hit.code, hit.told_at, hit.end)
            fact = self._with_words_around(item, told, folded, [told], hit.acute)
            facts.append(_placed(replace(fact, spans=(Span(item.path, hit.start, hit.end),)), places_of(line), at))
        return facts

    def _with_words_around(self, item: Item, hit: Hit, folded: str, hits: list[Hit], acute: bool = False) -> Fact:
        near = around(folded, hit, hits)
        span = Span(item.path, hit.start, hit.end)
        if near.is_negated() or (item.section is not Section.FAMILY and near.is_someone_else()):
            return Fact(_FACT_KIND[item.section], hit.code, "", (span,))
        if near.is_family() and item.section is not Section.FAMILY:
            status = "family" if item.section is Section.CONDITION else ""
            return Fact(_FACT_KIND[item.section], hit.code, status, (span,))
        fact = self._judged(item, hit.code, f"{near.clause_before} {near.clause_after}", span, acute)
        # An entry for one thing: all of it is about that.
        is_alone = item.section is Section.ALLERGY and len({other.code for other in hits}) == 1
        return replace(fact, status="") if is_alone and cue("allergy_lifted").search(folded) else fact

    def _by_code(self, item: Item) -> str | None:
        for code in item.codes:
            if known := self.vocabulary.by_code(code, *_KINDS[item.section]):
                return known
            system, _, value = code.rpartition("|")
            if "icd" in system.lower() or system == "code":
                for short in (value, value[:3]):
                    if found := self.vocabulary.codes.get(f"icd10|{short}"):
                        return found
        return None

    def _judged(self, item: Item, code: str, words: str, span: Span, acute: bool = False) -> Fact:
        """The fact with its status, from the entry's own status and from the words around the term."""
        said = f"{fold(item.status)} {words}".strip()
        section = item.section
        if section is Section.FAMILY:
            status = "family"
        elif section is Section.CONDITION:
            course = self.vocabulary.course_of(code)
            status = status_of_condition(said, "past" if acute or course == "acute" else "active")
        elif section is Section.MEDICINE:
            status = status_of_medicine(said, "active")
        elif section is Section.ALLERGY:
            status = "suspected" if cue("suspected").search(said) else "active"
            if self._is_lifted(item, code, said):
                status = ""
        else:
            status = "active"
        return Fact(_FACT_KIND[section], code, status, (span,))

    def _is_lifted(self, item: Item, code: str, said: str) -> bool:
        """Whether an allergy stands no more: by its status, by what the entry says, or by a remark that names nothing
        else that somebody may be allergic to (「牛乳は負荷試験陰性」 beside an egg is not of the egg)."""
        lifted = cue("allergy_lifted")
        if re.search(r"resolved|inactive|解除", fold(item.status)) or lifted.search(said):
            return True
        if not lifted.search(fold(item.remark)):
            return False
        hits = self.vocabulary.lexicon(*_KINDS[Section.ALLERGY]).scan(item.remark)
        return {hit.code for hit in hits} <= {code}

    def _result(self, item: Item, record: Record, sheet: SheetBuilder) -> None:
        pressure = _PRESSURE.search(item.value)
        if item.section is Section.VITAL and pressure:
            for arm, value in (("systolic", pressure[1]), ("diastolic", pressure[2])):
                self._band(f"vital:{arm}_bp", value, "", item, record, sheet)
            return
        code = self._test(item)
        if code is None or not self._band(code, item.value, item.unit, item, record, sheet):
            sheet.not_listed(item.section.value, item.path)

    def _result_of_note(self, result: Result, span: Span, record: Record, sheet: SheetBuilder) -> None:
        """The bands of a result in a note; what the record lists as a result goes before it."""
        pressure = _PRESSURE.search(result.value)
        values = {result.code: result.value}
        if pressure:
            values = {"vital:systolic_bp": pressure[1], "vital:diastolic_bp": pressure[2]}
        for code, value in values.items():
            band = band_of(code, value, result.unit, record.age, record.sex) if code in self.vocabulary.terms else ""
            if band:
                sheet.add_from_note(Fact(code.partition(":")[0], code, band, (span,)))

    def _test(self, item: Item) -> str | None:
        for code in item.codes:
            if found := self.vocabulary.by_code(code, "lab", "vital"):
                return found
        kinds = ("vital", "lab") if item.section is Section.VITAL else ("lab", "vital")
        lexicon = self.vocabulary.lexicon(*kinds)
        for line in item.text.split("\n"):
            if found := lexicon.exact(key_of(line)) or lexicon.exact(key_of(re.sub(r"[(（\[].*", "", line))):
                return found
        return None

    def _band(self, code: str, value: str, unit: str, item: Item, record: Record, sheet: SheetBuilder) -> bool:
        band = band_of(code, value, unit, record.age, record.sex) if code in self.vocabulary.terms else ""
        if band:
            sheet.add(Fact(code.partition(":")[0], code, band, (Span(item.path, 0, len(item.text)),)))
        return bool(band)


#: Kinds of fact, in the order of the sheet.
FACT_KINDS = ("age", "sex", "allergy", "allergy_status", "condition", "medicine", "lab", "vital", "lifestyle")
_PRECEDENCE = ("active", "suspected", "remission", "past", "stopped")
_PRESENT = frozenset({"active", "suspected"})
_KINDS: dict[Section, tuple[str, ...]] = {
    Section.CONDITION: ("condition",),
    Section.FAMILY: ("condition",),
    Section.ALLERGY: ("allergen", "medicine", "class"),
    Section.MEDICINE: ("medicine", "class"),
    Section.LIFESTYLE: ("lifestyle",),
}
_FACT_KIND = {
    Section.CONDITION: "condition",
    Section.FAMILY: "condition",
    Section.ALLERGY: "allergy",
    Section.MEDICINE: "medicine",
    Section.LIFESTYLE: "lifestyle",
}


def _lines_of(text: str) -> list[tuple[str, int]]:
    """The lines of a text that hold something, each with the place where it begins."""
    found, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append((line, at))
        at += len(line) + 1
    return found


def _as_written(span: Span, places: Places, at: int = 0) -> Span:
    """A span of a folded line as a span of the text as written, in which the line begins at `at`."""
    start, end = places.span(span.start, span.end)
    return Span(span.path, at + start, at + end)


def _placed(fact: Fact, places: Places, at: int = 0) -> Fact:
    return replace(fact, spans=tuple([_as_written(span, places, at) for span in fact.spans]))


def age_band(age: int) -> str:
    """The code of the narrow age band."""
    return next((code for code, first, beyond in _age_bands() if first <= age < beyond), "")


@cache
def _age_bands() -> tuple[tuple[str, int, int], ...]:
    """The narrow age bands: code, first year, and the year that is no longer in it."""
    narrow = [row for row in rows("closed/ages.tsv") if row["parent"]]
    return tuple((f"age:{row['id']}", int(row["from"]), int(row["to"] or 999)) for row in narrow)


def _newest(items: Iterable[Item]) -> list[Item]:
    """Of several results of the same test the newest; among equals, the last in the record."""
    newest: dict[tuple[str, ...], Item] = {}
    for item in items:
        key = item.codes[:1] or (key_of(item.text),)
        known = newest.get(key)
        if known is None or item.when >= known.when:
            newest[key] = item
    return list(newest.values())
