"""G5: no direct identifier is in the bytes that a model receives, in any mode, whatever the record and the question."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.checkpoint.house import CANARY, FULL_OF_CANARIES
from tests.model.chat_server import failing, lying, serving
from tests.model.rooms import BOTH, DIZZY, SAMPLES, domain, room, sample

from sekisho.checkpoint.wall import Wall
from sekisho.local.facts import FactSheet
from sekisho.local.medical.prompts import labels, medical_prompts
from sekisho.local.medical.reduced import GAP, Reducer
from sekisho.local.medical.vocabulary import load_vocabulary
from sekisho.local.model.protocol import Reduced
from sekisho.local.records.reader import read_record
from sekisho.local.records.record import Record

TODAY = date(2026, 11, 22)
VERSIONS = {
    ("2026-11-1", "en"): "dc26eb3c2f748398",
    ("2026-11-1", "ja"): "00883d78b79842aa",
}


def plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def record_in(path: Path, case: bytes) -> Record:
    path.write_bytes(case)
    return read_record(path, TODAY)


def parts_of(record: Record) -> set[str]:
    """Every identifier, whole and in its words, as it is compared."""
    values = {value for found in record.identifiers for value in (found.value, *found.readings)}
    parts = {plain(part) for value in values for part in (value, *re.split(r"[\s,、・/]+", value))}
    return {part for part in parts if len(part) >= (3 if part.isascii() else 2)}


def bytes_read(folder: Path, mode: str, case: bytes, language: str = "ja", question: str = "") -> list[str]:
    """What the server received in both attempts, as the text that a model reads."""
    with serving(brain=failing(lying)) as server, room(folder, server.url, mode, case, language) as home:
        home.ask(question)
        assert len(server.asked) == 2
        for request in server.received:
            assert request.path.isascii()
        return [json.dumps(request.body, ensure_ascii=False) for request in server.received if request.raw]


@pytest.mark.guarantee("G5")
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("name", SAMPLES)
def test_no_identifier_of_a_sample_is_in_the_bytes_that_a_model_receives(
    tmp_path: Path, name: str, mode: str, language: str
) -> None:
    record = record_in(tmp_path / "record.json", sample(name))
    ours = plain(json.dumps([medical_prompts(language).select, medical_prompts(language).write], ensure_ascii=False))
    parts = {part for part in parts_of(record) if part not in ours}
    assert len(parts) > 8
    for text in bytes_read(tmp_path / "zone", mode, sample(name), language):
        for part in parts:
            assert part not in plain(text) or _is_in_a_term(part, text), part


#: What the probe asks a model to repeat: eight digits by chance, which may hold any four of them.
CHANCE = re.compile(r"w[0-9a-f]{8}|\([0-9a-f]{8}\)")


def _is_in_a_term(part: str, text: str) -> bool:
    """Whether a part of an identifier stands only within terms of the vocabulary (川崎, 川崎病), or there by chance."""
    names = {name for kind in load_vocabulary().names.values() for name in kind if part in plain(name)}
    left = plain(CHANCE.sub("", text))
    for name in sorted(map(plain, names), key=len, reverse=True):
        if name != part:
            left = left.replace(name, "")
    return part not in left


@pytest.mark.guarantee("G5")
@pytest.mark.parametrize("mode", BOTH)
def test_no_unknown_word_of_a_record_or_a_question_reaches_a_model(tmp_path: Path, mode: str) -> None:
    case = json.dumps(FULL_OF_CANARIES, ensure_ascii=False).encode()
    question = "ヒクイドリさんです。canary@example.jp めまいと動悸があります。CANARY-7 090-8642-1357"
    for text in bytes_read(tmp_path, mode, case, question=question):
        for canary in (CANARY, "canary", "加奈", "利亜", "8642", "1948", "ひくいどり", "154-0011"):
            assert canary not in text.casefold()


NAMES = [
    "鬼塚 さくら",
    "Ottoline Featherstonehaugh",
    "トキワギ",
    "小鳥遊",
    "勅使河原クリニック",
    "みどり計画",
    "ABX-99812",
]
WORDS = st.sampled_from(
    [
        *NAMES,
        "高血圧",
        "糖尿病",
        "さんは",
        "の父が",
        "なし",
        "2019年3月4日",
        "080-1111-2222",
        "を内服中",
        "\n",
        "、",
        "。",
    ]
)


@pytest.mark.guarantee("G5")
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(note=st.lists(WORDS, max_size=14).map("".join), entry=st.lists(WORDS, max_size=5).map("".join))
def test_what_stands_anywhere_in_a_record_stays_unless_it_is_a_word_of_the_vocabulary(
    tmp_path: Path, note: str, entry: str
) -> None:
    case = {
        "patient": {"full_name": "某"},
        "medical_history": [{"condition": entry, "status": note}],
        "current_medications": [entry],
        "lab_results": {entry or "x": note},
        "notes": note,
    }
    record = record_in(tmp_path / "record.json", json.dumps(case, ensure_ascii=False).encode())
    for name in NAMES:
        for word in name.split():
            assert word not in "\n".join(reduced(record, "ja").lines)
    assert not re.search(r"\d{4}", "\n".join(reduced(record, "ja").lines))


def reduced(record: Record, language: str) -> Reduced:
    return Reducer(load_vocabulary()).reduce(record, domain().facts(record), Wall(record.identifiers), language)


@pytest.mark.guarantee("G5")
@pytest.mark.parametrize("name", SAMPLES)
def test_every_word_of_a_reduced_record_is_known(tmp_path: Path, name: str) -> None:
    found = reduced(record_in(tmp_path / "record.json", sample(name)), "ja")
    assert len(found.lines) > 4
    heads = set(labels("ja").values())
    for line in found.lines:
        head, _, rest = line.partition(": ")
        assert head in heads
        for word in sorted(found.words, key=len, reverse=True):
            if word in rest:
                rest = rest.replace(word, " ")
        assert set(rest) <= {" ", GAP}, line


def test_a_reduced_record_keeps_what_a_reader_needs(tmp_path: Path) -> None:
    found = reduced(record_in(tmp_path / "record.json", sample("01-thyroid.json")), "ja")
    assert "病気: バセドウ病 … 寛解" in found.lines
    assert "検査: TSH 0.01" in found.lines
    assert "記載: 母 … 橋本病" in found.lines
    assert not any("佐藤" in line or "2022" in line for line in found.lines)


def test_a_line_in_which_an_identifier_shows_after_all_is_left_out_and_counted(tmp_path: Path) -> None:
    case = {"patient": {"full_name": "痛風 花子"}, "medical_history": ["痛風", "高血圧症"], "notes": "喘息。"}
    found = reduced(record_in(tmp_path / "record.json", json.dumps(case, ensure_ascii=False).encode()), "ja")
    assert found.left_out == 1
    assert not any("痛風" in line for line in found.lines)
    assert any("高血圧症" in line for line in found.lines)


@pytest.mark.guarantee("G5")
@pytest.mark.parametrize("mode", BOTH)
def test_where_a_term_is_an_identifier_of_this_person_no_model_is_asked_or_reads_it(tmp_path: Path, mode: str) -> None:
    case = {"patient": {"full_name": "痛風 花子"}, "medical_history": ["痛風", "高血圧症"], "notes": "喘息。"}
    raw = json.dumps(case, ensure_ascii=False).encode()
    with serving() as server, room(tmp_path, server.url, mode, raw) as home:
        home.ask()
        assert not any("痛風" in json.dumps(request.body, ensure_ascii=False) for request in server.asked)
        if mode == "select":
            assert server.asked == []
            assert home.report.fallback is not None
            assert home.report.fallback.value == "identifier_found"


# The prompts


@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_prompt_goes_from_what_stays_the_same_to_what_changes(tmp_path: Path, mode: str, language: str) -> None:
    with serving() as server, room(tmp_path, server.url, mode, language=language) as home:
        for question in (DIZZY[language], "頭痛" if language == "ja" else "headache"):
            home.ask(question)
        first, second = (server.asked[i].body["messages"] for i in (0, -2 if mode == "write" else 1))
    prompts = medical_prompts(language)
    assert first[0] == second[0] == {"role": "system", "content": prompts.select if mode == "select" else prompts.write}
    before, _, last = first[1]["content"].rpartition(f"\n\n{prompts.symptoms}\n")
    assert before
    assert second[1]["content"].startswith(f"{before}\n\n{prompts.symptoms}\n")
    assert last in ("めまい, 動悸", "dizziness, palpitation")


def test_a_question_without_a_known_symptom_says_so(tmp_path: Path) -> None:
    with serving() as server, room(tmp_path, server.url) as home:
        home.ask("ヒクイドリ")
        (request,) = server.asked
        assert request.body["messages"][1]["content"].endswith(f"\n{medical_prompts('ja').none}")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_changed_prompt_takes_a_new_version(language: str) -> None:
    text = files("sekisho.local.medical.prompts").joinpath(f"{language}.toml").read_bytes()
    words = text.split(b"\nversion = ", 1)[1].split(b"\n", 1)[1]
    version = medical_prompts(language).version
    assert VERSIONS[version, language] == hashlib.sha256(words).hexdigest()[:16]


def test_both_languages_ask_for_the_same() -> None:
    ja, en = medical_prompts("ja"), medical_prompts("en")
    assert ja.version == en.version
    assert ja.draft == en.draft
    assert labels("ja").keys() == labels("en").keys()
    keys = re.compile(r"\b[a-z]+_[a-z_]+\b|\"history\"|\"risks\"")
    for name in ("select", "select_short", "write", "write_short"):
        assert set(keys.findall(getattr(ja, name))) == set(keys.findall(getattr(en, name))), name


def test_nothing_of_a_prompt_shows_in_a_repr(tmp_path: Path) -> None:
    record = record_in(tmp_path / "record.json", sample("01-thyroid.json"))
    found: Any = reduced(record, "ja")
    assert repr(found) == "<Reduced>"


def test_of_a_record_of_many_megabytes_a_model_reads_the_beginning(tmp_path: Path) -> None:
    lines = [f"高血圧症で通院中{i}。" for i in range(60_000)]
    case = {"patient": {"full_name": "某 花子"}, "notes": "\n".join(["片頭痛。", *lines, "痛風。"])}
    record = record_in(tmp_path / "record.json", json.dumps(case, ensure_ascii=False).encode())
    sheet = FactSheet((), (), 0)
    found = Reducer(load_vocabulary()).reduce(record, sheet, Wall(record.identifiers), "ja")
    text = "\n".join(found.lines)
    assert "片頭痛" in text
    assert "痛風" not in text
    assert found.left_out == 1
