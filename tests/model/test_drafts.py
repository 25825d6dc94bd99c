"""A draft read back: only what the record says too becomes a fact, and no word of the draft goes on."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model.chat_server import draft
from tests.model.rooms import domain, sample

from sekisho.errors import SetupError
from sekisho.local.facts import FactSheet
from sekisho.local.medical.drafts import DraftReader
from sekisho.local.medical.prompts import draft_schema
from sekisho.local.medical.vocabulary import load_vocabulary
from sekisho.local.model.protocol import DraftReading
from sekisho.local.records.reader import read_record


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> FactSheet:
    path = tmp_path_factory.mktemp("case") / "case.json"
    path.write_bytes(sample("03-elderly.json"))
    return domain().facts(read_record(path, date(2026, 11, 22)))


def read(draft: dict[str, Any], sheet: FactSheet) -> DraftReading:
    return DraftReader(load_vocabulary()).read(draft, sheet)


def codes(ids: frozenset[str], sheet: FactSheet) -> set[str]:
    return {fact.code for fact in sheet.facts if fact.id in ids}


NAMED: dict[str, tuple[str, set[str]]] = {
    "as the record has it": ("心房細動", {"condition:atrial_fibrillation"}),
    "in a sentence": ("心房細動があり注意が必要", {"condition:atrial_fibrillation"}),
    "in English": ("atrial fibrillation", {"condition:atrial_fibrillation"}),
    "by another name": ("ワーファリン", {"medicine:warfarin"}),
    "two at once": ("心房細動と脳梗塞", {"condition:atrial_fibrillation", "condition:cerebral_infarction"}),
    "not in the record": ("白血病", set()),
    "narrower than the record": ("1型糖尿病", set()),
    "denied": ("心房細動なし", set()),
    "no term": ("佐々木 健三さん", set()),
    "nothing": ("", set()),
}


@pytest.mark.guarantee("G2")
@pytest.mark.parametrize("how", NAMED)
@pytest.mark.parametrize("key", ["related_history", "risk_factors", "recommendations"])
def test_a_phrase_becomes_the_facts_of_the_record_that_it_names(sheet: FactSheet, key: str, how: str) -> None:
    text, wanted = NAMED[how]
    choice = read(draft(**{key: [text]}), sheet).choice
    chosen = choice.risks if key == "risk_factors" else choice.history
    assert codes(chosen, sheet) == wanted
    assert not (choice.history if key == "risk_factors" else choice.risks)


def test_a_broader_name_means_what_is_below_it_in_the_record(sheet: FactSheet) -> None:
    choice = read(draft(related_history=["糖尿病"]), sheet).choice
    assert codes(choice.history, sheet) == {"condition:type_2_diabetes"}


def test_naming_something_as_context_chooses_nothing(sheet: FactSheet) -> None:
    said = draft(
        chronic_conditions=["心房細動"],
        allergies=["造影剤"],
        current_medications=["ワルファリン"],
        potential_interactions=["ワルファリンとロキソプロフェン"],
    )
    reading = read(said, sheet)
    assert not reading.choice.history | reading.choice.risks
    assert (reading.supported, reading.unsupported, reading.unknown) == (4, 0, 0)


def test_what_did_not_leave_is_counted(sheet: FactSheet) -> None:
    reading = read(draft(related_history=["白血病", "肺炎", "山田太郎", "心房細動"]), sheet)
    assert (reading.supported, reading.unsupported, reading.unknown) == (1, 2, 1)


SPOILED: list[Any] = [
    {},
    {"patient_context": {}},
    {**draft(), "note": "x"},
    {**draft(), "recommendations": "x", "patient_context": None},
    {**draft(), "recommendations": [1]},
    {**draft(), "recommendations": [["x"]]},
    {**draft(), "recommendations": {"x": "y"}},
    {**draft(), "symptom_relevance": {"related_history": []}},
    draft(recommendations=["x"] * 201),
]


@pytest.mark.parametrize("spoiled", SPOILED, ids=range(len(SPOILED)))
def test_a_draft_of_another_shape_is_none(sheet: FactSheet, spoiled: Any) -> None:
    with pytest.raises(SetupError, match="model_invalid"):
        read(spoiled, sheet)


@given(texts=st.lists(st.text() | st.sampled_from(["心房細動", "鬼塚 さくら", "白血病"]), max_size=8))
def test_whatever_is_drafted_only_facts_of_the_record_come_of_it(sheet: FactSheet, texts: list[str]) -> None:
    reading = read(draft(related_history=texts, risk_factors=texts), sheet)
    ids = {fact.id for fact in sheet.facts}
    assert reading.choice.history | reading.choice.risks <= ids
    assert all(text not in repr(reading) for text in texts if len(text) > 3 and not text.isascii())


def test_the_schema_of_a_draft_is_that_of_the_summary(tmp_path: Path) -> None:
    def keys(schema: dict[str, Any]) -> object:
        return {name: keys(part) for name, part in schema.get("properties", {}).items()} or None

    shape: dict[str, Any] = {}
    for slot in domain().catalog.shape:
        *parents, last = slot.path.split(".")
        place = shape
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = None
    assert keys(draft_schema()) == shape
    assert json.loads(json.dumps(draft_schema())) == draft_schema()
    assert "additionalProperties" in draft_schema()
