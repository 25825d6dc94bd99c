"""FHIR R4 bundles as their sources write them."""

# ruff: noqa: E501 - tables with wide letters, a row a line

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from tests.records.reading import bundle, coded, identified, read, states, texts, values

REQUEST = {"resourceType": "MedicationRequest", "status": "active"}
METFORMIN = {"resourceType": "Medication", "id": "m1", "code": coded("Metformin 500 MG Oral Tablet")}
WARFARIN = {"resourceType": "Medication", "id": "m1", "code": coded("Warfarin 1 MG Oral Tablet")}


def condition(text: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "code": coded(text), **more}


def status(code: str) -> dict[str, Any]:
    return {"coding": [{"code": code}]}


def test_a_contained_medicine_belongs_to_the_resource_that_contains_it(tmp_path: Path) -> None:
    reference = {"medicationReference": {"reference": "#m1"}}
    record = read(
        tmp_path,
        bundle({**REQUEST, **reference, "contained": [METFORMIN]}, {**REQUEST, **reference, "contained": [WARFARIN]}),
    )
    assert texts(record, "medicine") == ["Metformin 500 MG Oral Tablet", "Warfarin 1 MG Oral Tablet"]


@pytest.mark.parametrize(
    "reference", ["urn:uuid:5f2", "Medication/m1", "Medication/m1/_history/3", "https://a.example/fhir/Medication/m1"]
)
def test_a_medicine_is_found_by_every_form_of_reference(tmp_path: Path, reference: str) -> None:
    entry = {"fullUrl": "urn:uuid:5f2", "resource": METFORMIN}
    record = read(tmp_path, bundle({**REQUEST, "medicationReference": {"reference": reference}}, entry))
    assert texts(record, "medicine") == ["Metformin 500 MG Oral Tablet"]


def test_a_contained_medicine_answers_to_no_address_outside(tmp_path: Path) -> None:
    one = {**REQUEST, "medicationReference": {"reference": "#m1"}, "contained": [METFORMIN]}
    other = {**REQUEST, "medicationReference": {"reference": "Medication/m1", "display": "Warfarin"}}
    assert texts(read(tmp_path, bundle(one, other)), "medicine") == ["Metformin 500 MG Oral Tablet", "Warfarin"]


def test_a_reference_to_nowhere_gives_its_display(tmp_path: Path) -> None:
    reference = {"reference": "Medication/9", "display": "Metformin"}
    record = read(tmp_path, bundle({**REQUEST, "medicationReference": reference}))
    assert texts(record, "medicine") == ["Metformin"]
    assert "Metformin" not in identified(record)


@pytest.mark.parametrize(
    "resource",
    [
        condition("Gout", verificationStatus=status("refuted")),
        condition("Gout", verificationStatus=status("entered-in-error")),
        {"resourceType": "AllergyIntolerance", "verificationStatus": status("refuted"), "code": coded("Egg")},
        {**REQUEST, "status": "entered-in-error", "medicationCodeableConcept": coded("Warfarin")},
        {**REQUEST, "status": "draft", "medicationCodeableConcept": coded("Warfarin")},
        {**REQUEST, "doNotPerform": True, "medicationCodeableConcept": coded("Warfarin")},
        {"resourceType": "MedicationStatement", "status": "intended", "medicationCodeableConcept": coded("Warfarin")},
        {"resourceType": "MedicationStatement", "status": "not-taken", "medicationCodeableConcept": coded("Warfarin")},
        {"resourceType": "Observation", "status": "cancelled", "code": coded("TSH"), "valueInteger": 3},
        {"resourceType": "FamilyMemberHistory", "status": "entered-in-error", "condition": [{"code": coded("Gout")}]},
    ],
    ids=lambda r: f"{r['resourceType']} {r.get('status') or r.get('verificationStatus')}",
)
def test_what_is_not_so_is_not_read(tmp_path: Path, resource: dict[str, Any]) -> None:
    assert read(tmp_path, bundle(resource)).items == ()
    assert read(tmp_path, bundle({**resource, "note": [{"text": "Has gout."}]})).items == ()


@pytest.mark.parametrize(
    ("resource", "section", "expected"),
    [
        (condition("Gout", clinicalStatus=status("resolved")), "condition", "resolved"),
        (condition("Gout", clinicalStatus="active"), "condition", "active"),
        (condition("Gout", abatementDateTime="2001-01-01"), "condition", "resolved"),
        (condition("Gout", verificationStatus=status("provisional")), "condition", "provisional"),
        (condition("Gout", clinicalStatus={"text": "remission"}), "condition", "remission"),
        (condition("Gout"), "condition", ""),
        ({**REQUEST, "status": "stopped", "medicationCodeableConcept": coded("Gout")}, "medicine", "stopped"),
    ],
    ids=str,
)
def test_the_status_comes_along(tmp_path: Path, resource: dict[str, Any], section: str, expected: str) -> None:
    assert list(states(read(tmp_path, bundle(resource)), section).values()) == [expected]


@pytest.mark.parametrize(
    ("birth", "death", "age"),
    [
        ("1970-05-20", None, 56),
        ("1970-06-02", None, 55),
        ("1970", None, 55),
        ("1970-05", None, 56),
        ("1970-05-20", "2000-05-19T10:00:00Z", 29),
        ("1970-05-20", "1960-01-01", 56),
        ("2970-05-20", None, None),
        ("0000", None, None),
        ("²²²²", None, None),
        ("1970-13-40", None, 55),
        ("unknown", None, None),
        ("", None, None),
        (None, None, None),
        (1970, None, 55),
    ],
)
def test_age_is_today_or_at_death(tmp_path: Path, birth: Any, death: Any, age: int | None) -> None:
    patient = {"resourceType": "Patient", "birthDate": birth, "deceasedDateTime": death}
    assert read(tmp_path, bundle(patient=patient)).age == age


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "AllergyIntolerance"},
        {"resourceType": "Condition", "code": {}},
        {"resourceType": "Condition", "code": {"coding": [None, {}]}},
        {**REQUEST},
    ],
    ids=lambda r: r["resourceType"],
)
def test_an_entry_without_words_is_not_lost_silently(tmp_path: Path, resource: dict[str, Any]) -> None:
    (item,) = read(tmp_path, bundle(resource)).items
    assert (item.text, item.path) == ("", "entry[1]")


def test_unknown_resource_types_are_counted(tmp_path: Path) -> None:
    record = read(
        tmp_path,
        bundle({"resourceType": "Spaceship"}, {"resourceType": "Immunization"}, {"fullUrl": "x", "resource": None}),
    )
    assert (record.unread, record.items) == (2, ())


def test_all_displays_of_a_concept_are_kept_as_alternatives(tmp_path: Path) -> None:
    code = {"text": "High BP", "coding": [{"system": "s", "code": "1", "display": "Hypertension"}, {"code": "2"}]}
    (item,) = read(tmp_path, bundle({"resourceType": "Condition", "code": code})).items
    assert item.text.split("\n") == ["High BP", "Hypertension"]
    assert item.codes == ("s|1", "|2")


def test_values_of_every_type_are_read(tmp_path: Path) -> None:
    def observation(code: str, **value: Any) -> dict[str, Any]:
        return {"resourceType": "Observation", "status": "final", "code": coded(code), **value}

    record = read(
        tmp_path,
        bundle(
            observation("a", valueQuantity={"value": 7.1, "unit": "%"}),
            observation("b", valueQuantity={"value": 0, "code": "mg/dL"}),
            observation("c", valueString="trace"),
            observation("d", valueCodeableConcept=coded("Positive (qualifier value)")),
            observation("e", valueInteger=0),
            observation("f"),
            observation("g", component=[{"code": coded("h"), "valueQuantity": {"value": 3}}, {"code": coded("i")}]),
        ),
    )
    assert values(record) == [
        ("a", "7.1", "%"), ("b", "0", "mg/dL"), ("c", "trace", ""), ("d", "Positive", ""), ("e", "0", ""), ("h", "3", ""),
    ]  # fmt: skip


def test_vital_signs_and_social_history_go_to_their_sections(tmp_path: Path) -> None:
    def observation(category: str, code: str, **value: Any) -> dict[str, Any]:
        return {"resourceType": "Observation", "category": [status(category)], "code": coded(code), **value}

    record = read(
        tmp_path,
        bundle(
            observation("vital-signs", "Heart rate", valueQuantity={"value": 80}),
            observation(
                "social-history", "Tobacco smoking status", valueCodeableConcept=coded("Never smoker (finding)")
            ),
        ),
    )
    assert values(record, "vital") == [("Heart rate", "80", "")]
    assert texts(record, "lifestyle") == ["Tobacco smoking status: Never smoker"]


def test_the_family_history_is_the_familys(tmp_path: Path) -> None:
    family = {"resourceType": "FamilyMemberHistory", "name": "Joan Roe", "condition": [{"code": coded("Stroke")}]}
    record = read(tmp_path, bundle({**family, "note": [{"text": "She also had gout."}]}))
    assert states(record, "family") == {"Stroke": "family", "She also had gout.": "family"}
    assert "Joan Roe" in identified(record)


def test_all_names_and_addresses_of_everybody_are_identifiers(tmp_path: Path) -> None:
    patient = {
        "resourceType": "Patient",
        "id": "pat-771",
        "name": [
            {"use": "official", "family": "Roe", "given": ["Jane", None, "Q"]},
            {"use": "maiden", "family": ["Stiles"], "given": "Jane"},
            {"text": "山田 花子"},
        ],
        "birthDate": "1970-05-20",
        "identifier": [{"value": "MRN-5512"}, {"value": "999-11-2222"}],
        "address": [{"line": ["1 Elm Row", None], "city": "Leeds", "state": "Kent", "postalCode": "LS1 4AP"}],
        "telecom": [{"system": "phone", "value": "0113 496 0000"}, {"system": "email", "value": "j@example.org"}],
        "contact": [{"name": {"family": "Stiles", "given": ["Bob"]}, "telecom": [{"value": "0113 496 0001"}]}],
        "generalPractitioner": [{"display": "Dora Vance"}],
        "managingOrganization": {"reference": "Organization/1", "display": "Elm Surgery"},
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName", "valueString": "Ogden"}
        ],
    }
    record = read(
        tmp_path,
        bundle(
            {"resourceType": "Practitioner", "id": "pr-1", "name": [{"family": "Moss", "given": ["Ian"]}]},
            {"resourceType": "RelatedPerson", "name": [{"text": "Uma Roe"}], "telecom": [{"value": "0113 496 0002"}]},
            {
                "resourceType": "Organization",
                "name": "North Trust",
                "alias": ["NT"],
                "contact": [{"name": {"text": "Al Fox"}}],
            },
            {"resourceType": "Questionnaire", "contact": [{"name": "Sue Lake"}]},
            {
                "resourceType": "Condition",
                "code": coded("Gout"),
                "asserter": {"display": "Kay West"},
                "onsetDateTime": "2001-02-03T01:00",
            },
            patient=patient,
        ),
    )
    assert {
        "Jane Q Roe", "Roe Jane Q", "Roe", "Stiles", "Jane Stiles", "山田 花子", "pat-771", "1970-05-20", "MRN-5512",
        "999-11-2222", "1 Elm Row", "Leeds", "Kent", "LS1 4AP", "0113 496 0000", "j@example.org", "Bob Stiles",
        "0113 496 0001", "Dora Vance", "Elm Surgery", "Ogden", "Ian Moss", "pr-1", "Uma Roe", "0113 496 0002",
        "North Trust", "NT", "Al Fox", "Sue Lake", "Kay West", "2001-02-03",
    } <= identified(record)  # fmt: skip
    assert identified(record).isdisjoint({"None", "J", "Gout", ""})


@pytest.mark.parametrize(
    "resource",
    [
        {
            **REQUEST,
            "medicationCodeableConcept": coded("X"),
            "reasonReference": [{"reference": "urn:uuid:1", "display": "Asthma"}],
        },
        {"resourceType": "DiagnosticReport", "result": [{"reference": "urn:uuid:2", "display": "Asthma"}]},
        {"resourceType": "Encounter", "diagnosis": [{"condition": {"display": "Asthma"}}]},
        {"resourceType": "Basic", "subject": {"reference": "Condition/3", "display": "Asthma"}},
        {"resourceType": "Basic", "code": coded("Asthma")},
    ],
    ids=lambda r: r["resourceType"],
)
def test_the_display_of_a_finding_is_no_identifier(tmp_path: Path, resource: dict[str, Any]) -> None:
    assert "Asthma" not in identified(read(tmp_path, bundle(resource)))


def test_people_in_written_text_are_identifiers(tmp_path: Path) -> None:
    letter = base64.b64encode("紹介元は森先生です。".encode()).decode()
    record = read(
        tmp_path,
        bundle(
            {
                "resourceType": "Composition",
                "section": [{"title": "経過", "text": {"div": "<div>担当は林先生<br/>以上</div>"}}],
            },
            {
                "resourceType": "DocumentReference",
                "content": [{"attachment": {"contentType": "text/plain", "data": letter}}],
            },
            condition("Gout", note=[{"text": "岡田先生より"}]),
        ),
    )
    found = identified(record)
    assert any("岡田" in word for word in found)
    assert any("森" in text for text in texts(record, "note"))
    assert all("<" not in text for text in texts(record, "note"))


def test_a_bare_patient_is_a_record(tmp_path: Path) -> None:
    record = read(tmp_path, {"resourceType": "Patient", "gender": "male", "birthDate": "1970-05-20"})
    assert (record.age, record.sex) == (56, "male")


def test_a_resource_contained_in_the_patient_is_read(tmp_path: Path) -> None:
    patient = {"resourceType": "Patient", "contained": [condition("Gout")]}
    assert texts(read(tmp_path, patient), "condition") == ["Gout"]
