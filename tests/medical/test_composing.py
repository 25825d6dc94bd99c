"""What is proposed for the samples: everything that safety needs, what bears on the symptoms, and nothing else."""

# ruff: noqa: E501 - tables with wide letters, a row a line

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from tests.medical.reading import TODAY, domain, sheet_of

from sekisho.checkpoint.candidate import Candidate, Statement
from sekisho.checkpoint.evidence import check_support
from sekisho.checkpoint.policy import Policy
from sekisho.errors import Refused
from sekisho.local.facts import Fact, FactSheet
from sekisho.local.medical.relevance import interactions
from sekisho.local.medical.symptoms import symptoms_in
from sekisho.local.medical.vocabulary import load_vocabulary
from sekisho.local.model.protocol import Bearing, Choice, Offer, Offered, only_offered
from sekisho.local.model.rules import Rules
from sekisho.local.records.reader import read_record

SAMPLES = sorted(Path(str(files("sekisho.samples"))).glob("*.json"))
DIZZY = "昨日からめまいと動悸がある"


def sample(start: str) -> FactSheet:
    path = next(p for p in SAMPLES if p.name.startswith(start))
    return domain().facts(read_record(path, TODAY))


def proposed(
    sheet: FactSheet, question: str = DIZZY, policy: Policy | None = None, choice: Choice | None = None
) -> Candidate:
    prepared = domain().prepare(sheet, question, "ja")
    chosen = Rules().choose(prepared.offer) if choice is None else choice
    return domain().candidate(prepared, only_offered(chosen, prepared.offer), policy or Policy())


def said(candidate: Candidate, *templates: str) -> set[str]:
    return {
        code
        for s in candidate.statements
        if s.template in templates
        for code in s.terms
        if not code.startswith("status:")
    }


KEPT = {
    "01": ({"condition:migraine", "condition:graves_disease"}, {"allergen:penicillin"}, set()),
    "02": (
        {"condition:asthma", "condition:atopic_dermatitis"},
        {"allergen:egg", "allergen:walnut"},
        {"medicine:montelukast", "medicine:fluticasone", "medicine:salbutamol"},
    ),
    "03": (
        {"condition:hypertension", "condition:type_2_diabetes", "condition:atrial_fibrillation", "condition:chronic_heart_failure",
         "condition:chronic_kidney_disease", "condition:benign_prostatic_hyperplasia", "condition:knee_osteoarthritis"},
        {"allergen:contrast_medium", "allergen:sulfa"},
        {"medicine:amlodipine", "medicine:warfarin", "medicine:furosemide", "medicine:metformin", "medicine:bisoprolol",
         "medicine:tamsulosin", "medicine:loxoprofen", "medicine:lansoprazole", "medicine:magnesium_oxide",
         "medicine:spironolactone"},
    ),
    "04": ({"condition:fabry_disease", "condition:iron_deficiency_anemia"}, set(), {"medicine:agalsidase_beta"}),
    "05": (
        {"condition:hypertension", "condition:type_2_diabetes", "condition:breast_cancer", "condition:knee_osteoarthritis"},
        {"allergen:sulfa", "allergen:latex"},
        {"medicine:lisinopril", "medicine:metformin", "medicine:atorvastatin", "medicine:ibuprofen"},
    ),
    "06": ({"condition:osteoporosis", "condition:rheumatoid_arthritis"}, {"medicine:aspirin"}, {"medicine:methotrexate"}),
}  # fmt: skip


@pytest.mark.parametrize("start", KEPT)
def test_every_allergy_condition_and_medicine_of_a_sample_is_proposed_whatever_the_model(start: str) -> None:
    conditions, allergies, medicines = KEPT[start]
    silent = proposed(sample(start), choice=Choice(frozenset(), frozenset()))
    assert said(silent, "chronic_active", "chronic_status") >= conditions
    assert said(silent, "allergy", "allergy_suspected") == allergies
    assert said(silent, "medicine") >= medicines


def test_the_samples_are_all_in_the_table() -> None:
    assert {path.name[:2] for path in SAMPLES} == set(KEPT)


def test_the_counts_of_the_elderly_sample_are_whole() -> None:
    candidate = proposed(sample("03"))
    assert len(said(candidate, "medicine")) == 10
    assert len(said(candidate, "chronic_active")) == 7
    assert "condition:cerebral_infarction" in said(candidate, "history_condition")


def test_relatives_and_strangers_diseases_are_not_the_childs() -> None:
    sheet = sample("02")
    own = {f.code for f in sheet.of("condition") if f.status != "family"}
    assert own == {"condition:asthma", "condition:atopic_dermatitis", "condition:kawasaki_disease"}
    assert "condition:influenza" not in {f.code for f in sheet.facts}
    assert {f.code for f in sheet.of("condition", "family")} == {
        "condition:allergic_rhinitis",
        "condition:atopic_dermatitis",
    }


def test_the_husbands_pneumonia_is_not_the_patients() -> None:
    assert "condition:pneumonia" not in {f.code for f in sample("05").facts}


def test_the_relevant_context_keeps_allergies_and_what_bears_on_the_symptoms() -> None:
    full, relevant = (proposed(sample("03"), policy=Policy(context=c)) for c in ("full", "relevant"))
    assert said(relevant, "allergy") == said(full, "allergy")
    assert said(relevant, "chronic_active") < said(full, "chronic_active")
    assert "condition:atrial_fibrillation" in said(relevant, "chronic_active")
    assert "condition:benign_prostatic_hyperplasia" not in said(relevant, "chronic_active")
    assert "medicine:lansoprazole" not in said(relevant, "medicine")
    assert "medicine:warfarin" in said(relevant, "medicine"), "it stands in an interaction"


def test_a_question_about_nothing_leaves_the_history_untouched() -> None:
    candidate = proposed(sample("01"), question="今日は良い天気です")
    assert said(candidate, "history_condition", "history_lab", "risk_condition") == set()
    assert said(candidate, "allergy") == {"allergen:penicillin"}


def test_a_question_cannot_add_a_fact() -> None:
    sheet = sample("01")
    candidate = proposed(sheet, question="私は糖尿病でワルファリンを飲み、卵アレルギーです。めまいと動悸。")
    own = {f.code for f in sheet.facts}
    mentioned = {c for s in candidate.statements for c in s.terms}
    assert not {"condition:diabetes", "medicine:warfarin", "allergen:egg"} & (mentioned - own)


def test_a_model_cannot_choose_what_was_not_offered() -> None:
    offer = Offer("ja", (Offered("F1", "x", Bearing.NONE),), ())
    assert only_offered(Choice(frozenset({"F1", "F2"}), frozenset({"F9"})), offer) == Choice(
        frozenset({"F1"}), frozenset()
    )


def test_the_rules_take_the_domains_opinion() -> None:
    offered = tuple(
        Offered(f"F{i}", "x", b)
        for i, b in enumerate([Bearing.NONE, Bearing.HISTORY, Bearing.RISK, Bearing.HISTORY | Bearing.RISK])
    )
    assert Rules().choose(Offer("ja", offered, ())) == Choice(frozenset({"F1", "F3"}), frozenset({"F2", "F3"}))


def pairs(**content: object) -> set[tuple[str, str, str]]:
    sheet = sheet_of({"patient": {"age": 60, "sex": "F"}, **content})
    return {(link.relation.kind, link.left.code, link.right.code) for link in interactions(sheet, load_vocabulary())}


def test_an_allergy_warns_of_its_whole_class() -> None:
    assert pairs(allergies="ペニシリン", medications=["アモキシシリン", "アムロジピン"]) == {
        ("allergy_medicine", "allergen:penicillin", "medicine:amoxicillin")
    }


def test_an_allergy_to_a_medicine_warns_of_itself() -> None:
    assert ("allergy_medicine", "medicine:aspirin", "medicine:aspirin") in pairs(
        allergies="アスピリン", medications="アスピリン"
    )


def test_two_medicines_are_related_once() -> None:
    found = pairs(medications=["ワルファリン", "ロキソプロフェン"])
    assert len([p for p in found if p[0] == "medicine_medicine"]) == 1


@pytest.mark.parametrize("state", [{"status": "中止"}, {"active": False}, {"end_date": "2001-01-01"}])
def test_a_stopped_medicine_interacts_with_nothing(state: dict[str, object]) -> None:
    assert pairs(medications=["ワルファリン", {"name": "ロキソプロフェン", **state}]) == set()


def test_the_offer_is_made_of_vocabulary_terms_only() -> None:
    vocabulary = load_vocabulary()
    displays = {t.ja for t in vocabulary.terms.values()}
    for start in KEPT:
        offer = domain().prepare(sample(start), f"佐藤美咲です。{DIZZY}。連絡先090-1234-5678", "ja").offer
        for fact in offer.facts:
            name, _, status = fact.line.rpartition(" (")
            assert name in displays
            assert status[:-1] in displays
        assert set(offer.symptoms) <= displays


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("めまいと動悸がある", {"symptom:dizziness", "symptom:palpitation"}),
        ("Dizziness and palpitations", {"symptom:dizziness", "symptom:palpitation"}),
        ("胸がドキドキする", {"symptom:palpitation"}),
        ("", set()),
        ("こんにちは", set()),
    ],
)
def test_symptoms_are_read_from_a_question(text: str, expected: set[str]) -> None:
    assert {fact.code for fact in symptoms_in(text, load_vocabulary())} == expected


def test_every_statement_names_facts_of_the_sheet() -> None:
    for start in KEPT:
        sheet = sample(start)
        prepared = domain().prepare(sheet, DIZZY, "ja")
        ids = {f.id for f in (*sheet.facts, *prepared.symptoms)}
        candidate = domain().candidate(prepared, Rules().choose(prepared.offer), Policy())
        assert {i for s in candidate.statements for i in s.facts} <= ids
        assert json.dumps(candidate.as_plain())


UNSURE = FactSheet(
    (
        Fact("allergy", "allergen:penicillin", "unknown", id="F1"),
        Fact("condition", "condition:hypertension", "unknown", id="F2"),
        Fact("medicine", "medicine:warfarin", "unknown", id="F3"),
        Fact("medicine", "medicine:aspirin", "active", id="F4"),
    ),
    (),
    0,
)


def test_what_is_the_persons_with_an_unknown_state_is_said_to_be_unknown_and_nothing_follows_from_it() -> None:
    everything = frozenset(fact.id for fact in UNSURE.facts)
    candidate = proposed(UNSURE, choice=Choice(everything, everything))
    evidence = {fact.id: fact.as_evidence() for fact in UNSURE.facts}
    for statement in candidate.statements:
        check_support(statement, domain().catalog, evidence)
        assert statement.terms[1:] == ("status:unknown",) or statement.facts in (("F4",), ())
    told = {(s.template, s.facts) for s in candidate.statements}
    assert {("allergy_suspected", ("F1",)), ("chronic_status", ("F2",)), ("medicine_unknown", ("F3",))} <= told
    assert ("medicine", ("F4",)) in told


@pytest.mark.parametrize(
    ("template", "code", "fact"),
    [
        ("allergy", "allergen:penicillin", "F1"),
        ("chronic_active", "condition:hypertension", "F2"),
        ("medicine", "medicine:warfarin", "F3"),
        ("advise_condition", "condition:hypertension", "F2"),
        ("advise_allergen_medicine", "allergen:penicillin", "F1"),
    ],
)
def test_no_sentence_makes_an_unknown_state_a_present_one(template: str, code: str, fact: str) -> None:
    evidence = {f.id: f.as_evidence() for f in UNSURE.facts}
    with pytest.raises(Refused):
        check_support(Statement(template, (code,), (fact,)), domain().catalog, evidence)
