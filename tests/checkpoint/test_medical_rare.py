"""Rare diseases and the medicines that name them leave by a broader name, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.checkpoint.house import (
    House,
    domain,
    released,
    sample,
)
from tests.checkpoint.oracle import lines_of

from sekisho.checkpoint.candidate import Candidate, Statement
from sekisho.checkpoint.door import Checkpoint, Request
from sekisho.checkpoint.evidence import Evidence
from sekisho.checkpoint.ledger import MemoryLedger
from sekisho.checkpoint.outcome import Disclosure
from sekisho.checkpoint.policy import Policy
from sekisho.checkpoint.wall import Wall


def _about(code: str) -> tuple[list[Evidence], list[Statement]]:
    """Everything that can be said of a person who has nothing but this."""
    if code.startswith("condition:"):
        fact = Evidence("F1", "condition", code, "active")
        return [fact], [
            Statement("chronic_active", (code,), ("F1",)),
            Statement("history_condition", (code, "status:active"), ("F1",)),
            Statement("risk_condition", (code, "status:active"), ("F1",)),
            Statement("advise_condition", (code,), ("F1",)),
        ]
    taken, allergy = Evidence("F1", "medicine", code, "active"), Evidence("F2", "allergy", code, "active")
    return [taken, allergy], [
        Statement("medicine", (code,), ("F1",)),
        Statement("advise_side_effect", (code,), ("F1",)),
        Statement("allergy", (code,), ("F2",)),
        Statement("advise_allergen_medicine", (code,), ("F2",)),
    ]


@pytest.mark.guarantee("G12")
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("rare", ["generalise", "withhold"])
def test_no_rare_disease_and_no_medicine_for_one_leaves_by_its_name(language: str, rare: str) -> None:
    catalog = domain().catalog
    door = Checkpoint(catalog, Policy(rare=rare), MemoryLedger())
    codes = [term.code for term in catalog.terms.values() if term.rare]
    assert len([c for c in codes if c.startswith("condition:")]) > 100
    assert len([c for c in codes if c.startswith("medicine:")]) > 10
    for code in codes:
        evidence, statements = _about(code)
        proposed = Candidate(language, tuple(statements)).as_plain()
        outcome = door.inspect(proposed, Request("", "rules", evidence, Wall([])))
        summary = released(outcome)
        own = catalog.terms[code].display(language)
        said = [line for _, line in lines_of(outcome.data, catalog)]  # type: ignore[union-attr]
        broader = [catalog.terms[c] for c in catalog.ancestors(code)]
        for line in said:
            assert own not in line or any(own in term.display(language) for term in broader if not term.rare), code
            assert line not in {term.display(language) for term in broader if term.rare}
        general = {term.display(language) for term in broader if not term.rare} if rare == "generalise" else set()
        stated = {
            line for key in ("chronic_conditions", "current_medications") for line in summary["patient_context"][key]
        }
        assert stated <= general
        assert bool(stated) == bool(general)


@pytest.mark.guarantee("G12")
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_sample_with_a_rare_disease_says_neither_it_nor_its_medicine(tmp_path: Path, language: str) -> None:
    names = {"ja": ("ファブリー", "アガルシダーゼ"), "en": ("Fabry", "agalsidase")}[language]
    question = "めまいと腹痛と手足の痛みがあります"
    texts = {}
    for rare in ("generalise", "withhold", "allow"):
        outcome = House(tmp_path / rare, sample("04-rare.json"), Policy(rare=rare), language).ask(question)
        assert isinstance(outcome, Disclosure)
        texts[rare] = outcome.data.decode()
    for name in names:
        assert name in texts["allow"]
        assert name not in texts["generalise"]
        assert name not in texts["withhold"]
