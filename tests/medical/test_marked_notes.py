"""Notes to learn from: what their marks say of a mention, and what the gold list of a record says of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bench.marked_notes import MarkedNote, marked_notes
from bench.note_examples import Example, examples_of_note
from bench.survival import codes_of

from sekisho.local.medical.note_mentions import Mention
from sekisho.local.medical.notes import NoteReader, NoteReading
from sekisho.local.medical.vocabulary import load_vocabulary

WRITTEN = (
    "[[高血圧|c:active]]で[[アムロジピン|m:stopped]]。[[ペニシリン|a:active,m:none]]で蕁麻疹。\n"
    "父[[ＤＭ|c:family]]、胃癌は切除。[[肺炎|c:remission]]、朝食は[[卵|a:none]]。\n=====\n[[CKD|c:past]]\n"
)
VOCABULARY = load_vocabulary()


def notes(folder: Path, written: str = WRITTEN) -> list[MarkedNote]:
    (folder / "w01.txt").write_text(written, encoding="utf-8")
    return list(marked_notes(folder))


def mention(note: MarkedNote, name: str, kind: str) -> Mention:
    start = note.text.index(name)
    return Mention(kind, f"{kind}:x", start, start + len(name), "", "", firmly=False)


@pytest.mark.parametrize(
    ("name", "kind", "outcome"),
    [
        ("高血圧", "condition", "active"),
        ("アムロジピン", "medicine", "stopped"),
        ("アムロジピン", "allergy", "none"),
        ("ペニシリン", "allergy", "active"),
        ("ペニシリン", "medicine", "none"),
        ("DM", "condition", "family"),
        ("肺炎", "condition", "past"),
        ("卵", "allergy", "none"),
        ("卵", "medicine", "none"),
        ("胃癌", "condition", ""),
    ],
)
def test_a_mark_says_what_its_mention_is(tmp_path: Path, name: str, kind: str, outcome: str) -> None:
    first, second = notes(tmp_path)
    assert first.outcome(mention(first, name, kind)) == outcome
    assert "[[" not in first.text
    assert (first.name, second.name, second.text) == ("w01-001", "w01-002", "CKD")


@pytest.mark.parametrize("mark", ["c:actve", "x:active", "c", "c:active;m:none"])
def test_a_mark_that_says_nothing_known_is_an_error_that_names_its_note(tmp_path: Path, mark: str) -> None:
    with pytest.raises(ValueError, match=r"w01-001"):
        notes(tmp_path, f"[[高血圧|{mark}]]")


def test_the_marked_notes_are_many_and_each_is_whole() -> None:
    found = list(marked_notes())
    assert len(found) > 1000
    assert len({note.name for note in found}) == len(found)
    assert not [note.name for note in found if "[[" in note.text or "]]" in note.text or not note.marks]
    assert not [note.name for note in found for mark in note.marks if not note.text[mark.start : mark.end].strip()]


def item(kind: str, name: str, status: str, *accept: str) -> dict[str, Any]:
    return {"kind": kind, "name": name, "en": name, "status": status, "accept": list(accept)}


def learned(text: str, *gold: dict[str, Any], record: str = "practice/201") -> dict[str, Example]:
    """The examples that a note and its list give, by the words of the note."""
    reading, found = read(text, *gold, record=record)
    return {reading.folded[e.mention.start : e.mention.end]: e for e in found}


def learned_of(kind: str, text: str, *gold: dict[str, Any]) -> dict[str, str]:
    """What is learned of one kind of fact."""
    reading, found = read(text, *gold, record="practice/201")
    return {reading.folded[e.mention.start : e.mention.end]: e.outcome for e in found if e.mention.kind == kind}


def read(text: str, *gold: dict[str, Any], record: str) -> tuple[NoteReading, list[Example]]:
    """A note of some length, and its examples."""
    text += (
        "\n経過は良好。次回は予約どおり来院していただく予定です。食事や運動についてはこれまでの指導を続けてください。"
        * 3
    )
    reading = NoteReader(VOCABULARY).reading(text, "notes")
    listed = [(one, *codes_of(one, VOCABULARY)) for one in gold]
    return reading, list(examples_of_note(record, True, reading, listed, VOCABULARY))


def test_a_relatives_illness_takes_nothing_from_a_broader_one_of_the_person() -> None:
    text = "2型糖尿病で通院中。\n家族歴：父 糖尿病。"
    found = learned(text, item("condition", "2型糖尿病", "active"), item("condition", "糖尿病", "family"))
    assert found["2型糖尿病"].outcome == "active"
    assert found["糖尿病"].outcome == "family"
    turned = learned(text, item("condition", "糖尿病", "active", "2型糖尿病"), item("condition", "2型糖尿病", "family"))
    assert turned["2型糖尿病"].of_term == "active"


def test_what_is_denied_is_no_example_of_a_narrower_thing_that_is_so() -> None:
    found = learned("転倒あり、骨折なし。腰椎圧迫骨折のリハビリ中。", item("condition", "腰椎圧迫骨折", "active"))
    assert "骨折" not in found
    assert found["腰椎圧迫骨折"].outcome == "active"


def test_what_a_list_about_allergies_leaves_out_is_no_example_of_nothing() -> None:
    text = "高血圧で内服中。アレルギー：エビで蕁麻疹。肺炎は否定。"
    about_allergies = learned(text, item("allergy", "エビ", "active"), record="practice/703")
    assert "高血圧" not in about_allergies
    assert about_allergies["肺炎"].outcome == "none"
    assert learned(text, item("allergy", "エビ", "active"))["高血圧"].outcome == "none"


def test_what_was_judged_later_keeps_its_status() -> None:
    found = learned("肺炎は先月治癒。", item("condition", "肺炎", "past"))
    assert found["肺炎"].outcome == "past"
    assert learned("腹痛あり。", item("condition", "腹痛", "symptom")) == {}


def test_what_is_named_only_as_the_cause_of_an_allergy_was_no_medicine_although_it_was_judged_to_be_over() -> None:
    text = "アレルギー：ロキソプロフェンで蕁麻疹。高血圧にアムロジピンを内服中。"
    allergy = item("allergy", "ロキソプロフェン", "active")
    later = {**item("medicine", "ロキソプロフェン", "stopped"), "later": True}
    assert learned_of("medicine", text, allergy, later) == {"ロキソプロフェン": "none", "アムロジピン": "none"}
    listed = item("medicine", "ロキソプロフェン", "stopped")
    assert learned_of("medicine", text, allergy, listed)["ロキソプロフェン"] == "stopped"
