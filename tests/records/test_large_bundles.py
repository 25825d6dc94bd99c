"""A bundle that is too large to be held in memory gives the same record, and fails in the same way, as a small one."""

from __future__ import annotations

import json
import tracemalloc
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records.reading import CANARY, TODAY, bundle, coded, write

from sekisho.errors import InputError
from sekisho.local.records import json_stream, reader
from sekisho.local.records.json_stream import EntryStream
from sekisho.local.records.reader import read_record
from sekisho.local.records.record import Record

SYNTHEA = sorted((Path(__file__).parents[3] / "shared/data/synthea").rglob("*.json"))
MEDICINE = {"resourceType": "Medication", "id": "m1", "code": coded("Warfarin 1 MG Oral Tablet")}
REQUEST = {
    "resourceType": "MedicationRequest",
    "status": "active",
    "medicationReference": {"reference": "Medication/m1"},
}
NOTE = {
    "resourceType": "Observation",
    "status": "final",
    "code": coded("Note"),
    "valueString": "咳が続く。" * 8,
}


def as_large(monkeypatch: pytest.MonkeyPatch, path: Path, chunk: int = 64) -> Record:
    """Read a file as if it were too large for memory, in small pieces."""
    monkeypatch.setattr(reader, "MAX_BYTES", 0)
    monkeypatch.setattr(json_stream, "_CHUNK", chunk)
    return read_record(path, TODAY)


@pytest.mark.parametrize("path", SYNTHEA, ids=lambda path: path.name[:12])
def test_real_bundles_give_the_same_record_either_way(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    assert as_large(monkeypatch, path, 4096) == _whole(path)


def _whole(path: Path) -> Record:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "MAX_BYTES", 1 << 40)
        return read_record(path, TODAY)


def test_a_medicine_described_after_its_prescription_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = write(tmp_path, bundle(REQUEST, NOTE, MEDICINE))
    record = as_large(monkeypatch, path, 5)
    assert record == _whole(path)
    assert [item.text for item in record.items] == ["Warfarin 1 MG Oral Tablet", NOTE["valueString"], "Note"]


@given(
    st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        ),
        max_size=5,
    ),
    st.integers(1, 40),
    st.sampled_from([None, 1]),
    st.booleans(),
)
def test_wherever_the_pieces_end_the_entries_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, entries: list[Any], chunk: int, indent: int | None, ascii_only: bool
) -> None:
    path = tmp_path_factory.mktemp("bundle") / "karte.json"
    content = {"type": "collection", "entry": entries, "total": 3.5, "resourceType": "Bundle"}
    path.write_text(json.dumps(content, indent=indent, ensure_ascii=ascii_only), "utf-8", "surrogatepass")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "_CHUNK", chunk)
        stream = EntryStream(path)
        assert list(stream) == entries
    assert stream.head == {"type": "collection", "resourceType": "Bundle"}


GOOD = json.dumps(bundle(), ensure_ascii=False)
PATIENT = json.dumps({"resourceType": "Patient", "name": [{"family": CANARY}]}, ensure_ascii=False)
BROKEN: dict[str, tuple[str | bytes, str, str]] = {
    "empty": ("  \n ", "file_too_large", ""),
    "cut off": (f'{{"entry": [\n{{"resource": {PATIENT}}},\n', "bad_json", ":3"),
    "cut off in a text": (f'{{"entry": [\n{{"resource": "{CANARY}', "bad_json", ":2"),
    "comma at the end": (f'{{"entry": [\n{{"resource": {PATIENT}}},\n]}}', "bad_json", ":3"),
    "no comma": (f'{{"entry": [\n{{"resource": {PATIENT}}}\n{{"resource": {PATIENT}}}]}}', "bad_json", ":3"),
    "key twice in an entry": ('{"entry": [\n{"a": 1, "a": 2}]}', "bad_json", ":2"),
    "entries twice": (f'{{"entry": [],\n"entry": [{PATIENT}]}}', "bad_json", ":2"),
    "no number": ('{"entry": [\n\n{"a": NaN}]}', "bad_json", ":3"),
    "text after": (f"{GOOD}\n{CANARY}", "bad_json", ":2"),
    "another after": (f"{GOOD}\n{GOOD}", "several_records", ":2"),
    "two patients": (
        f'{{"resourceType": "Bundle", "entry": [{{"resource": {PATIENT}}}, {{"resource": {PATIENT}}}]}}',
        "several_records",
        "",
    ),
    "no patient": ('{"resourceType": "Bundle", "entry": []}', "not_a_record", ""),
    "an entry that is a text": (f'{{"resourceType": "Bundle", "entry": ["{CANARY}"]}}', "wrong_type", ": entry[0]"),
    "another resource": ('{"resourceType": "Patient", "entry": []}', "file_too_large", ""),
    "the article's shape": (f'{{"patient": {{"name": "{CANARY}"}}}}', "file_too_large", ""),
    "a list": ("[1]", "file_too_large", ""),
    "Shift_JIS": ('{"entry": [],\n"a": "金糸雀"}'.encode("cp932"), "bad_encoding", ":2"),
    "UTF-16": ('{"entry": []}'.encode("utf-16-le"), "bad_encoding", ":1"),
    "deep": ('{"entry": [' + "[" * 200 + "]" * 200 + "]}", "too_deep", ""),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("chunk", [7, 100_000])
def test_what_cannot_be_read_names_the_file_and_the_line_and_nothing_in_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, chunk: int
) -> None:
    content, code, place = BROKEN[name]
    with pytest.raises(InputError) as raised:
        as_large(monkeypatch, write(tmp_path, content), chunk)
    assert (raised.value.code.value, raised.value.place) == (code, f"karte.json{place}")
    assert CANARY not in repr(raised.value)


def test_what_is_held_is_not_copied_for_each_entry(tmp_path: Path) -> None:
    stream = EntryStream(write(tmp_path, '{"entry": [' + ",".join(["{}"] * 1000) + "]" + " " * 1_000_000 + "}"))
    held = [stream._text for _ in stream]
    assert len(held) == 1000
    assert sum(one is not other for one, other in pairwise(held)) < 10


def test_one_entry_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(json_stream, "MAX_BYTES", 1000)
    with pytest.raises(InputError) as raised:
        as_large(monkeypatch, write(tmp_path, bundle({**NOTE, "valueString": "あ" * 2000})))
    assert raised.value.code.value == "file_too_large"


def test_what_is_larger_than_any_record_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "karte.json"
    with path.open("wb") as file:
        file.truncate(json_stream.MAX_BUNDLE_BYTES + 1)  # a hole: it takes no room on the disk
    with pytest.raises(InputError) as raised:
        read_record(path, TODAY)
    assert raised.value.code.value == "file_too_large"


def test_a_large_bundle_is_never_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "karte.json"
    scan = {"resourceType": "Binary", "contentType": "image/png", "data": "A" * 500_000}
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(bundle(REQUEST, MEDICINE))[:-2])
        for _ in range(50):
            file.write("," + json.dumps({"resource": scan}))
        file.write("]}")
    assert path.stat().st_size > reader.MAX_BYTES
    tracemalloc.start()
    try:
        record = read_record(path, TODAY)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [item.text for item in record.items] == ["Warfarin 1 MG Oral Tablet"]
    assert most < 10_000_000
