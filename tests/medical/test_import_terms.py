"""Imported terms in use: found by name, in notes and by code; released, generalised, and gone after an undo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.medical.importing import generated, take, write_master

from sekisho.checkpoint.canonical import read_canonical
from sekisho.checkpoint.catalog import LargeTerms
from sekisho.checkpoint.grammar import Grammar
from sekisho.checkpoint.outcome import Disclosure
from sekisho.checkpoint.policy import Policy
from sekisho.errors import Refused
from sekisho.local.medical.fold import key_of
from sekisho.local.medical.local_terms.entry import Entry
from sekisho.local.medical.local_terms.extended import VocabularyWithImports, catalog_of, vocabulary_with_imports
from sekisho.local.medical.local_terms.store import Imports
from sekisho.local.medical.vocabulary import load_vocabulary
from sekisho.local.zone import open_zone

COUNT = 20_000
SHIPPED = load_vocabulary()


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with a master of 20,000 conditions."""
    folder = tmp_path_factory.mktemp("state")
    take(folder, write_master(folder / "m.csv", generated(COUNT)))
    return folder


def vocabulary_of(state: Path) -> VocabularyWithImports:
    vocabulary = vocabulary_with_imports(state)
    assert isinstance(vocabulary, VocabularyWithImports)
    return vocabulary


def small(
    folder: Path, *rows: list[str], kind: str = "condition", columns: str = "name=名,code=符,en=英,kana=カナ"
) -> Entry:
    header = ["名", "符", "英", "カナ", "頻度"]
    return take(folder, write_master(folder / "small.csv", [header, *rows]), kind, columns)


def said(state: Path, record: object, policy: Policy | None = None, language: str = "ja") -> str:
    """The released summary of a record."""
    place = state / "record.json"
    place.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    zone = open_zone(place, state, policy or Policy(), language)
    outcome = zone.background.answer("咳", None)
    assert isinstance(outcome, Disclosure), outcome
    return json.dumps(read_canonical(outcome.data), ensure_ascii=False)


def test_without_imports_it_is_the_shipped_vocabulary_itself(tmp_path: Path) -> None:
    assert vocabulary_with_imports(tmp_path) is SHIPPED


def test_every_row_of_a_master_is_found_by_its_name_and_its_code(state: Path) -> None:
    vocabulary = vocabulary_of(state)
    lexicon = vocabulary.lexicon("condition")
    for name, code, en in generated(COUNT)[1::37]:
        found = lexicon.exact(key_of(name))
        assert found is not None
        term = vocabulary.terms[found]
        assert (term.ja, term.kind, term.rare) == (name, "condition", True)
        assert (term.en == en) if en else term.en.endswith(" (local term)")
        assert vocabulary.by_code(f"code|{code}", "condition") == found
        assert [hit.code for hit in lexicon.scan(f"主訴：{name}。")] == [found]
        assert len(vocabulary.ancestors(found)) > 1


def test_a_name_that_is_not_there_is_not_found(state: Path) -> None:
    lexicon = vocabulary_of(state).lexicon("condition")
    assert [lexicon.exact(key_of(f"{name}甲")) for name, _, _ in generated(200)[1:]] == [None] * 200
    assert lexicon.exact("\ud800甲") is None


@pytest.mark.parametrize(
    "system", ["http://loinc.org", "http://snomed.info/sct", "urn:oid:2.16.840.1.113883.6.3.icd-10", "icd10"]
)
def test_a_code_of_the_world_is_not_a_code_of_the_master(state: Path, system: str) -> None:
    vocabulary = vocabulary_of(state)
    assert vocabulary.by_code("code|00000005", "condition") is not None
    assert vocabulary.by_code(f"{system}|00000005", "condition") is None
    assert vocabulary.by_code("code|00000005", "lab", "medicine") is None


def test_shipped_names_mean_what_they_meant(state: Path) -> None:
    vocabulary = vocabulary_of(state)
    for kind in ("condition", "medicine", "symptom"):
        for name, code in list(SHIPPED.names[kind].items())[::11]:
            assert vocabulary.lexicon(kind).exact(name) == code


def test_terms_are_a_mapping_that_the_checkpoint_need_not_go_through(state: Path) -> None:
    terms = vocabulary_of(state).terms
    assert isinstance(terms, LargeTerms)
    assert len(terms.at_hand()) == len(SHIPPED.terms) + 3
    assert len(terms) == len(terms.at_hand()) + COUNT
    codes = list(terms)
    assert codes[-1] in terms
    for code in (
        "condition:import_000000000000_1",
        codes[-1].replace("condition", "medicine"),
        f"{codes[-1]}0",
        "x",
        "",
    ):
        assert code not in terms
    assert codes[-1][: codes[-1].rindex("_")] + f"_0{COUNT}" not in terms


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_grammar_reads_every_local_term_and_no_other_text(state: Path, language: str) -> None:
    catalog = catalog_of(vocabulary_of(state))
    grammar = Grammar(catalog, language)
    codes = [code for code in catalog.terms if code.startswith("condition:import_") and code[-1].isdigit()][
        :: COUNT // 200
    ]
    for code in codes:
        display = catalog.terms[code].display(language)
        assert grammar._read_line("patient_context.chronic_conditions", display) == (display,)
        for other in (
            f"{display} ",
            f"{display}x",
            display[:-1] + "甲",
            f"{display} (local term)",
            display.upper() + "。",
        ):
            with pytest.raises(Refused):
                grammar._read_line("patient_context.chronic_conditions", other)
        with pytest.raises(Refused):
            grammar._read_line("patient_context.current_medications", display)


def test_an_imported_medicine_survives_from_the_record_into_the_summary(tmp_path: Path) -> None:
    small(tmp_path, ["ゾムロバスタチン錠5mg「甲乙」", "M1", "", "ゾムロ"], kind="medicine")
    record = {"current_medications": ["ゾムロバスタチン錠5mg「甲乙」 1日1回"], "notes": "内服薬：ゾムロバスタチン5mg"}
    assert "ゾムロバスタチン" in said(tmp_path, record)
    assert "甲乙" not in said(tmp_path, record)
    assert "statin (local term)" in said(tmp_path, record, language="en")
    coded = {"current_medications": [{"medication": "誰も知らない薬", "code": "M1"}]}
    assert "ゾムロバスタチン" in said(tmp_path, coded)


def test_an_imported_condition_is_said_as_its_parent_unless_it_is_known_to_be_frequent(tmp_path: Path) -> None:
    columns = "name=名,code=符,en=英,kana=カナ,frequency=頻度"
    small(tmp_path, ["膜髄性てんかん", "1", "", "", ""], ["耳管性湿疹", "2", "", "", "common"], columns=columns)
    record = {"medical_history": ["膜髄性てんかん", "耳管性湿疹"]}
    summary = said(tmp_path, record)
    assert "膜髄" not in summary
    assert "てんかん" in summary
    assert "耳管性湿疹" in summary
    assert "膜髄性てんかん" in said(tmp_path, record, Policy(rare="allow"))


def test_an_allergy_to_a_local_medicine_meets_the_same_medicine(tmp_path: Path) -> None:
    small(tmp_path, ["ゾムロバスタチン", "", "", ""], kind="medicine")
    summary = said(tmp_path, {"allergies": ["ゾムロバスタチン"], "current_medications": ["ゾムロバスタチン"]})
    assert "ゾムロバスタチンアレルギーとゾムロバスタチン" in summary


def test_a_local_test_is_said_where_it_needs_no_reference_range(tmp_path: Path) -> None:
    small(tmp_path, ["抗ゾムロ抗体", "L1", "", ""], ["TSH", "5H010", "", ""], kind="lab")
    record = {
        "lab_results": [
            {"test": "抗ゾムロ抗体", "value": "陽性"},
            {"test": "不明の検査", "code": "5H010", "value": "0.01", "unit": "μIU/mL"},
        ]
    }
    vocabulary = vocabulary_of(tmp_path)
    assert vocabulary.by_code("code|5H010", "lab") == "lab:tsh"
    facts = open_zone(tmp_path, tmp_path, Policy(), "ja")
    assert facts is not None
    summary = said(tmp_path, {**record, "medical_history": ["バセドウ病"]})
    assert "抗ゾムロ抗体" not in summary or "陽性" in summary


def test_a_refused_row_never_becomes_a_term(tmp_path: Path) -> None:
    small(tmp_path, ["膜髄性てんかん", "", "", ""], ["山田 太郎", "9", "", ""], ["東京都千代田区1-2-3", "8", "", ""])
    vocabulary = vocabulary_of(tmp_path)
    assert vocabulary.lexicon("condition").exact("山田 太郎") is None
    assert vocabulary.by_code("code|9", "condition") is None
    assert {t.ja for c, t in vocabulary.terms.items() if ":import_" in c} & {
        "山田 太郎",
        "東京都千代田区1-2-3",
    } == set()
    summary = said(tmp_path, {"medical_history": ["山田 太郎", "膜髄性てんかん"]}, Policy(rare="allow"))
    assert "膜髄性てんかん" in summary
    assert "山田" not in summary


def test_an_abbreviation_counts_in_capitals_only(tmp_path: Path) -> None:
    small(tmp_path, ["ZQX", "", "", ""])
    lexicon = vocabulary_of(tmp_path).lexicon("condition")
    assert len(lexicon.scan("known ZQX")) == 1
    assert lexicon.scan("known zqx") == []


def test_undo_makes_a_term_vanish_and_gives_the_old_version_back(tmp_path: Path) -> None:
    entry = small(tmp_path, ["ゾムロバスタチン", "M1", "", ""], kind="medicine")
    record = {"current_medications": ["ゾムロバスタチン"]}
    assert "ゾムロ" in said(tmp_path, record)
    Imports(tmp_path).remove(entry.id)
    assert "ゾムロ" not in said(tmp_path, record)
    assert vocabulary_with_imports(tmp_path) is SHIPPED


def test_the_version_tells_which_imports_there_are(tmp_path: Path) -> None:
    versions = {SHIPPED.version}
    first = small(tmp_path, ["膜髄性てんかん", "", "", ""])
    versions.add(vocabulary_with_imports(tmp_path).version)
    small(tmp_path, ["膜髄性肺炎", "", "", ""])
    versions.add(vocabulary_with_imports(tmp_path).version)
    Imports(tmp_path).remove(first.id)
    last = vocabulary_with_imports(tmp_path)
    assert len(versions | {last.version}) == 4
    assert catalog_of(last).version == last.version


def test_the_same_master_gives_the_same_import(tmp_path: Path) -> None:
    rows = generated(300)
    entries = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        entries.append(take(tmp_path / name, write_master(tmp_path / name / "m.csv", rows)))
    assert entries[0].digest == entries[1].digest


def test_masters_that_contradict_each_other_say_nothing_by_code(tmp_path: Path) -> None:
    small(tmp_path, ["膜髄性てんかん", "1", "", ""], ["膜髄性肺炎", "2", "", ""])
    small(tmp_path, ["耳管性湿疹", "1", "", ""], ["膜髄性肺炎", "2", "", ""])
    vocabulary = vocabulary_of(tmp_path)
    assert vocabulary.by_code("code|1", "condition") is None
    assert vocabulary.by_code("code|2", "condition") is not None
