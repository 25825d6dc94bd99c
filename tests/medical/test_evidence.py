"""Every fact names where in the record it stands: the very characters as they were written, in every shape of record."""

# ruff: noqa: E501 - tables with wide letters, a row a line

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.medical.reading import domain, record_of

from sekisho.local.facts import Fact
from sekisho.local.medical.fold import fold, places_of
from sekisho.local.medical.vocabulary import load_vocabulary
from sekisho.local.records.record import Record

VOCABULARY = load_vocabulary()
CODES = frozenset(VOCABULARY.terms)
many = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

#: What becomes shorter or longer when it is folded, and what does not.
odd = st.sampled_from(["ｶﾞ", "ﾊﾟ", "㎎", "㌔", "ﬃ", "İ", "①", "㍻", "か\u3099", "e\u0301", "ｱ", "１", "　", "한", "\u1112\u1161\u11ab", "ﷺ", "Σ", "ﾞ", "\u0301"])  # fmt: skip
written = st.lists(odd | st.text(max_size=3), max_size=12).map("".join)


@many
@given(written)
def test_every_character_of_a_folded_text_has_its_place_in_the_text_as_written(text: str) -> None:
    folded, places = fold(text), places_of(text)
    assert len(places.starts) == len(places.ends) == len(folded)
    assert list(places.starts) == sorted(places.starts)
    for at, character in enumerate(folded):
        start, end = places.span(at, at + 1)
        assert 0 <= start < end <= len(text)
        assert character.casefold() in fold(text[start:end]).casefold()  # a Greek s at the end is another letter
    assert folded == "" or places.span(0, len(folded)) == (0, len(text))


@many
@given(written, written)
def test_a_word_between_odd_characters_is_found_where_it_stands(before: str, after: str) -> None:
    text = f"{before}\nｱｽﾋﾟﾘﾝ\n{after}"
    at = fold(text).index("アスピリン", len(fold(before)))
    start, end = places_of(text).span(at, at + len("アスピリン"))
    assert text[start:end] == "ｱｽﾋﾟﾘﾝ"


NOTES = [
    ("処方: ｱｽﾋﾟﾘﾝ 100㎎、ﾜｰﾌｧﾘﾝ", {"ｱｽﾋﾟﾘﾝ", "ﾜｰﾌｧﾘﾝ"}),
    ("㌔㌔㌔ ｶﾞｯｺｳ ｶﾞﾝﾀﾞﾑ。２型糖尿病で通院中。", {"２型糖尿病"}),
    ("ﾊﾞｾﾄﾞｳ病の治療中。ペニシリンアレルギーあり。", {"ﾊﾞｾﾄﾞｳ病", "ペニシリンアレルギー"}),
    ("İİİ asthma. Takes warfarin ㎎㎎ and aspirin daily.", {"asthma", "warfarin", "aspirin"}),
]


@pytest.mark.parametrize(("note", "words"), NOTES, ids=range(len(NOTES)))
def test_the_words_of_a_note_are_pointed_at_as_they_were_written(note: str, words: set[str]) -> None:
    found = set(_words_of(record_of({"patient": {}, "notes": note})))
    assert {word for word in words if not any(word in f or f in word for f in found)} == set()
    assert all(f in note for f in found)
    assert all(any(f in word or word in f for word in words) for f in found)


ENTRIES: list[tuple[dict[str, Any], str, str]] = [
    ({"medical_history": ["ｶﾞｯｺｳ健診: ﾊﾞｾﾄﾞｳ病疑い"]}, "condition:graves_disease", "ﾊﾞｾﾄﾞｳ病"),
    ({"current_medications": ["㌔ ｱｽﾋﾟﾘﾝ腸溶錠100㎎"]}, "medicine:aspirin", "ｱｽﾋﾟﾘﾝ腸溶錠"),
    ({"allergies": ["ﾊﾟﾝﾌﾚｯﾄ参照、ﾋﾟｰﾅｯﾂ"]}, "allergen:peanut", "ﾋﾟｰﾅｯﾂ"),
]


@pytest.mark.parametrize(("content", "code", "word"), ENTRIES, ids=range(len(ENTRIES)))
def test_the_words_of_an_entry_are_pointed_at_as_they_were_written(
    content: dict[str, Any], code: str, word: str
) -> None:
    record = record_of({"patient": {}, **content})
    (fact,) = [f for f in domain().facts(record).facts if f.code == code]
    assert set(_slices(record, fact)) == {word}


def test_a_display_that_is_not_the_first_is_pointed_at_where_it_stands() -> None:
    coded = {"text": "ﾊｳｽ病名 ｶﾞ", "coding": [{"display": "ﾊﾞｾﾄﾞｳ病"}]}
    record = record_of(_bundle({"resourceType": "Condition", "code": coded}))
    (fact,) = [f for f in domain().facts(record).facts if f.kind == "condition"]
    assert set(_slices(record, fact)) == {"ﾊﾞｾﾄﾞｳ病"}


words = st.sampled_from(
    ["喘息", "糖尿病", "ﾊﾞｾﾄﾞｳ病", "ペニシリン", "ﾋﾟｰﾅｯﾂ", "ワルファリン1mg", "㎎", "ｶﾞ", "父が", "なし", "疑い", "アレルギー", "胃全摘術", "Dr. Vance",
     "佐藤 健一さん", "TSH 0.01", "HbA1c 8.1%", "禁煙", "\n", "、", "。", "処方:", "金糸雀"]
)  # fmt: skip
texts = st.lists(words | st.text(max_size=4), max_size=6).map("".join)
status = st.sampled_from(["active", "resolved", "completed", "in-progress", "stopped", "refuted", "current", "final"])


@st.composite
def plain_records(draw: st.DrawFn) -> dict[str, Any]:
    sections = ("medical_history", "allergies", "current_medications", "notes", "family_history", "lifestyle")
    entry = texts | st.fixed_dictionaries({"name": texts, "status": texts})
    content = {name: draw(st.lists(entry, max_size=3)) for name in sections if name != "notes"}
    results = draw(st.dictionaries(texts, st.floats(0, 500) | texts, max_size=2))
    return {
        "patient": {"age": draw(st.integers(0, 99)), "sex": "F"},
        "notes": draw(texts),
        "lab_results": results,
        **content,
    }


@st.composite
def bundles(draw: st.DrawFn) -> dict[str, Any]:
    def coded() -> dict[str, Any]:
        return {"text": draw(texts), "coding": [{"display": draw(texts), "code": draw(texts)}]}

    def note() -> list[dict[str, Any]]:
        return [{"text": draw(texts)}]

    letter = base64.b64encode(draw(texts).encode("utf-8", "replace")).decode()
    substance = {"substance": coded()}
    return _bundle(
        {"resourceType": "Condition", "clinicalStatus": coded(), "code": coded(), "note": note()},
        {"resourceType": "AllergyIntolerance", "code": coded(), "reaction": [substance]},
        {"resourceType": "MedicationRequest", "status": draw(status), "medicationCodeableConcept": coded()},
        {"resourceType": "Procedure", "status": draw(status), "code": coded()},
        {"resourceType": "Observation", "status": draw(status), "code": coded(), "valueString": draw(texts)},
        {"resourceType": "FamilyMemberHistory", "status": draw(status), "condition": [{"code": coded()}]},
        {"resourceType": "Encounter", "status": draw(status), "reasonCode": [coded()]},
        {"resourceType": "Composition", "section": [{"title": draw(texts), "text": {"div": f"<div>{draw(texts)}</div>"}}]},
        {"resourceType": "DocumentReference", "status": draw(status), "content": [{"attachment": {"contentType": "text/plain", "data": letter}}]},
    )  # fmt: skip


@many
@given(plain_records() | bundles())
def test_nothing_but_terms_reaches_a_fact_and_every_fact_names_its_evidence(content: dict[str, Any]) -> None:
    record = record_of(content)
    paths = {item.path: item for item in record.items}
    for fact in domain().facts(record).facts:
        assert {fact.code, f"status:{fact.status}"} <= CODES
        assert fact.spans, fact.code
        for span in fact.spans:
            assert span.path in paths or span.path in (record.age_at, record.sex_at)
            lengths = [len(item.text) for item in record.items if item.path == span.path] or [0]
            assert 0 <= span.start <= span.end <= max(lengths)
        if fact.kind in ("condition", "medicine", "allergy"):
            assert list(_slices(record, fact)), fact.code


def _bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    patient = {"resourceType": "Patient", "gender": "female", "birthDate": "1970-05-20"}
    return {"resourceType": "Bundle", "entry": [{"resource": resource} for resource in (patient, *resources)]}


def _slices(record: Record, fact: Fact) -> Iterator[str]:
    """What stands at the places of a fact. A code stands for the whole entry."""
    for span in fact.spans:
        for item in record.items:
            if item.path == span.path:
                yield item.text[span.start : span.end] or item.text


def _words_of(record: Record) -> Iterator[str]:
    for fact in domain().facts(record).facts:
        if fact.kind in ("condition", "medicine", "allergy"):
            yield from _slices(record, fact)
