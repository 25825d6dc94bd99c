"""From FHIR resources to facts: every status that R4 knows, what was done, what is carried, what is given."""

# ruff: noqa: E501 - tables with wide letters, a row a line

from __future__ import annotations

from typing import Any

import pytest
from tests.medical.reading import TODAY, sheet_of
from tests.records.reading import bundle, coded


def code(value: str) -> dict[str, Any]:
    return {"coding": [{"code": value}]}


def facts_in(*resources: dict[str, Any]) -> set[str]:
    """Facts as `id status`; an allergy is marked."""
    facts = [f for f in sheet_of(bundle(*resources)).facts if f.kind not in ("age", "sex")]
    return {f"{'allergy ' * (f.kind == 'allergy')}{f.code.partition(':')[2]} {f.status}" for f in facts}


SO = {None: "active", "active": "active", "recurrence": "active", "relapse": "active"}
OVER = {"inactive": "past", "remission": "remission", "resolved": "past"}
SURE = (None, "confirmed")
SUSPECTED = ("unconfirmed", "provisional", "differential")
NOT_SO = ("refuted", "entered-in-error")
CONDITIONS = [
    *((clinical, sure, f"asthma {status}") for clinical, status in {**SO, **OVER}.items() for sure in SURE),
    *((clinical, doubt, "asthma suspected") for clinical in SO for doubt in SUSPECTED),
    *((clinical, doubt, "") for clinical in OVER for doubt in SUSPECTED),
    *((clinical, wrong, "") for clinical in {**SO, **OVER} for wrong in NOT_SO),
]


@pytest.mark.parametrize(("clinical", "verification", "expected"), CONDITIONS)
def test_a_condition_has_the_status_that_its_codes_tell(
    clinical: str | None, verification: str | None, expected: str
) -> None:
    resource: dict[str, Any] = {"resourceType": "Condition", "code": coded("Asthma")}
    resource |= {"clinicalStatus": code(clinical)} if clinical else {}
    resource |= {"verificationStatus": code(verification)} if verification else {}
    assert facts_in(resource) == ({expected} if expected else set())


ALLERGIES = [
    *((clinical, sure, "allergy peanut active") for clinical in (None, "active") for sure in (None, "confirmed", "presumed")),
    *((clinical, "unconfirmed", "allergy peanut suspected") for clinical in (None, "active")),
    *((clinical, sure, "") for clinical in ("inactive", "resolved") for sure in (None, "confirmed", "unconfirmed")),
    *((clinical, wrong, "") for clinical in (None, "active", "resolved") for wrong in NOT_SO),
]  # fmt: skip


@pytest.mark.parametrize(("clinical", "verification", "expected"), ALLERGIES)
def test_an_allergy_has_the_status_that_its_codes_tell(
    clinical: str | None, verification: str | None, expected: str
) -> None:
    resource: dict[str, Any] = {"resourceType": "AllergyIntolerance", "code": coded("Peanut")}
    resource |= {"clinicalStatus": code(clinical)} if clinical else {}
    resource |= {"verificationStatus": code(verification)} if verification else {}
    assert facts_in(resource) == ({expected} if expected else set())


def test_the_substance_of_a_reaction_is_what_a_general_code_means() -> None:
    reaction = [{"substance": coded("Amoxicillin"), "manifestation": [coded("Hives")]}]
    resource = {"resourceType": "AllergyIntolerance", "code": {"text": "Reaction seen"}, "reaction": reaction}
    assert facts_in(resource) == {"allergy amoxicillin active"}
    assert facts_in({**resource, "code": coded("Penicillin")}) == {"allergy penicillin active"}


KINDS = ("MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationAdministration")
MEDICINES = {
    "active": ("active", "active", "active", "stopped"),
    "in-progress": ("active", "active", "active", "active"),
    "unknown": ("active", "active", "stopped", "stopped"),
    "completed": ("stopped", "stopped", "stopped", "stopped"),
    "on-hold": ("stopped", "stopped", "stopped", "stopped"),
    "stopped": ("stopped", "stopped", "stopped", "stopped"),
    **dict.fromkeys(
        ("cancelled", "entered-in-error", "draft", "intended", "not-taken", "preparation", "declined", "not-done"),
        ("", "", "", ""),
    ),
}


@pytest.mark.parametrize("status", MEDICINES)
def test_a_medicine_has_the_status_that_its_code_tells(status: str) -> None:
    for kind, expected in zip(KINDS, MEDICINES[status], strict=True):
        resource = {"resourceType": kind, "status": status, "medicationCodeableConcept": coded("Warfarin")}
        assert facts_in(resource) == ({f"warfarin {expected}"} if expected else set()), kind


@pytest.mark.parametrize(
    ("given", "days", "expected"),
    [
        ("2026-05-20", 28, "active"),
        ("2026-06-01T09:00:00+09:00", 7, "active"),
        ("2026-04-20", 28, "active"),  # 42 days ago: what is left over
        ("2026-04-19", 28, "stopped"),
        ("2020-01-01", 90, "stopped"),
        ("2026-07-01", 28, "stopped"),
        ("2026-05-20", None, "stopped"),
        ("2026-05-20", 100_000, "stopped"),
        (None, 28, "stopped"),
    ],
)
def test_a_medicine_that_was_handed_over_is_taken_as_long_as_it_lasts(
    given: str | None, days: int | None, expected: str
) -> None:
    assert TODAY.isoformat() == "2026-06-01"
    resource = {
        "resourceType": "MedicationDispense", "status": "completed", "medicationCodeableConcept": coded("Warfarin"),
        "whenHandedOver": given, "daysSupply": {"value": days},
    }  # fmt: skip
    assert facts_in(resource) == {f"warfarin {expected}"}


def test_a_statement_is_over_with_its_period() -> None:
    resource = {"resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": coded("Warfarin")}  # fmt: skip
    assert facts_in({**resource, "effectivePeriod": {"end": "2026-05-31"}}) == {"warfarin stopped"}
    assert facts_in({**resource, "effectivePeriod": {"end": "2026-06-01"}}) == {"warfarin active"}


PROCEDURES = [
    ("胃全摘術", "completed", "total_gastrectomy_history"),
    ("腹腔鏡下胆嚢摘出術", "completed", "cholecystectomy_history"),
    ("人工膝関節置換術（右）", "completed", "artificial_knee"),
    ("右人工膝関節置換術", "completed", "artificial_knee"),
    ("経皮的冠動脈形成術", "completed", "pci_history"),
    ("ペースメーカー植込み", "completed", "pacemaker"),
    ("Coronary artery bypass grafting", "completed", "cabg_history"),
    ("Total knee arthroplasty (procedure)", "completed", "artificial_knee"),
    ("Laparoscopic cholecystectomy", "completed", "cholecystectomy_history"),
    ("Hysterectomy", "completed", "hysterectomy_history"),
    ("人工肛門閉鎖術", "completed", ""),
    ("ペースメーカー点検", "completed", ""),
    ("Removal of coronary stent", "completed", ""),
    ("Closure of colostomy", "completed", ""),
    ("Cholecystectomy planning", "completed", ""),
    ("胃全摘術", "not-done", ""),
    ("胃全摘術", "stopped", ""),
    ("胃全摘術", "preparation", ""),
    ("胃全摘術", "entered-in-error", ""),
    ("胃全摘術", "unknown", ""),
    ("胃全摘術", "in-progress", ""),
    ("血液透析", "in-progress", "hemodialysis"),
    ("血液透析", "completed", ""),
    ("Hemodialysis", "completed", ""),
    ("Hemodialysis (procedure)", "in-progress", "hemodialysis"),
    ("化学療法", "in-progress", "chemotherapy_state"),
    ("化学療法", "completed", "history_of_chemotherapy"),
    ("Documentation of current medications", "completed", ""),
    ("Sputum examination (procedure)", "completed", ""),
    ("糖尿病教育", "completed", ""),
    ("Asthma screening", "completed", ""),
]


@pytest.mark.parametrize(("name", "status", "expected"), PROCEDURES)
def test_a_procedure_leaves_the_state_that_the_vocabulary_has_for_it(name: str, status: str, expected: str) -> None:
    sheet = sheet_of(bundle({"resourceType": "Procedure", "status": status, "code": coded(name)}))
    found = {fact.code for fact in sheet.of("condition", "active")}
    assert found == ({f"condition:{expected}"} if expected else set())
    assert sheet.unlisted == ()


def test_a_procedure_without_a_state_is_counted_as_not_read() -> None:
    done = {"resourceType": "Procedure", "status": "completed"}
    assert sheet_of(bundle({**done, "code": coded("Sputum examination")})).unread == 1
    assert sheet_of(bundle({**done, "code": coded("Hysterectomy")})).unread == 0


DEVICES = [
    ({"resourceType": "Device", "status": "active", "type": coded("Cardiac pacemaker, device (physical object)")}, "pacemaker"),
    ({"resourceType": "Device", "status": "active", "deviceName": [{"name": "植込み型除細動器"}]}, "icd_device"),
    ({"resourceType": "Device", "status": "inactive", "type": coded("Cardiac pacemaker")}, ""),
    ({"resourceType": "Device", "type": coded("Cardiac pacemaker")}, ""),
    ({"resourceType": "Device", "status": "active", "type": coded("Blood pressure monitor")}, ""),
    ({"resourceType": "DeviceUseStatement", "status": "active", "device": {"display": "人工内耳"}}, "cochlear_implant"),
    ({"resourceType": "DeviceUseStatement", "status": "completed", "device": {"display": "人工内耳"}}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("device", "expected"), DEVICES, ids=range(len(DEVICES)))
def test_a_device_that_is_in_use_is_a_state(device: dict[str, Any], expected: str) -> None:
    whose = {"patient" if device["resourceType"] == "Device" else "subject": {"reference": "Patient/p1"}}
    assert facts_in({**device, **whose}) == ({f"{expected} active"} if expected else set())
    if device["resourceType"] == "Device":
        assert facts_in(device) == set()  # nobody's: it stands in the ward


@pytest.mark.parametrize(
    ("status", "expected"),
    [("in-progress", {"pneumonia active"}), ("arrived", {"pneumonia active"}), ("finished", set()), ("planned", set()),
     ("cancelled", set()), ("entered-in-error", set())],
)  # fmt: skip
def test_the_reason_of_a_visit_counts_while_it_goes_on(status: str, expected: set[str]) -> None:
    visit = {"resourceType": "Encounter", "status": status, "reasonCode": [coded("Pneumonia (disorder)")]}
    assert facts_in(visit) == expected


def test_the_reason_of_a_visit_never_overrules_the_list_of_conditions() -> None:
    visit = {"resourceType": "Encounter", "status": "in-progress", "reasonCode": [coded("Asthma")]}
    listed = {"resourceType": "Condition", "code": coded("Asthma"), "clinicalStatus": code("resolved")}
    assert facts_in(visit, listed) == facts_in(listed, visit) == {"asthma past"}


def test_a_vaccination_is_no_medicine_that_somebody_takes() -> None:
    given = {"resourceType": "Immunization", "status": "completed", "vaccineCode": coded("Influenza vaccine")}
    assert facts_in(given) == set()
    assert facts_in({**given, "note": [{"text": "卵アレルギーあり"}]}) == {"allergy egg active"}


def test_what_runs_in_the_family_is_the_familys() -> None:
    family = {"resourceType": "FamilyMemberHistory", "status": "completed", "condition": [{"code": coded("Gout")}]}
    assert facts_in(family) == {"gout family"}
    assert facts_in({**family, "status": "entered-in-error"}) == set()


MODIFIER = "http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Condition_Disease"


def modifier(kind: str, word: str) -> dict[str, Any]:
    return {"url": f"{MODIFIER}{kind}Modifier", "valueCodeableConcept": coded(word)}


@pytest.mark.parametrize(
    ("name", "extensions", "expected"),
    [
        ("胃癌", [], {"gastric_cancer active"}),
        ("胃癌", [modifier("Postfix", "の疑い")], {"gastric_cancer suspected"}),
        ("胃癌の疑い", [modifier("Postfix", "の疑い")], {"gastric_cancer suspected"}),
        ("喘息", [modifier("Prefix", "気管支")], {"asthma active"}),
        ("心筋梗塞", [modifier("Prefix", "陳旧性")], {"old_myocardial_infarction active"}),
    ],
)
def test_what_jp_core_says_beside_the_name_of_a_disease_belongs_to_it(
    name: str, extensions: list[dict[str, Any]], expected: set[str]
) -> None:
    resource = {"resourceType": "Condition", "code": coded(name)}
    assert facts_in({**resource, "extension": extensions}) == expected
    assert facts_in({**resource, "code": {**coded(name), "extension": extensions}}) == expected


def test_jp_core_codes_of_a_house_are_known_by_their_words() -> None:
    medicine = coded("アムロジピンＯＤ錠５ｍｇ「トーワ」", "620000001", "urn:oid:1.2.392.200119.4.403.1")
    test = coded("ﾍﾓｸﾞﾛﾋﾞﾝ", "2A030000001930101", "urn:oid:1.2.392.200119.4.504")
    found = facts_in(
        {"resourceType": "MedicationRequest", "status": "active", "medicationCodeableConcept": medicine},
        {"resourceType": "Observation", "status": "final", "code": test, "valueQuantity": {"value": 7.1, "unit": "g/dL"}},
        {"resourceType": "Condition", "code": coded("２型糖尿病", "E119", "http://jpfhir.jp/fhir/Common/CodeSystem/house")},
    )  # fmt: skip
    assert found == {"amlodipine active", "hemoglobin very_low", "type_2_diabetes active"}
