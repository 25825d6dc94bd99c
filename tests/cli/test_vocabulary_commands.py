"""`sekisho vocabulary unlisted | stats | lookup`: what the operator sees, and what nobody else does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Cli
from tests.cli.running import SAMPLES

from sekisho.local.medical.stats import TABLES, as_markdown, vocabulary_stats
from sekisho.local.medical.tables import COLUMNS, rows

PAGE = Path(__file__).parents[2] / "docs" / "VOCABULARY_STATS.md"
SECRET = ("ゲルペラ病", "ホゲムサン錠10mg", "ポニョ草", "Zorbian fever", "コクーン")
RECORD = {
    "patient": {"name": "試験 太郎"},
    "conditions": [SECRET[0], "糖尿病", SECRET[3]],
    "medications": [SECRET[1], "フェノサルタン錠20mg"],
    "allergies": [SECRET[2], SECRET[4]],
    "lab_results": {"謎の検査": "12.5 mg/dL"},
}


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(RECORD), encoding="utf-8")
    return path


def test_the_operator_sees_each_unlisted_word_with_a_row_to_add(cli: Cli, case: Path) -> None:
    said = cli("vocabulary", "unlisted", "--case", case)
    assert (said.status, said.err) == (0, "")
    assert all(word in said.out for word in (*SECRET, "謎の検査"))
    assert "糖尿病" not in said.out
    assert "フェノサルタン" not in said.out
    lines = [line.split("\t") for line in said.out.splitlines() if "\t" in line]
    columns = {tuple(line) for line in lines if line[0] == "id"}
    assert columns == {COLUMNS[t] for t in ("conditions", "medicines", "allergens", "labs/labs.tsv")}
    given = {line[0]: line for line in lines if line[0] != "id"}
    assert given["zorbian_fever"][2] == SECRET[3]
    assert given["kokuun"][1] == SECRET[4]
    assert not set(given) & {row["id"] for row in rows("conditions")}


def test_a_case_without_unlisted_words_says_so(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_text(json.dumps({"patient": {}, "conditions": ["糖尿病"]}), encoding="utf-8")
    said = cli("--lang", "en", "vocabulary", "unlisted", "--case", path)
    assert said.status == 0
    assert "\t" not in said.out


def test_nothing_of_an_unlisted_word_is_released_or_written_anywhere(cli: Cli, case: Path, tmp_path: Path) -> None:
    assert cli("vocabulary", "unlisted", "--case", case).status == 0
    said = cli("background", "--case", case, "--symptoms", "めまい")
    assert said.status == 0
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path != case]
    assert any(path.name == "ledger.jsonl" for path in kept)
    written = b"".join(path.read_bytes() for path in kept if "vocabulary-" not in path.name) + said.out.encode()
    for word in (*SECRET, "謎の検査", "フェノサルタン"):
        assert word.encode() not in written
        assert json.dumps(word).strip('"').encode() not in written
        assert word not in said.err


def test_two_runs_about_a_token_say_the_same(cli: Cli, case: Path) -> None:
    token = json.loads(cli("cases", "list", "--json", "--cases", case.parent).out)[0]["case"]
    by_token = cli("vocabulary", "unlisted", "--case", token, "--cases", case.parent)
    assert by_token.out == cli("vocabulary", "unlisted", "--case", case).out


def test_the_samples_have_little_that_is_unlisted(cli: Cli) -> None:
    for path in sorted(SAMPLES.glob("*.json")):
        assert cli("vocabulary", "unlisted", "--case", path).out.count("\n# ") <= 2, path.name


def test_the_numbers_are_those_of_the_files(cli: Cli) -> None:
    told = json.loads(cli("vocabulary", "stats", "--json").out)
    assert told == vocabulary_stats().as_plain()
    for kind, table in TABLES.items():
        assert told["kinds"][kind]["terms"] == len(list(rows(table))) == sum(told["kinds"][kind]["files"].values())
    assert sum(told["relations"].values()) == len(list(rows("relations")))
    lines = cli("--lang", "en", "vocabulary", "stats").out.splitlines()
    assert len(lines) == len(TABLES) + len(told["relations"]) + 1


def test_the_vocabulary_has_the_promised_breadth() -> None:
    kinds, relations = vocabulary_stats().kinds, vocabulary_stats().relations
    least = {"condition": 1000, "medicine": 1200, "allergen": 200, "lab": 150, "symptom": 500}
    assert {kind: n for kind, n in least.items() if kinds[kind].terms < n} == {}
    assert sum(relations.values()) >= 300
    assert set(relations) == {"allergy_medicine", "medicine_medicine", "medicine_condition", "side_effect", "risk"}


def test_the_page_of_numbers_is_current(cli: Cli) -> None:
    """Made again with: sekisho vocabulary stats --markdown > docs/VOCABULARY_STATS.md"""
    assert PAGE.read_text(encoding="utf-8") == as_markdown(vocabulary_stats())
    assert cli("vocabulary", "stats", "--markdown").out == PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_lookup_tells_what_a_word_falls_back_to_and_why(cli: Cli, language: str) -> None:
    said = cli("--lang", language, "vocabulary", "lookup", "フェノサルタン")
    assert said.status == 0
    assert "class:arbs" in said.out
    assert "..サルタン" in said.out
    assert cli("--lang", language, "vocabulary", "lookup", "ホゲムサン").status == 1
