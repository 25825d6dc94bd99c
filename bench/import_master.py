"""A master of a million diseases: importing it, and what it costs afterwards. The floor is the same without an import.

The names are made of syllables of anatomy, so that every row goes the whole way: few duplicates, a third with an
English name, all with an ICD-10 code. Every measurement is of a process of its own.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.report import Row, as_table

ROWS = 1_000_000
_PARTS = "心肺肝腎脳胃腸骨皮膚血神経筋眼耳鼻咽喉頭胸腹背腰肩肘膝足指爪毛髪腺管弁房室動静脈節髄膜軟関"
_ENDS = ("性肺炎", "性関節炎", "性腎炎", "症候群", "性貧血", "障害", "異常", "性湿疹", "性てんかん")
_MEBIBYTE = 1024 * 1024

#: Start-up and lookups, measured inside a fresh process; prints JSON.
_AFTER = """
import json, sys, time
from pathlib import Path
import psutil
from sekisho.checkpoint.grammar import Grammar
from sekisho.local.medical.domain import MedicalDomain
state, name, note = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
process = psutil.Process()
def each(call, count):
    call()
    start = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - start) / count
before = process.memory_info().rss
start = time.perf_counter()
domain = MedicalDomain(state)
ready = time.perf_counter() - start
start = time.perf_counter()
Grammar(domain.catalog, "ja")
grammar = time.perf_counter() - start
lexicon = domain._vocabulary.lexicon("condition")
start = time.perf_counter()
lexicon.exact(name)
first = time.perf_counter() - start
print(json.dumps({
    "start": ready * 1e3, "grammar": grammar * 1e3, "first": first * 1e3,
    "exact": each(lambda: lexicon.exact(name), 2000) * 1e6,
    "missing": each(lambda: lexicon.exact(name + "x"), 2000) * 1e6,
    "scan": each(lambda: lexicon.scan(note), 10) * 1e3,
    "memory": (process.memory_info().rss - before) / 1048576,
}))
"""
_NOTE = "3日前から38度台の発熱と咳があり受診。既往に高血圧と糖尿病がありアムロジピンを内服中。右肺に雑音を聴取。" * 60


def write_master(path: Path, rows: int) -> str:
    """Write a master of so many rows; gives the name in its middle."""
    chance, middle = random.Random(1), ""
    with path.open("w", encoding="utf-8") as file:
        file.write("病名,コード,英名,ICD\n")
        for i in range(rows):
            name = "".join(chance.choices(_PARTS, k=chance.randint(4, 8))) + chance.choice(_ENDS)
            middle = name if i == rows // 2 else middle
            english = f"disorder of kind {i}x" if i % 3 == 0 else ""
            file.write(f"{name},{20_000_000 + i},{english},{chance.choice('EGIJKM')}{i % 90:02}.{i % 10}\n")
    return middle


def run_import(state: Path, master: Path) -> tuple[float, float, float]:
    """Seconds, seconds of processor time, and peak memory in MiB of `sekisho vocabulary import`."""
    command = [sys.executable, "-m", "sekisho", "--state", str(state), "vocabulary", "import", "--kind", "condition"]
    command += [str(master), "--map", "name=病名,code=コード,en=英名,parent=ICD", "--yes"]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("the import failed")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def measure(state: Path, name: str) -> dict[str, float]:
    """What `_AFTER` measures; the second of two runs, so that files are warm."""
    for _ in range(2):
        out = subprocess.run([sys.executable, "-c", _AFTER, str(state), name, _NOTE], capture_output=True, check=True)
    found: dict[str, float] = json.loads(out.stdout)
    return found


def run(rows: int = ROWS) -> list[Row]:
    """The rows of the report."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        name = write_master(place / "master.csv", rows)
        without = measure(place / "none", name)
        seconds, busy, peak = run_import(place / "state", place / "master.csv")
        size = sum(p.stat().st_size for p in (place / "state" / "vocabulary").iterdir()) / _MEBIBYTE
        after = measure(place / "state", name)
    floor = "without an import"
    return [
        Row(f"importing {rows:,} rows", seconds, "s", "", None, "under 60 s"),
        Row("the same, processor time", busy, "s", "", None, ""),
        Row("the same, peak memory", peak, "MiB", "", None, "bounded"),
        Row("the import's file", size, "MiB", "the master", None, ""),
        Row("start-up: vocabulary and catalog", after["start"], "ms", floor, without["start"], "as without"),
        Row("start-up: grammar of the checkpoint", after["grammar"], "ms", floor, without["grammar"], "as without"),
        Row("the first lookup of a process", after["first"], "ms", floor, without["first"], ""),
        Row("an imported name, exactly", after["exact"], "µs", floor, without["exact"], ""),
        Row("a name that is nowhere", after["missing"], "µs", floor, without["missing"], ""),
        Row(f"a note of {len(_NOTE):,} characters, scanned", after["scan"], "ms", floor, without["scan"], ""),
        Row("memory of all that", after["memory"], "MiB", floor, without["memory"], ""),
    ]


if __name__ == "__main__":
    print(as_table(run(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)))
