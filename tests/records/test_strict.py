"""What cannot be read fails with a code, the file's name and the place, and shows nothing of what is in the file."""

from __future__ import annotations

import io
import json
import os
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.records.reading import CANARY, TODAY, bundle, read, write

from sekisho.cli import main
from sekisho.errors import InputError
from sekisho.local.records.json_file import MAX_BYTES, read_json_file
from sekisho.local.records.reader import read_record

NAME = "karte.json"
ONE = json.dumps({"patient": {"name": CANARY}, "allergies": ["egg"]}, ensure_ascii=False)
PATIENT = {"resourceType": "Patient", "id": "2", "name": [{"family": CANARY}]}


def japanese(encoding: str) -> bytes:
    return json.dumps({"患者": {"氏名": "金糸雀"}}, ensure_ascii=False).encode(encoding)


#: Description -> content, code, place after the file's name.
BROKEN: dict[str, tuple[Any, str, str]] = {
    "cut off": (f'{{"patient": {{\n"name": "{CANARY}"', "bad_json", ":2"),
    "trailing comma": (f'{{"allergies":\n["{CANARY}",\n]}}', "bad_json", ":3"),
    "comment": (f'{{\n// {CANARY}\n"allergies": []}}', "bad_json", ":2"),
    "single quotes": (f"{{\n\n'patient': '{CANARY}'}}", "bad_json", ":3"),
    "NaN": (f'{{"patient": {{"name": "{CANARY}"}},\n"labs": {{"TSH": NaN}}}}', "bad_json", ":2"),
    "infinity": ('{\n\n"labs": {"TSH": -Infinity}}', "bad_json", ":3"),
    "NaN after the word NaN": ('{"notes": "NaN",\n"labs": {"TSH": NaN}}', "bad_json", ":2"),
    "duplicate key": (f'{{"allergies": ["egg"],\n"notes": "x",\n"allergies": ["{CANARY}"]}}', "bad_json", ":3"),
    "duplicate escaped": ('{"allergies": [],\n"notes": {"a": 1},\n"\\u0061llergies": []}', "bad_json", ":3"),
    "duplicate inside": (f'{{"labs": [{{"a": 1}}, {{"a": 1,\n"b": 2, "a": "{CANARY}"}}]}}', "bad_json", ":2"),
    "duplicate name": (f'{{"patient": {{"{CANARY}": 1,\n"{CANARY}": 2}}}}', "bad_json", ":2"),
    "huge integer": ('{"labs":\n{"TSH": ' + "9" * 5000 + "}}", "bad_json", ":2"),
    "text after": (f'{{"allergies": []}}\n{CANARY}', "bad_json", ":2"),
    "no JSON": (f"Patient: {CANARY}", "bad_json", ":1"),
    "concatenated": (f"{ONE}\n{ONE}", "several_records", ":2"),
    "list of two": (f"[{ONE},{ONE}]", "several_records", ""),
    "list of two patients": ({"patient": [{"name": CANARY}, {"name": "b"}]}, "several_records", ": patient"),
    "patients apart": (
        {"id": "x", "cases": [{"patient": {"name": CANARY}}, {"patient": {"name": "b"}}]},
        "several_records",
        ": ?[1].patient",
    ),
    "bundle of two": (bundle(PATIENT), "several_records", ""),
    "empty list": ("[]", "not_a_record", ""),
    "list of a list": ([[{"allergies": []}]], "not_a_record", ""),
    "text": (f'"{CANARY}"', "not_a_record", ""),
    "number": ("5", "not_a_record", ""),
    "null": ("null", "not_a_record", ""),
    "empty object": ("{}", "not_a_record", ""),
    "other object": ({CANARY: 1}, "not_a_record", ""),
    "bundle of nobody": ({"resourceType": "Bundle", "entry": []}, "not_a_record", ""),
    "bundle of nothing": ({"resourceType": "Bundle"}, "not_a_record", ": entry"),
    "other resource": ({"resourceType": CANARY}, "not_a_record", ""),
    "empty file": (b"", "file_empty", ""),
    "only spaces": (b" \n\t \r\n", "file_empty", ""),
    "shift_jis": (b"{}\n" + japanese("shift_jis"), "bad_encoding", ":2"),
    "euc": (japanese("euc_jp"), "bad_encoding", ":1"),
    "utf-16": (japanese("utf-16"), "bad_encoding", ":1"),
    "utf-16 without a mark": (ONE.encode("utf-16-le"), "bad_encoding", ":1"),
    "utf-32": (ONE.encode("utf-32"), "bad_encoding", ":1"),
    "binary": (b"{\n\n\x89PNG\r\n\x1a\n\x00\x00", "bad_encoding", ":5"),
    "10,000 brackets": ("[" * 10_000, "too_deep", ""),
    "10,000 closed brackets": ("[" * 10_000 + "]" * 10_000, "too_deep", ""),
    "10,000 objects": ('{"patient":' * 10_000 + "1" + "}" * 10_000, "too_deep", ""),
    "900 objects": ('{"x":' * 900 + f'"{CANARY}"' + "}" * 900, "too_deep", ""),
    "101 levels": ('{"allergies":' + "[" * 100 + "1" + "]" * 100 + "}", "too_deep", ""),
    "900 lists in a section": ('{"allergies":' + "[" * 900 + "]" * 900 + "}", "too_deep", ""),
    "person as number": ({"patient": 5}, "wrong_type", ": patient"),
    "allergies as number": ({"patient": {"name": CANARY}, "allergies": 7731}, "wrong_type", ": allergies"),
    "conditions as number": ({"medical_history": [7731.5]}, "wrong_type", ": medical_history[0]"),
    "medicines as number": ({"patient": {"medications": [1]}}, "wrong_type", ": patient.medications[0]"),
    "notes as number": ({"notes": 7731}, "wrong_type", ": notes"),
    "family as number": ({"家族歴": 3}, "wrong_type", ": 家族歴"),
    "labs as number": ({"labs": 3}, "wrong_type", ": labs"),
    "vitals as number": ({"vitals": [3]}, "wrong_type", ": vitals[0]"),
    "value as list": ({"labs": [{"test": "TSH", "value": [CANARY]}]}, "wrong_type", ": labs[0].value"),
    "unit as object": ({"labs": [{"test": "a", "unit": {"x": CANARY}}]}, "wrong_type", ": labs[0].unit"),
    "birth date as object": ({"patient": {"dob": {"year": CANARY}}}, "wrong_type", ": patient.dob"),
    "sex as list": ({"patient": {"sex": [CANARY]}}, "wrong_type", ": patient.sex"),
    "age as list": ({"patient": {"age": [CANARY]}}, "wrong_type", ": patient.age"),
    "a name as key": ({"patient": {"dob": "x"}, CANARY: {"allergies": 5}}, "wrong_type", ": ?.allergies"),
    "entry of a name": ({"conditions": [{"name": "x", CANARY: {"notes": 5}}]}, "wrong_type", ": conditions[0].?.notes"),
    "FHIR entry as text": ({"resourceType": "Bundle", "entry": CANARY}, "wrong_type", ": entry"),
    "FHIR entry in entry": ({"resourceType": "Bundle", "entry": [{"resource": CANARY}]}, "wrong_type", ": entry[0]"),
    "FHIR code as text": (bundle({"resourceType": "Condition", "code": CANARY}), "wrong_type", ": entry[1]"),
    "FHIR contained": (bundle({"resourceType": "Condition", "contained": 5}), "wrong_type", ": entry[1].contained"),
    "FHIR coding": (bundle({"resourceType": "Condition", "code": {"coding": 7731}}), "wrong_type", ": entry[1]"),
    "FHIR contact": (bundle({"resourceType": "Organization", "contact": CANARY}), "wrong_type", ": entry[1]"),
    "FHIR patient": ({"resourceType": "Patient", "contact": 3, CANARY: 1}, "wrong_type", ": Patient"),
}


@pytest.mark.parametrize(("content", "code", "place"), BROKEN.values(), ids=BROKEN)
def test_it_fails_with_code_and_place_and_without_content(tmp_path: Path, content: Any, code: str, place: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content)
    assert (caught.value.code.value, caught.value.place) == (code, f"{NAME}{place}")
    assert caught.value.exit_status == 2
    assert_silent(str(caught.value))


@pytest.mark.parametrize(("content", "code", "place"), BROKEN.values(), ids=BROKEN)
def test_the_command_line_tells_it_with_exit_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: Any, code: str, place: str
) -> None:
    path = write(tmp_path, content)
    status = main(
        ["--lang", "en", "--state", str(tmp_path / "s"), "background", "--case", str(path), "--symptoms", "x"]
    )
    said = capsys.readouterr()
    assert (status, said.out) == (2, "")
    assert said.err.startswith(f"sekisho: {code} [{NAME}{place}]: ")
    assert_silent(said.err)


def assert_silent(text: str) -> None:
    for word in (CANARY, "金糸雀", "7731", "egg", "Kanariya"):
        assert word not in text


@pytest.mark.parametrize("bad", [b"\xff", b"\xe3\x81"], ids=["no UTF-8", "cut"])
def test_the_line_of_bad_encoding_is_counted_from_the_first(tmp_path: Path, bad: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, b'{"notes":\n\n"' + bad + b'"}')
    assert caught.value.place == f"{NAME}:3"


def test_a_large_file_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / NAME
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)

    class Unread(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError("it is read")

    monkeypatch.setattr(os, "fdopen", lambda descriptor, _: Unread(descriptor))
    with pytest.raises(InputError) as caught:
        read_json_file(path)
    assert str(caught.value) == f"file_too_large ({NAME})"


@pytest.mark.parametrize("piece", ["x", "\\n"], ids=["letters", "escapes"])
def test_the_line_of_a_fault_is_found_in_the_memory_that_the_text_takes(tmp_path: Path, piece: str) -> None:
    path = write(tmp_path, '{"a": "' + piece * 1_000_000 + '",\n"b": 1, "b": 2}')
    tracemalloc.start()
    try:
        with pytest.raises(InputError) as caught:
            read_json_file(path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.place == f"{NAME}:2"
    assert most < 40_000_000  # 20 of them to read into


def test_a_file_of_the_most_bytes_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, ONE.encode().ljust(MAX_BYTES))
    assert read_record(path, TODAY).items
    path.write_bytes(ONE.encode().ljust(MAX_BYTES + 1))
    with pytest.raises(InputError, match="file_too_large"):
        read_record(path, TODAY)


def make_folder(path: Path) -> None:
    path.mkdir()


def make_dangling(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def make_loop(path: Path) -> None:
    path.symlink_to(path)


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_unreadable(path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("the superuser reads everything")
    path.write_text(ONE)
    path.chmod(0)


def make_nothing(path: Path) -> None:
    assert not path.exists()


@pytest.mark.skipif(os.name != "posix", reason="POSIX files")
@pytest.mark.parametrize(
    ("make", "code"),
    [
        (make_folder, "file_unreadable"),
        (make_pipe, "file_unreadable"),
        (make_loop, "file_unreadable"),
        (make_unreadable, "file_unreadable"),
        (make_dangling, "file_missing"),
        (make_nothing, "file_missing"),
    ],
    ids=lambda value: value.__name__ if callable(value) else value,
)
def test_what_is_no_plain_file_fails_at_once(tmp_path: Path, make: Callable[[Path], None], code: str) -> None:
    path = tmp_path / NAME
    make(path)
    outcome: list[InputError] = []

    def attempt() -> None:
        try:
            read_record(path, TODAY)
        except InputError as error:
            outcome.append(error)

    reader = threading.Thread(target=attempt, daemon=True)
    reader.start()
    reader.join(10)
    assert not reader.is_alive(), "it waits"
    assert [str(error) for error in outcome] == [f"{code} ({NAME})"]


@pytest.mark.skipif(os.name != "posix", reason="POSIX files")
@pytest.mark.parametrize("make", [make_folder, make_dangling, make_pipe], ids=lambda make: make.__name__)
def test_the_command_line_does_not_wait_for_such_a_file_either(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], make: Callable[[Path], None]
) -> None:
    path = tmp_path / NAME
    make(path)
    status = main(["--state", str(tmp_path / "s"), "background", "--case", str(path), "--symptoms", "x"])
    assert status == 2
    assert f"file_missing [{NAME}]" in capsys.readouterr().err


def test_half_a_surrogate_pair_is_read_like_any_letter(tmp_path: Path) -> None:
    record = read(tmp_path, b'{"patient": {"name": "\\ud800x"}, "allergies": ["\\udfffegg"]}')
    assert len(record.items) == 1


def test_the_cause_is_not_shown_with_the_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, f'{{"a": "{CANARY}"')
    assert caught.value.__suppress_context__
