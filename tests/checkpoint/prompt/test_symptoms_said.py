"""What people say of their bodies is read as the symptom it is; what a healthy person says is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.checkpoint.prompt.inspection import words

from sekisho.local.medical.vocabulary import load_vocabulary

HERE = Path(__file__).parent


def table(name: str) -> list[tuple[str, str]]:
    """Sentence and symptom, a row a line; the symptom is empty where there is none."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [(said, symptom) for said, _, symptom in (line.partition("\t") for line in lines if line[:1] != "#")]


@pytest.mark.parametrize(("said", "symptom"), [*table("symptoms_said.tsv"), *table("english_symptoms_said.tsv")])
def test_a_symptom_is_read_from_how_people_say_it(said: str, symptom: str) -> None:
    assert f"symptom:{symptom}" in load_vocabulary().terms
    assert symptom in [one.code.partition(":")[2] for one in words().read(said) if not one.negated]


@pytest.mark.parametrize("said", [said for said, _ in table("no_symptom_said.tsv")])
def test_what_a_healthy_person_says_is_no_symptom(said: str) -> None:
    assert [one.code for one in words().read(said) if one.code.startswith("symptom:")] == []


@pytest.mark.parametrize(("said", "symptom"), table("symptoms_denied.tsv"))
def test_a_symptom_that_is_denied_is_never_stated(said: str, symptom: str) -> None:
    found = {one.code.partition(":")[2]: one.negated for one in words().read(said)}
    assert found[symptom] is True
    assert all(found.values())


@pytest.mark.parametrize(
    "said",
    [
        "ろれつがうまく回らない",
        "ご飯が喉を通らない",
        "眠くて仕方がない",
        "イライラがおさえられない",
        "かゆみが治りません",
        "結膜炎かもしれない",
        "片頭痛の薬が効かなくなってきた",
        "鼻血が止まりません",
        "尿が朝から1回しか出ていません",
        "左手に全然力が入らない",
    ],
)
def test_a_symptom_that_is_itself_something_lacking_is_not_denied(said: str) -> None:
    found = [one.negated for one in words().read(said) if one.code.startswith("symptom:")]
    assert found
    assert not any(found)


def test_a_name_of_the_body_part_says_more_than_the_bare_name_of_its_sign() -> None:
    assert [one.code for one in words().read("膝に痛みがあります")] == ["symptom:knee_pain"]
    assert [one.code for one in words().read("首の右側にしこりがあります")] == ["symptom:lump_neck"]
    assert [one.code for one in words().read("I have swollen ankles")] == ["symptom:leg_edema"]
    assert [one.code for one in words().read("pins and needles in my hand")] == ["symptom:numbness_hand"]
