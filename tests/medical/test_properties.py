"""Whatever a record holds: nothing that is written in it reaches a fact, an offer or a candidate."""

# ruff: noqa: E501 - tables with wide letters, a row a line

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.medical.reading import domain, record_of, sheet_of

from sekisho.checkpoint.policy import Policy
from sekisho.checkpoint.wall import Wall
from sekisho.errors import InputError
from sekisho.local.facts import FactSheet
from sekisho.local.medical.notes import NoteReader
from sekisho.local.medical.vocabulary import load_vocabulary
from sekisho.local.model.protocol import Choice
from sekisho.local.records import keys

TERMS = load_vocabulary().terms
CODES = frozenset(TERMS)
DISPLAYS = frozenset(d for t in TERMS.values() for d in (t.ja, t.en))

medical_words = st.sampled_from(
    [
        "喘息", "糖尿病", "川崎病", "結核", "penicillin", "卵", "ワルファリン1mg", "TSH 0.01", "父が", "なし", "疑い", "既往",
        "アレルギー", "Dr. Vance", "佐藤 健一さん", "中止", "開始", "から", "へ変更", "20本/日", "148/95", "2020-01-01", "H", "12.3 H",
        "陽性", "?", "、", "。", "\n", "\x00", "\ud800", "ﾍﾟﾆｼﾘﾝ", "Ｄ Ｍ", "<0.01", "％", "🙂",
    ]
)  # fmt: skip
texts = st.lists(medical_words | st.text(max_size=8), max_size=6).map("".join)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
known_keys = st.sampled_from(
    sorted([*keys.SECTIONS, *keys.TEXT_KEYS, *keys.STATUS_KEYS, *keys.VALUE_KEYS, *keys.DATE_KEYS, *keys.IDENTIFIER_KEYS,
            *keys.PERSON_PARTS, *keys.PRIVATE_PARTS, *keys.AGE_KEYS, *keys.DOB_KEYS, *keys.SEX_KEYS])
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(known_keys | texts, inner, max_size=4),
    max_leaves=20,
)
records = st.dictionaries(known_keys, values, min_size=1, max_size=6)
many = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


def read(content: Any) -> FactSheet | None:
    try:
        return sheet_of(content)
    except InputError:
        return None


@many
@given(records, texts)
def test_nothing_of_a_record_reaches_a_fact_an_offer_or_a_candidate(content: dict[str, Any], question: str) -> None:
    sheet = read(content)
    assume(sheet is not None)
    assert sheet is not None
    for fact in sheet.facts:
        assert fact.code in CODES
        assert f"status:{fact.status}" in CODES
    for language in ("ja", "en"):
        prepared = domain().prepare(sheet, question, language)
        for offered in prepared.offer.facts:
            name, _, status = offered.line.rpartition(" (")
            assert {name, status.removesuffix(")")} <= DISPLAYS
        assert set(prepared.offer.symptoms) <= DISPLAYS
        everything = frozenset(f.id for f in sheet.facts)
        candidate = domain().candidate(prepared, Choice(everything, everything), Policy())
        ids = everything | {s.id for s in prepared.symptoms}
        for statement in candidate.statements:
            assert set(statement.terms) <= CODES
            assert set(statement.facts) <= ids
        assert isinstance(json.dumps(candidate.as_plain()), str)


@many
@given(records)
def test_places_are_made_of_keys_that_the_reader_knows(content: dict[str, Any]) -> None:
    sheet = read(content)
    assume(sheet is not None)
    assert sheet is not None
    known = keys.SECTIONS.keys() | keys.IDENTIFIER_KEYS.keys() | set(keys.TEXT_KEYS)
    for group in (keys.PRIVATE_PARTS, keys.PERSON_PARTS, keys.STATUS_KEYS, keys.VALUE_KEYS, keys.DATE_KEYS,
                  keys.AGE_KEYS, keys.DOB_KEYS, keys.SEX_KEYS, keys.CODE_KEYS, keys.UNIT_KEYS, keys.PLAIN_KEYS):  # fmt: skip
        known |= group
    for path in [u.path for u in sheet.unlisted] + [s.path for f in sheet.facts for s in f.spans]:
        for part in path.split("."):
            name = part.partition("[")[0]
            assert name == "?" or keys.fold_key(name) in known, path


@many
@given(texts)
def test_reading_a_note_never_raises_and_gives_terms_only(text: str) -> None:
    for fact in NoteReader(load_vocabulary()).read(text, "notes"):
        assert fact.code in CODES
        assert f"status:{fact.status}" in CODES
        assert all(0 <= span.start <= span.end for span in fact.spans)


@many
@given(st.dictionaries(st.text(max_size=5), values, max_size=3))
def test_a_bundle_of_anything_is_read_or_refused_with_a_code(resource: dict[str, Any]) -> None:
    for kind in ("Condition", "AllergyIntolerance", "MedicationRequest", "Observation", "Patient", "Composition"):
        odd = {**resource, "code": resource.get("code", resource), "note": [{"text": "喘息"}], "resourceType": kind}
        patient = {"resourceType": "Patient", "name": [resource]}
        content = {"resourceType": "Bundle", "entry": [{"resource": patient}, {"resource": odd}]}
        sheet = read(content)
        assert sheet is None or all(f.code in CODES for f in sheet.facts)


@many
@given(records)
def test_the_identifiers_of_any_record_can_be_looked_for(content: dict[str, Any]) -> None:
    try:
        record = record_of(content)
    except InputError:
        return
    assert Wall(record.identifiers).find("") is None
