"""Whatever a record gives as a name, an address, a number or a date of a person is among its identifiers."""

# ruff: noqa: E501 - tables with wide letters, a row a line

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from tests.records.reading import TODAY, identified

from sekisho.local.records.reader import read_record

SAMPLES = sorted(Path(str(files("sekisho.samples"))).glob("*.json"))
SYNTHEA = Path(__file__).parents[3] / "shared" / "data" / "synthea"

#: What each sample holds, in its notes too, and in which form it is looked for.
IN_SAMPLES = {
    "01-thyroid.json": [
        "佐藤 美咲", "サトウ ミサキ", "1989-08-23", "150-0002", "東京都", "渋谷区", "渋谷2-15-8 青葉ハイツ304", "090-1234-5678",
        "misaki.sato@example.jp", "STO-558923", "株式会社みどり計画 経理課", "佐藤 健一", "090-8765-4321",
        "青葉台ファミリークリニック", "高橋 誠", "高橋", "佐藤 良子",
    ],
    "02-child.json": [
        "田中 陽翔", "たなか はると", "平成31年4月2日", "愛知県名古屋市千種区今池3丁目4-21", "06123456-7890123", "田中 麻衣",
        "タナカ マイ", "鈴木 麻衣", "052-700-1234", "今池東小学校 1年2組", "山本",
    ],
    "03-elderly.json": [
        "渡辺 善次郎", "ワタナベ ゼンジロウ", "昭和10年11月3日", "北海道", "札幌市中央区", "南5条西8丁目2番地", "011-222-3344",
        "A0098812", "渡辺 和子", "080-5555-0199", "札幌北星病院", "伊藤 大輔", "北星薬局", "2011-06-15", "和子",
        "2024年5月10日",
    ],
    "04-rare.json": [
        "小林 葵", "コバヤシ アオイ", "1996/02/11", "福岡県福岡市早良区西新1-7-20", "092-888-7766", "FK-20210077",
        "西新大学病院 難病センター", "森 彩花", "小林 蓮", "西新大学",
    ],
    "05-english.json": [
        "Eleanor J. Whitcombe", "Eleanor Marsh", "1957-03-30", "48 Harbour Lane", "Yokohama", "231-0023", "+81 45 555 0142",
        "eleanor.whitcombe@example.org", "YK-77120", "Thomas Whitcombe", "+81 90 5555 0177", "Bayside Medical Center",
        "Dr. Hannah Lindqvist", "Lindqvist", "2025-04-12",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", IN_SAMPLES)
def test_every_identifier_of_a_sample_is_looked_for(name: str) -> None:
    path = next(p for p in SAMPLES if p.name == name)
    found = identified(read_record(path, TODAY))
    assert not [word for word in IN_SAMPLES[name] if word not in found]


def test_the_table_speaks_of_every_sample() -> None:
    fhir = {path.name for path in SAMPLES if "resourceType" in json.loads(path.read_text(encoding="utf-8"))}
    assert set(IN_SAMPLES) | fhir == {path.name for path in SAMPLES}
    assert len(SAMPLES) >= 6
    text = {path.name: path.read_text(encoding="utf-8") for path in SAMPLES}
    assert not [(n, w) for n, words in IN_SAMPLES.items() for w in words if w not in text[n]]


def expected(bundle: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What the people and places of a bundle are called, written independently of the reader."""
    for entry in bundle["entry"]:
        resource = entry["resource"]
        kind = resource["resourceType"]
        if kind in ("Patient", "Practitioner", "RelatedPerson"):
            yield kind, resource["id"]
            for name in resource["name"] if isinstance(resource["name"], list) else [resource["name"]]:
                given, family = name.get("given", []), name.get("family", "")
                yield from ((kind, word) for word in [*given, family, name.get("text", "")] if word)
                yield kind, " ".join([*given, family]) or name["text"]
        if kind in ("Organization", "Location"):
            yield kind, resource["name"]
        address = resource.get("address") or []
        for one in address if isinstance(address, list) else [address]:
            yield from (("line", line) for line in one.get("line", []))
            yield from ((part, one[part]) for part in ("city", "postalCode") if part in one)
        for point in resource.get("telecom", []):
            yield "telecom", point["value"]
        if kind == "Patient":
            yield "birth", resource["birthDate"]
            yield from (("identifier", i["value"]) for i in resource["identifier"])
            for extension in resource.get("extension", []):
                if "Maiden" in extension["url"]:
                    yield "maiden", extension["valueString"]
                if "valueAddress" in extension:
                    yield "birthplace", extension["valueAddress"]["city"]


@pytest.mark.parametrize(
    "name", [p.name for p in SAMPLES if p.name.startswith("06")] + [f"synthea-{i}.json" for i in range(1, 7)]
)
def test_every_identifier_of_a_bundle_is_looked_for(name: str) -> None:
    path = next((p for p in SAMPLES if p.name == name), SYNTHEA / name)
    if not path.exists():
        pytest.skip("the Synthea bundles are not beside the project")
    wanted = set(expected(json.loads(path.read_text(encoding="utf-8"))))
    assert len(wanted) > 15
    found = identified(read_record(path, TODAY))
    assert not [(kind, word) for kind, word in sorted(wanted) if word not in found]


def test_every_exact_day_of_a_bundle_is_looked_for() -> None:
    path = SYNTHEA / "synthea-1.json"
    if not path.exists():
        pytest.skip("the Synthea bundles are not beside the project")
    bundle = json.loads(path.read_text(encoding="utf-8"))
    clinical = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] in ("Condition", "Observation")]
    days = {day for r in clinical for day in re.findall(r"\d{4}-\d{2}-\d{2}", json.dumps(r)) if date.fromisoformat(day)}
    assert days
    assert days <= identified(read_record(path, TODAY))
