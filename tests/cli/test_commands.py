"""Each command in this process: what it prints, and with which status it ends."""

# ruff: noqa: E501 - tables with wide letters, a row a line

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest
from tests.cli.conftest import Cli
from tests.cli.running import DIZZY, SAMPLES, THYROID

from sekisho.checkpoint.canonical import read_canonical
from sekisho.checkpoint.ledger_check import read_ledger, verify
from sekisho.cli import main
from sekisho.local.records.cases import TOKEN

SYNTHEA = Path(__file__).parents[3] / "shared" / "data" / "synthea"
NULLS = {
    "patient": {"name": None, "date_of_birth": None, "address": None},
    "allergies": None, "medical_history": [None, {"condition": None, "status": None}], "current_medications": [{"name": None}],
    "lab_results": {"TSH": None}, "vitals": None, "lifestyle": {"smoking": None}, "family_history": None, "notes": None,
    "emergency_contact": None,
}  # fmt: skip


def disclosures(tmp_path: Path) -> list[str]:
    entries = [entry for _, entry in read_ledger(tmp_path / "state" / "ledger.jsonl")]
    return [entry.summary for entry in entries if entry is not None and entry.kind == "disclosure"]


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.json")))
@pytest.mark.parametrize("language", ["ja", "en"])
def test_background_prints_exactly_the_bytes_of_the_ledger(cli: Cli, tmp_path: Path, name: str, language: str) -> None:
    said = cli("--lang", language, "background", "--case", SAMPLES / name, "--symptoms", DIZZY)
    assert (said.status, said.err) == (0, "")
    assert disclosures(tmp_path) == [said.out]
    summary = read_canonical(said.out.encode())
    assert isinstance(summary, dict)
    assert list(summary) == ["patient_context", "recommendations", "symptom_relevance"]
    assert summary["patient_context"]["allergies"]
    assert verify(tmp_path / "state" / "ledger.jsonl").intact


@pytest.mark.parametrize("number", range(1, 7))
def test_background_reads_bundles_that_nobody_here_wrote(cli: Cli, tmp_path: Path, number: int) -> None:
    path = SYNTHEA / f"synthea-{number}.json"
    if not path.exists():
        pytest.skip("the Synthea bundles are not beside the project")
    said = cli("background", "--case", path, "--symptoms", "dizziness and palpitations")
    assert (said.status, said.err) == (0, "")
    assert disclosures(tmp_path) == [said.out]
    people = [e["resource"] for e in json.loads(path.read_text("utf-8"))["entry"]]
    names = [n["family"] for r in people if r["resourceType"] in ("Patient", "Practitioner") for n in r["name"]]
    assert names
    assert not [name for name in names if name in said.out]


def test_background_of_a_record_of_nulls_is_a_valid_summary(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "nulls.json").write_text(json.dumps(NULLS))
    said = cli("background", "--case", "nulls.json", "--symptoms", "fever")
    assert (said.status, said.err) == (0, "")
    assert json.loads(said.out)["patient_context"] == {
        "age_group": "not disclosed", "allergies": [], "chronic_conditions": [], "current_medications": [],
    }  # fmt: skip


@pytest.mark.parametrize("symptoms", ["", "   ", "x" * 2001])
def test_symptoms_of_no_or_too_much_text_are_bad_input(cli: Cli, tmp_path: Path, symptoms: str) -> None:
    said = cli("background", "--case", THYROID, "--symptoms", symptoms)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("sekisho: bad_symptoms: ")


def test_a_refusal_ends_with_3_and_its_code_on_standard_error(cli: Cli, tmp_path: Path) -> None:
    record = {"patient": {"name": "ペニシリン"}, "allergies": ["ペニシリン"]}
    (tmp_path / "odd.json").write_text(json.dumps(record))
    said = cli("--lang", "ja", "background", "--case", "odd.json", "--symptoms", "fever")
    assert (said.status, said.out) == (3, "")
    assert said.err.startswith("sekisho: identifier_found: ")
    assert "ペニシリン" not in said.err
    assert disclosures(tmp_path) == []


def test_a_ledger_that_cannot_be_written_refuses(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "state" / "ledger.jsonl").mkdir(parents=True)
    said = cli("background", "--case", THYROID, "--symptoms", DIZZY)
    assert (said.status, said.out) == (3, "")
    assert "ledger_unavailable" in said.err


def test_a_full_disk_refuses_and_prints_nothing(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("background", "--case", THYROID, "--symptoms", DIZZY)  # what is made at first use is there

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    said = cli("background", "--case", THYROID, "--symptoms", DIZZY)
    assert (said.status, said.out) == (3, "")
    assert "ledger_unavailable" in said.err


def test_a_state_folder_that_is_a_file_is_not_ready(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("x")
    said = cli("background", "--case", THYROID, "--symptoms", DIZZY)
    assert (said.status, said.out) == (4, "")
    assert "state_unusable" in said.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["background", "--symptoms", "x"], "folder_missing"),
        (["background", "--symptoms", "x", "--case", "none.json"], "file_missing [none.json]"),
        (["background", "--symptoms", "x", "--case", "case-aaaaaaaaaa"], "folder_missing"),
        (["background", "--symptoms", "x", "--case", "case-aaaaaaaaaa", "--cases", str(SAMPLES)], "case_unknown"),
        (["background", "--symptoms", "x", "--cases", str(SAMPLES)], "case_required"),
        (["background", "--symptoms", "x", "--cases", "nowhere"], "folder_missing [nowhere]"),
        (
            ["background", "--symptoms", "x", "--case", str(THYROID), "--policy", "none.toml"],
            "file_missing [none.toml]",
        ),
        (["cases", "list"], "folder_missing"),
        (["cases", "rotate", "--cases", "nowhere"], "folder_missing [nowhere]"),
        (["serve", "--cases", str(SAMPLES), "--port", "http"], "bad_setting [port (--port)]"),
        (["ask", "", "--case", str(THYROID)], "bad_symptoms"),
    ],
    ids=" ".join,
)
def test_bad_input_ends_with_2_and_its_place(cli: Cli, arguments: list[str], code: str) -> None:
    said = cli(*arguments)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(f"sekisho: {code}")


def test_an_empty_folder_has_no_case_to_ask_for(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = cli("background", "--symptoms", "x", "--cases", "empty")
    assert (said.status, said.err.split()[1]) == (2, "no_cases:")


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["background"], ["cases"], ["--port", "1"], ["--lang", "fr", "doctor"]]
)
def test_a_command_line_that_is_none_ends_with_2_and_its_usage(cli: Cli, arguments: list[str]) -> None:
    said = cli(*arguments)
    assert (said.status, said.out) == (2, "")
    assert "usage: sekisho" in said.err


def test_ask_refuses_a_question_of_which_nothing_may_leave(cli: Cli, tmp_path: Path) -> None:
    said = cli("ask", "ゑゐ", "--case", THYROID)
    assert (said.status, said.out) == (3, "")
    assert "identifier_found" in said.err
    assert "ゑゐ" not in said.err
    assert disclosures(tmp_path) == []


def test_cases_are_listed_as_text_and_json(cli: Cli) -> None:
    listed = json.loads(cli("cases", "list", "--json", "--cases", SAMPLES).out)
    assert [case["file"] for case in listed] == sorted(path.name for path in SAMPLES.glob("*.json"))
    assert all(set(case) == {"case", "file"} and TOKEN.fullmatch(case["case"]) for case in listed)
    lines = cli("cases", "list", "--cases", SAMPLES).out.splitlines()
    assert [line.split("  ") for line in lines] == [[case["case"], case["file"]] for case in listed]


def test_cases_rotate_makes_every_old_token_unknown(cli: Cli) -> None:
    before = json.loads(cli("cases", "list", "--json", "--cases", SAMPLES).out)
    said = cli("cases", "rotate", "--cases", SAMPLES)
    assert (said.status, "6" in said.out) == (0, True)
    after = json.loads(cli("cases", "list", "--json", "--cases", SAMPLES).out)
    assert {case["case"] for case in before}.isdisjoint(case["case"] for case in after)
    old, new = before[0]["case"], after[0]["case"]
    assert cli("background", "--cases", SAMPLES, "--case", old, "--symptoms", "x").status == 2
    assert cli("background", "--cases", SAMPLES, "--case", new, "--symptoms", "x").status == 0


@pytest.mark.parametrize(
    ("term", "parts"),
    [
        ("バセドウ病", ["condition:graves_disease", "its name", "generalises to"]),
        ("Graves disease", ["condition:graves_disease", "バセドウ病"]),
        ("ファブリー病", ["condition:fabry_disease", "rare"]),
        ("アムロジピンOD錠5mg", ["medicine:amlodipine", "a term in the text"]),
        ("ペニシリン", ["allergen:penicillin"]),
        ("HbA1c", ["lab:hba1c"]),
        ("動悸", ["symptom:palpitation"]),
    ],
)
def test_vocabulary_lookup_tells_what_a_word_becomes(cli: Cli, term: str, parts: list[str]) -> None:
    said = cli("vocabulary", "lookup", term)
    assert said.status == 0
    assert [part for part in parts if part not in said.out] == []


def test_vocabulary_lookup_of_something_else_ends_with_1(cli: Cli) -> None:
    said = cli("vocabulary", "lookup", "佐藤美咲")
    assert said.status == 1
    assert "would not leave" in said.out


def test_the_ledger_is_shown_verified_and_exported(cli: Cli, tmp_path: Path) -> None:
    assert "empty" in cli("ledger", "show").out
    assert cli("ledger", "verify").out.startswith("0 entries")
    released = [cli("background", "--case", THYROID, "--symptoms", text).out for text in ("めまい", "頭痛", "発熱")]
    shown = cli("ledger", "show").out.splitlines()
    assert len(shown) == 3
    assert all("disclosure" in line and "rules" in line for line in shown)
    assert len(cli("ledger", "show", "--last", "2").out.splitlines()) == 2
    exported = [json.loads(line) for line in cli("ledger", "export").out.splitlines()]
    assert [entry["summary"] for entry in exported] == released
    said = cli("ledger", "verify")
    assert (said.status, said.out.splitlines()[0]) == (0, "3 entries, unbroken chain.")
    head = said.out.split("Head: ")[1].split()[0]
    assert cli("ledger", "verify", "--head", head).status == 0
    said = cli("ledger", "verify", "--head", "f" * 64)
    assert said.status == 1
    assert "entries are missing" in said.out


@pytest.mark.parametrize("number", [1, 2, 3])
def test_ledger_verify_names_the_damaged_line(cli: Cli, tmp_path: Path, number: int) -> None:
    for text in ("めまい", "頭痛", "発熱"):
        cli("background", "--case", THYROID, "--symptoms", text)
    path = tmp_path / "state" / "ledger.jsonl"
    lines = path.read_bytes().split(b"\n")
    lines[number - 1] = lines[number - 1].replace(b"30s", b"40s").replace("30代".encode(), "40代".encode())
    path.write_bytes(b"\n".join(lines))
    said = cli("ledger", "verify")
    assert said.status == 1
    assert f"line {number}" in said.out
    assert cli("background", "--case", THYROID, "--symptoms", "発熱").status == 0, "what is damaged stops nothing"


def test_the_exported_ledger_holds_no_name_and_no_file(cli: Cli) -> None:
    cli("background", "--case", THYROID, "--symptoms", DIZZY)
    out = cli("ledger", "export").out
    for word in ("佐藤", "美咲", "01-thyroid", "thyroid.json", "1989", "090-", DIZZY):
        assert word not in out


@pytest.mark.parametrize("arguments", [("ledger", "show"), ("ledger", "verify"), ("ledger", "export"), ("doctor",)])
def test_a_ledger_that_cannot_be_read_is_told_by_its_path(cli: Cli, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    path = tmp_path / "state" / "ledger.jsonl"
    path.mkdir(parents=True)
    said = cli(*arguments)
    assert said.status == (1 if arguments == ("doctor",) else 4)
    assert f"state_unusable [{path}]: " in said.out + said.err


def test_an_error_that_nobody_foresaw_is_a_code_and_not_a_traceback(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> int:
        raise ValueError("山田太郎")

    monkeypatch.setattr("sekisho.cli.commands.run", broken)
    said = cli("doctor")
    assert (said.status, said.out) == (3, "")
    assert said.err.startswith("sekisho: internal: ")
    assert "山田" not in said.err


def test_a_folder_that_is_gone_has_no_settings_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert main(["--state", str(tmp_path / "state"), "vocabulary", "lookup", "ペニシリン"]) == 0
