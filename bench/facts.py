"""From a record to facts: how fast. The floor is parsing the same bytes as JSON."""

from __future__ import annotations

import json
import tempfile
import tracemalloc
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

from bench.measure import Spread, time_calls
from bench.report import Row
from sekisho.local.medical.domain import MedicalDomain
from sekisho.local.medical.tables import data_digest
from sekisho.local.medical.vocabulary import load_vocabulary
from sekisho.local.records.reader import read_record

TODAY = date(2026, 11, 22)
SYNTHEA = Path(__file__).parents[2] / "shared" / "data" / "synthea"


def _note_of(size: int) -> str:
    """A note of about `size` characters, made of the sample notes."""
    texts = [
        json.loads(p.read_text(encoding="utf-8")).get("notes", "")
        for p in files("sekisho.samples").iterdir()
        if p.name.endswith(".json")
    ]  # type: ignore[arg-type]
    text = "\n".join(t for t in texts if t)
    return (text + "\n") * (size // (len(text) + 1) + 1)


def _load_anew() -> None:
    """As in a process that has loaded nothing: the digest of the data files is taken anew too."""
    load_vocabulary.cache_clear()
    data_digest.cache_clear()
    load_vocabulary()


def _memory_of_loading() -> float:
    tracemalloc.start()
    try:
        _load_anew()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def run() -> list[Row]:
    """The rows of the report."""
    load_vocabulary()  # the compiled copy is there from now on
    loading = Spread.of(time_calls(_load_anew, 15))
    rows = [
        Row("loading the vocabulary, once a process, p50", loading.p50, "ms", "", None, "80 ms"),
        Row("the vocabulary in memory, at most while it loads", _memory_of_loading(), "MB", "", None, "40 MB"),
    ]
    domain = MedicalDomain()
    with as_file(files("sekisho.samples").joinpath("03-elderly.json")) as path:
        record = read_record(path, TODAY)
        facts = len(domain.facts(record).facts)
        times = time_calls(lambda: domain.facts(read_record(path, TODAY)), 100)
        data = path.read_bytes()
        floor = Spread.of(time_calls(lambda: json.loads(data), 100))
    spread = Spread.of(times)
    rows.append(Row("sample case: file to facts, p50", spread.p50, "ms", "json.loads", floor.p50, ""))
    rows.append(Row("facts per second", facts / spread.p50 * 1000, "", "", None, ""))
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder) / "note.json"
        note.write_text(
            json.dumps({"patient": {"age": 60}, "notes": _note_of(3400)}, ensure_ascii=False), encoding="utf-8"
        )
        record = read_record(note, TODAY)
        spread = Spread.of(time_calls(lambda: domain.facts(record), 30))
        size = note.stat().st_size
        rows.append(Row(f"a {size / 1000:.0f} kB note to facts, p50", spread.p50, "ms", "", None, "10 ms"))
    for path in sorted(SYNTHEA.glob("synthea-3.json")):
        data = path.read_bytes()
        floor = Spread.of(time_calls(lambda: json.loads(data), 20))  # noqa: B023 - called at once
        spread = Spread.of(time_calls(lambda: domain.facts(read_record(path, TODAY)), 20))  # noqa: B023
        rows.append(
            Row(
                f"a {len(data) / 1000:.0f} kB FHIR bundle to facts, p50",
                spread.p50,
                "ms",
                "json.loads",
                floor.p50,
                "150 ms",
            )
        )
    return rows
